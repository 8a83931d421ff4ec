import type { Facts } from '../../core/facts.ts';
import type { Polled } from '../../core/transaction-run.ts';
import { method } from './step-settings.ts';
import { type Device, type Language, userTextOf } from './user-texts.ts';
import { failedHints, ownEnds, pendingHints, tell } from './wire.ts';

/** Properties of requests about an order. */
export const idWords = { transactionID: 'Id from the start', orderRef: 'The same, for orders by phone' };

/** Properties of answers about an order. */
export const statusWords = {
  status: `OK, ERROR, or that it goes on: ${Object.values(pendingHints)
    .map(({ status }) => status)
    .join(', ')}, PENDING`,
  message: `Why not, with ERROR: ${[...new Set([...Object.keys(failedHints), ...Object.values(ownEnds).map(({ message }) => message)])].join(', ')}, or an error code of BankID`,
  userMessage: 'What to tell the person',
  userMessageId: 'BankID’s own identifier for a text of that sense, e.g. RFA9, where there is one',
};

/** The transaction as a fact. */
export function toFact(id: string, { transaction: { state, word } }: Polled) {
  return { id, method, state, word };
}

/** What the caller is told of where an order stands. */
export function statusOf(
  { transaction }: Polled,
  { language, device }: { language: Language; device: Device },
): Facts['reply'] {
  const { status, message, text } = tell(transaction.state, transaction.word);
  const told = text && userTextOf(text, language, device);
  return {
    status,
    ...(message !== undefined && { message }),
    ...(told && { userMessage: told.text }),
    ...(told?.id !== undefined && { userMessageId: told.id }),
  };
}
