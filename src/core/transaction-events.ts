import { defineEvent, type EventType } from './event.ts';
import type { FinalState } from './transaction.ts';

/** Events of every transaction. `subject` is the method, `reason` the vendor’s word. */
export const transactionEvents = {
  opened: defineEvent({ name: 'transaction.opened', summary: 'An identification was begun', severity: 3 }),
  approved: defineEvent({ name: 'transaction.approved', summary: 'A person was identified', severity: 3 }),
  rejected: defineEvent({ name: 'transaction.rejected', summary: 'A person said no', severity: 5 }),
  cancelled: defineEvent({ name: 'transaction.cancelled', summary: 'An identification was cancelled', severity: 3 }),
  expired: defineEvent({
    name: 'transaction.expired',
    summary: 'An identification was not finished in time',
    severity: 3,
  }),
  failed: defineEvent({ name: 'transaction.failed', summary: 'An identification failed', severity: 5 }),
  wordUnknown: defineEvent({
    name: 'transaction.word-unknown',
    summary: 'The service behind an identification method said something that is not in its documents',
    severity: 7,
  }),
} as const satisfies Record<FinalState | 'opened' | 'wordUnknown', EventType>;
