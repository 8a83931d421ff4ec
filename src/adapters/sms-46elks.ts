import type { SettingsOf } from '../core/gateway-settings.ts';
import type { Receipt, ReceiptReader } from './messages-gateway.ts';
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

/** Status words of delivery reports: https://46elks.se/docs/sms-delivery-reports */
const stateOf = wordTable<Receipt['state']>({ sent: 'sent', delivered: 'delivered', failed: 'failed' });

/** Delivery reports of 46elks: forms. They are not signed; what proves them is the secret in the address. */
export const elksReceipts: ReceiptReader = {
  parse(body) {
    const form = new URLSearchParams(body);
    const id = form.get('id');
    const state = stateOf(form.get('status'));
    return id === null || state === undefined ? undefined : { id, state };
  },
};

/** 46elks: https://46elks.com/docs/send-sms. The text is kept out of the provider's own log. */
export function elksDialect(settings: SettingsOf<'46elks'>, receiptUrl: string | undefined): HttpDialect {
  const { url, username, password, from } = settings;
  return {
    receipts: elksReceipts,
    toRequest: ({ to, text }) =>
      postForm(
        `${url}/a1/sms`,
        { from, to, message: text, dontlog: 'message', whendelivered: receiptUrl },
        basicAuth(username, password),
      ),
    fromAnswer(answer) {
      if (answer.status < 200 || answer.status > 299) return refusalOf(answer);
      const { id, status } = parseObject(answer.body) ?? {};
      if (status === 'failed') return { outcome: 'refused', reason: 'other', code: 'failed' };
      return typeof id === 'string' ? accepted(id) : unreadable;
    },
  };
}
