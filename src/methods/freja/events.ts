import { defineEvent } from '../../core/event.ts';

/** Events of the method, beside those of every transaction. */
export const frejaEvents = {
  refused: defineEvent({
    name: 'freja.refused',
    summary: 'Freja eID did not take an order; the reason is its error code',
    severity: 5,
  }),
} as const;
