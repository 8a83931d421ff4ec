import type { SettingsOf } from '../core/gateway-settings.ts';
import type { Receipt, ReceiptReader } from './messages-gateway.ts';
import { accepted, basicAuth, type HttpDialect, parseObject, postJson, refusalOf, unreadable } from './sms-http.ts';

/** The result code of a message that was queued. */
const queued = 1005;

/** Result codes that are not the end of it: sent to the operator, queued, billed, delayed. The provider's list of result codes. */
const underWay: ReadonlySet<number> = new Set([1000, queued, 1008, 1011, 1012]);

/** Delivered; delivered, and billing delayed. */
const delivered: ReadonlySet<number> = new Set([1001, 1007]);

/** Other codes of the same list; 1010 is "no report came from the operator", which says nothing. */
function stateOf(code: number): Receipt['state'] | undefined {
  if (delivered.has(code)) return 'delivered';
  if (underWay.has(code) || code === 1010) return 'sent';
  return code >= 0 && code < 10_000 ? 'failed' : undefined;
}

/** Delivery reports of LINK Mobility: JSON. A gate may be set up with HTTP Basic; what proves them here is the secret in the address. */
export const linkReceipts: ReceiptReader = {
  parse(body) {
    const { id, resultCode } = parseObject(body) ?? {};
    const state = typeof resultCode === 'number' ? stateOf(resultCode) : undefined;
    return typeof id !== 'string' || state === undefined ? undefined : { id, state };
  },
};

/** LINK Mobility's JSON interface, `/sms/send`. Receipts go to gates that are set up with the provider. */
export function linkDialect(settings: SettingsOf<'link'>): HttpDialect {
  const { url, username, password, platformId, platformPartnerId, deliveryReportGates, from } = settings;
  return {
    receipts: linkReceipts,
    toRequest: ({ to, text, reference }) =>
      postJson(
        `${url}/sms/send`,
        {
          source: from,
          sourceTON: senderType(from),
          destination: to,
          destinationTON: 'MSISDN',
          userData: text,
          platformId,
          platformPartnerId,
          refId: reference,
          useDeliveryReport: deliveryReportGates.length > 0,
          ...(deliveryReportGates.length > 0 && { deliveryReportGates }),
        },
        basicAuth(username, password),
      ),
    fromAnswer(answer) {
      const { messageId, resultCode, status } = parseObject(answer.body) ?? {};
      if (answer.status < 200 || answer.status > 299) {
        return refusalOf(answer, typeof status === 'number' ? String(status) : undefined);
      }
      if (resultCode === queued) return accepted(messageId);
      if (typeof resultCode !== 'number') return unreadable;
      return underWay.has(resultCode)
        ? accepted(messageId)
        : { outcome: 'refused', reason: 'other', code: String(resultCode) };
    },
  };
}

function senderType(from: string): 'MSISDN' | 'SHORTNUMBER' | 'ALPHANUMERIC' {
  if (!/^\+?\d+$/.test(from)) return 'ALPHANUMERIC';
  return from.length <= 6 ? 'SHORTNUMBER' : 'MSISDN';
}
