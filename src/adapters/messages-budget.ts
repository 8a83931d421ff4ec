import type { AuditEvent } from '../core/event.ts';
import type { Key, Kind, Outcome } from '../core/store.ts';

const dayMs = 86_400_000;

/** How many text messages a tenant sent on a day; days are counted from 1970 (UTC). */
export interface Budget {
  readonly day: number;
  readonly sent: number;
}

const budgets: Kind<Budget> = { name: 'message-budget' };

/** The record of one tenant. */
export function budgetOf(tenant: string): Key<Budget> {
  return { kind: budgets, id: tenant };
}

/** Takes one message from what a tenant may send in a day. A day that ended never begins again, whatever a clock does. */
export function spendMessage(
  perDay: number,
  refusal: AuditEvent,
): (current: Budget | undefined, at: number) => Outcome<Budget, 'send' | 'spent'> {
  return (current, at) => {
    const day = Math.max(Math.floor(at / dayMs), current?.day ?? 0);
    const sent = current?.day === day ? current.sent : 0;
    if (sent >= perDay) return { events: [refusal], result: 'spent' };
    return { next: { day, sent: sent + 1 }, expiresAt: (day + 2) * dayMs, result: 'send' };
  };
}
