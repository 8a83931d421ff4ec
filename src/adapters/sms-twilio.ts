import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SettingsOf } from '../core/gateway-settings.ts';
import type { HttpAnswer } from '../core/http.ts';
import type { PostedReceipt, Receipt, ReceiptReader, RefusalReason, Sending } from './messages-gateway.ts';
import {
  accepted,
  basicAuth,
  type HttpDialect,
  parseObject,
  postForm,
  refusalOf,
  unreadable,
  wordTable,
} from './sms-http.ts';

/** Message statuses: https://www.twilio.com/docs/messaging/api/message-resource */
const stateOf = wordTable<Receipt['state']>({
  accepted: 'sent',
  scheduled: 'sent',
  queued: 'sent',
  sending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
});

/** Error codes: https://www.twilio.com/docs/api/errors. Those that are not here go by their HTTP status. */
const reasonOf = wordTable<RefusalReason>({
  20003: 'auth',
  20429: 'throttled',
  21211: 'invalid-recipient',
  21408: 'blocked',
  21608: 'blocked',
  21610: 'blocked',
  21614: 'invalid-recipient',
  21617: 'content',
});

/**
 * Status callbacks of Twilio: forms, signed with the auth token.
 *
 * `url` is the address they are posted to, exactly as Twilio was told it: the signature covers it.
 */
export function twilioReceipts(authToken: string, url: string): ReceiptReader {
  return {
    parse(body) {
      const form = new URLSearchParams(body);
      const id = form.get('MessageSid');
      const state = stateOf(form.get('MessageStatus'));
      return id === null || state === undefined ? undefined : { id, state };
    },
    isGenuine: (posted) => isSignedByTwilio(posted, authToken, url),
  };
}

/** Whether `X-Twilio-Signature` is right: https://www.twilio.com/docs/usage/security#validating-requests */
export function isSignedByTwilio({ headers, body }: PostedReceipt, authToken: string, url: string): boolean {
  const fields = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const signed = url + fields.map(([name, value]) => name + value).join('');
  const right = createHmac('sha1', authToken).update(signed).digest();
  const given = Buffer.from(headers['x-twilio-signature'] ?? '', 'base64');
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Twilio Messages: https://www.twilio.com/docs/messaging/api/message-resource */
export function twilioDialect(settings: SettingsOf<'twilio'>, receiptUrl: string | undefined): HttpDialect {
  const { url, accountSid, authToken, apiKey, from, messagingServiceSid } = settings;
  const proof = basicAuth(apiKey?.sid ?? accountSid, apiKey?.secret ?? authToken);
  const address = `${url}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  return {
    ...(receiptUrl && { receipts: twilioReceipts(authToken, receiptUrl) }),
    toRequest: ({ to, text }) =>
      postForm(
        address,
        { To: to, From: from, MessagingServiceSid: messagingServiceSid, Body: text, StatusCallback: receiptUrl },
        proof,
      ),
    fromAnswer,
  };
}

function fromAnswer(answer: HttpAnswer): Sending {
  const { sid, status, code } = parseObject(answer.body) ?? {};
  if (answer.status < 200 || answer.status > 299) {
    const known = typeof code === 'number' ? String(code) : undefined;
    const reason = reasonOf(code);
    return reason === undefined ? refusalOf(answer, known) : { outcome: 'refused', reason, code: known };
  }
  if (stateOf(status) === 'failed') return { outcome: 'refused', reason: 'other', code: String(status) };
  return typeof sid === 'string' ? accepted(sid) : unreadable;
}
