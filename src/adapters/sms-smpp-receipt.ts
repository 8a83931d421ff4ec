import type { Receipt } from './messages-gateway.ts';
import { createFieldReader } from './sms-smpp-pdu.ts';

/** message_state: SMPP 3.4 §5.2.28. */
const states: readonly (Receipt['state'] | undefined)[] = [
  undefined,
  'sent',
  'delivered',
  'failed',
  'failed',
  'failed',
  'sent',
  'sent',
  'failed',
];

/** The same in words, in the text of a receipt: SMPP 3.4 appendix B. */
const words: ReadonlyMap<string, Receipt['state']> = new Map([
  ['ENROUTE', 'sent'],
  ['ACCEPTD', 'sent'],
  ['UNKNOWN', 'sent'],
  ['DELIVRD', 'delivered'],
  ['EXPIRED', 'failed'],
  ['DELETED', 'failed'],
  ['UNDELIV', 'failed'],
  ['REJECTD', 'failed'],
]);

const receiptedMessageId = 0x001e;
const messageState = 0x0427;

/** What a deliver_sm says of a message; undefined when it is no receipt. Its parameters win over its text. SMPP 3.4 §4.6.1, appendix B. */
export function parseSmppReceipt(body: Uint8Array): Receipt | undefined {
  const fields = createFieldReader(body);
  fields.text();
  for (const _ of ['source', 'destination']) {
    fields.octets(2);
    fields.text();
  }
  const isReceipt = (fields.octet() & 0x3c) === 0x04;
  fields.octets(2);
  fields.text();
  fields.text();
  fields.octets(4);
  const text = fields.octets(fields.octet()).toString('latin1');
  const parameters = fields.parameters();
  if (!isReceipt) return undefined;
  const id =
    parameters.get(receiptedMessageId)?.toString('latin1').replace(/\0.*$/s, '') ?? /\bid:(\S+)/i.exec(text)?.[1];
  const state =
    states[parameters.get(messageState)?.[0] ?? 0] ?? words.get(/\bstat:(\w+)/i.exec(text)?.[1]?.toUpperCase() ?? '');
  return id === undefined || id === '' || state === undefined ? undefined : { id, state };
}
