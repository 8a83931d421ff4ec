import type { SettingsOf } from '../core/gateway-settings.ts';
import type { Receipt, ReceiptReader, RefusalReason, Sending } from './messages-gateway.ts';
import { accepted, type HttpDialect, parseObject, postForm, refusalOf, unreadable, wordTable } from './sms-http.ts';
import { isGsmText } from './sms-text.ts';

/** Statuses of delivery receipts: https://developer.vonage.com/messaging/sms/guides/delivery-receipts */
const stateOf = wordTable<Receipt['state']>({
  accepted: 'sent',
  buffered: 'sent',
  unknown: 'sent',
  delivered: 'delivered',
  expired: 'failed',
  failed: 'failed',
  rejected: 'failed',
});

/** Status codes of answers: https://developer.vonage.com/messaging/sms/guides/troubleshooting-sms */
const reasonOf = wordTable<RefusalReason>({
  1: 'throttled',
  4: 'auth',
  5: 'unavailable',
  6: 'content',
  7: 'blocked',
  8: 'auth',
  9: 'quota',
  10: 'throttled',
  11: 'auth',
  12: 'content',
  14: 'auth',
  29: 'blocked',
  33: 'invalid-recipient',
});

/**
 * Delivery receipts of Vonage: JSON, a form, or a query, as the account is set (https://developer.vonage.com/en/dashboard/control/api-settings,
 * "Webhook format"). Not signed unless the account is set up so; what proves them is the secret in the address.
 */
export const vonageReceipts: ReceiptReader = {
  mayComeInQuery: true,
  parse(body) {
    const { messageId, status } = parseObject(body) ?? Object.fromEntries(new URLSearchParams(body));
    const state = stateOf(status);
    return typeof messageId !== 'string' || state === undefined ? undefined : { id: messageId, state };
  },
};

/** Vonage SMS: https://developer.vonage.com/messaging/sms */
export function vonageDialect(settings: SettingsOf<'vonage'>, receiptUrl: string | undefined): HttpDialect {
  const { url, apiKey, apiSecret, from } = settings;
  return {
    receipts: vonageReceipts,
    toRequest: ({ to, text, reference }) =>
      postForm(`${url}/sms/json`, {
        api_key: apiKey,
        api_secret: apiSecret,
        from: from.replace(/^\+/, ''),
        to: to.slice(1),
        text,
        type: isGsmText(text) ? 'text' : 'unicode',
        'client-ref': reference,
        'status-report-req': receiptUrl && '1',
        callback: receiptUrl,
      }),
    fromAnswer(answer) {
      if (answer.status !== 200) return refusalOf(answer);
      const { messages } = parseObject(answer.body) ?? {};
      return Array.isArray(messages) && messages.length > 0 ? fromParts(messages) : unreadable;
    },
  };
}

/** One answer for each part of a long message: all must have been taken. */
function fromParts(messages: readonly unknown[]): Sending {
  const parts = messages.map((part) => (typeof part === 'object' && part !== null ? (part as Part) : {}));
  const bad = parts.find(({ status }) => status !== '0');
  if (bad === undefined) return accepted(...parts.map((part) => part['message-id']));
  const code = /^\d{1,3}$/.test(bad.status ?? '') ? bad.status : undefined;
  // A part that went out cannot be called back: the whole text again would be half of it twice.
  if (code === undefined || parts.some(({ status }) => status === '0')) return { outcome: 'unknown', code };
  return { outcome: 'refused', reason: reasonOf(code) ?? 'other', code };
}

interface Part {
  readonly status?: string;
  readonly 'message-id'?: unknown;
}
