import { randomBytes } from 'node:crypto';
import { formOf, type SimulatedAnswer, startProvider } from './provider.ts';
import { createReporter, mediaTypes, type ReportingProvider, type SimulatedReport } from './reports.ts';

/** Vonage SMS as documented at https://developer.vonage.com/messaging/sms: always HTTP 200, and no plus before numbers. */
export async function startVonageSimulator(account: {
  readonly key: string;
  readonly secret: string;
  /** "Webhook format" of the account: https://developer.vonage.com/en/dashboard/control/api-settings; POST-JSON. */
  readonly webhookFormat?: 'GET' | 'POST' | 'POST-JSON';
}): Promise<ReportingProvider<string>> {
  const { webhookFormat = 'POST-JSON' } = account;
  const reporter = createReporter(({ id }, status: string): SimulatedReport => {
    const json = vonageReport(id, status);
    if (webhookFormat === 'POST-JSON') return { headers: mediaTypes.json, body: json };
    const form = new URLSearchParams(JSON.parse(json)).toString();
    return webhookFormat === 'GET' ? { query: form } : { headers: mediaTypes.form, body: form };
  });
  const provider = await startProvider((call) => {
    if (call.target !== '/sms/json') return { status: 404 };
    const form = formOf(call);
    const wrong = faultIn(form, account);
    if (wrong !== undefined) return wrong;
    const { to = '', text = '', type, callback } = form;
    const room = type === 'unicode' ? 70 : 160;
    const parts = Array.from({ length: Math.ceil(text.length / room) }, () => ({
      to,
      'message-id': randomBytes(8).toString('hex').toUpperCase(),
      status: '0',
      'remaining-balance': '12.34000000',
      'message-price': '0.05000000',
      network: '24001',
    }));
    for (const part of parts) reporter.take({ id: part['message-id'], url: callback });
    return { status: 200, body: { 'message-count': String(parts.length), messages: parts } };
  });
  return { ...provider, ...reporter };
}

function faultIn(
  { api_key: key, api_secret: secret, from, to, text, type }: ReturnType<typeof formOf>,
  account: { readonly key: string; readonly secret: string },
): SimulatedAnswer | undefined {
  if (from === undefined || to === undefined || text === undefined) return fault('2', 'Missing to param');
  if (key !== account.key || secret !== account.secret) return fault('4', 'Bad Credentials');
  if (!/^[1-9]\d{6,14}$/.test(to)) return fault('3', 'Invalid to param');
  // Without type=unicode the service sends what it can, and question marks for the rest.
  const isLost = type !== 'unicode' && /[^\0-\u00ff\u20ac]/.test(text);
  return isLost ? fault('6', 'Unroutable message - rejected') : undefined;
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
