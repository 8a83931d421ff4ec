import type { AuditEvent } from '../core/event.ts';
import type { ThrottlePolicy } from '../core/message-settings.ts';
import type { Key, Kind, Outcome } from '../core/store.ts';

/** What is remembered of one recipient. Instants in milliseconds since 1970. */
export interface Throttle {
  /** The latest messages, oldest first; never as many as are looked at: that many lead to quarantine or push out the oldest. */
  readonly sentAt: readonly number[];
  readonly quarantinedUntil?: number;
}

const phones: Kind<Throttle> = { name: 'phone-throttle' };
const mails: Kind<Throttle> = { name: 'mail-throttle' };

/** The record of one number. `hash` is keyed, so that no number lies in the store. It is the same in every realm and tenant: it is one telephone. */
export function phoneThrottle(hash: string): Key<Throttle> {
  return { kind: phones, id: hash };
}

/** The record of one mail address; see {@link phoneThrottle}. */
export function mailThrottle(hash: string): Key<Throttle> {
  return { kind: mails, id: hash };
}

/**
 * Decides whether one more message may go to a recipient, and counts it.
 *
 * HTTP API reference 5.4: `requests` messages whose mean interval is below the bound lead to quarantine, that is, when they came within requests ×
 * interval (five in 150 s). Our choice where it is silent: the message that fills the measure still goes out, the next does not; what is
 * refused in quarantine neither counts nor prolongs it; afterwards counting starts afresh. A clock that was set back never lets more through.
 */
export function countMessage(
  policy: ThrottlePolicy,
  refusal: AuditEvent,
): (current: Throttle | undefined, at: number) => Outcome<Throttle, 'send' | 'quarantined'> {
  const spanMs = policy.requests * policy.meanIntervalSeconds * 1000;
  return (current, at) => {
    const { sentAt = [], quarantinedUntil } = current ?? {};
    if (quarantinedUntil !== undefined && at < quarantinedUntil) return { events: [refusal], result: 'quarantined' };
    const before = quarantinedUntil === undefined ? sentAt : [];
    const [oldest = at] = before.slice(1 - policy.requests);
    const full = before.length >= policy.requests - 1 && at - oldest < spanMs;
    if (full) {
      const until = at + policy.quarantineSeconds * 1000;
      return { next: { sentAt: [], quarantinedUntil: until }, expiresAt: until, result: 'send' };
    }
    const latest = [...before, at].slice(1 - policy.requests);
    return { next: { sentAt: latest }, expiresAt: Math.max(...latest) + spanMs, result: 'send' };
  };
}
