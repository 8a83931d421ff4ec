import type { SettingsOf } from '../core/gateway-settings.ts';
import type { Receipt, ReceiptReader, RefusalReason } from './messages-gateway.ts';
import { accepted, type HttpDialect, parseObject, postJson, refusalOf, unreadable, wordTable } from './sms-http.ts';

/** Statuses of delivery reports: https://developers.sinch.com/docs/sms/api-reference/sms/tag/Delivery-reports/ */
const stateOf = wordTable<Receipt['state']>({
  Queued: 'sent',
  Dispatched: 'sent',
  Unknown: 'sent',
  Delivered: 'delivered',
  Aborted: 'failed',
  Cancelled: 'failed',
  Rejected: 'failed',
  Deleted: 'failed',
  Failed: 'failed',
  Expired: 'failed',
});

/** Error codes in answers, same source. */
const reasonOf = wordTable<RefusalReason>({
  syntax_invalid_json: 'other',
  syntax_invalid_parameter_format: 'invalid-recipient',
  syntax_constraint_violation: 'content',
  unauthorized: 'auth',
  unknown_group: 'other',
  unknown_campaign: 'other',
  missing_callback_url: 'other',
});

/** Recipient delivery reports of Sinch: JSON. Not signed unless the account is set up so; what proves them is the secret in the address. */
export const sinchReceipts: ReceiptReader = {
  parse(body) {
    const { batch_id: id, status } = parseObject(body) ?? {};
    const state = stateOf(status);
    return typeof id !== 'string' || state === undefined ? undefined : { id, state };
  },
};

/** Sinch SMS, batches: https://developers.sinch.com/docs/sms/api-reference/sms/tag/Batches/ */
export function sinchDialect(settings: SettingsOf<'sinch'>, receiptUrl: string | undefined): HttpDialect {
  const { url, servicePlanId, apiToken, from } = settings;
  const address = `${url}/xms/v1/${encodeURIComponent(servicePlanId)}/batches`;
  return {
    receipts: sinchReceipts,
    toRequest: ({ to, text, reference }) =>
      postJson(
        address,
        {
          from: from.replace(/^\+/, ''),
          to: [to.slice(1)],
          body: text,
          type: 'mt_text',
          delivery_report: receiptUrl === undefined ? 'none' : 'per_recipient',
          ...(receiptUrl && { callback_url: receiptUrl }),
          client_reference: reference,
        },
        { authorization: `Bearer ${apiToken}` },
      ),
    fromAnswer(answer) {
      const { id, code } = parseObject(answer.body) ?? {};
      if (answer.status >= 200 && answer.status <= 299) return typeof id === 'string' ? accepted(id) : unreadable;
      const reason = answer.status < 500 ? reasonOf(code) : undefined;
      return reason === undefined ? refusalOf(answer) : { outcome: 'refused', reason, code: String(code) };
    },
  };
}
