import { randomBytes } from 'node:crypto';
import { formOf, type SimulatedAnswer, type SimulatedProvider, startProvider } from './provider.ts';

/** Vonage SMS as documented at https://developer.vonage.com/messaging/sms: always HTTP 200, and no plus before numbers. */
export function startVonageSimulator(account: {
  readonly key: string;
  readonly secret: string;
}): Promise<SimulatedProvider> {
  return startProvider((call) => {
    if (call.target !== '/sms/json') return { status: 404 };
    const { api_key: key, api_secret: secret, from, to, text, type } = formOf(call);
    if (from === undefined || to === undefined || text === undefined) return fault('2', 'Missing to param');
    if (key !== account.key || secret !== account.secret) return fault('4', 'Bad Credentials');
    if (!/^[1-9]\d{6,14}$/.test(to)) return fault('3', 'Invalid to param');
    // Without type=unicode the service sends what it can, and question marks for the rest.
    if (type !== 'unicode' && /[^\0-\u00ff\u20ac]/.test(text)) return fault('6', 'Unroutable message - rejected');
    const room = type === 'unicode' ? 70 : 160;
    const parts = Array.from({ length: Math.ceil(text.length / room) }, () => ({
      to,
      'message-id': randomBytes(8).toString('hex').toUpperCase(),
      status: '0',
      'remaining-balance': '12.34000000',
      'message-price': '0.05000000',
      network: '24001',
    }));
    return { status: 200, body: { 'message-count': String(parts.length), messages: parts } };
  });
}

function fault(status: string, text: string): SimulatedAnswer {
  return { status: 200, body: { 'message-count': '1', messages: [{ status, 'error-text': text }] } };
}

/** A delivery receipt: https://developer.vonage.com/messaging/sms/guides/delivery-receipts. */
export function vonageReport(messageId: string, status: string): string {
  return JSON.stringify({
    msisdn: '46701740605',
    to: 'Portvakt',
    'network-code': '24001',
    messageId,
    price: '0.05000000',
    status,
    scts: '2601020304',
    'err-code': status === 'delivered' ? '0' : '1',
    'message-timestamp': '2026-01-02 03:04:09',
  });
}
