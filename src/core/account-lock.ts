import type { Account, ProofKind } from './account.ts';
import { type AttemptPolicy, type Attempts, afterFailure, isLocked, noFailures } from './attempts.ts';
import { type AuditEvent, coreEvents, type Origin } from './event.ts';
import type { Transition } from './store.ts';

/** Whose account it is, and what stands in its events. */
export interface AccountOwner {
  readonly realm: string;
  readonly user: string;
  readonly origin: Origin;
}

/** True while no proof of this kind may be looked at. A lock over all kinds holds whatever the policy has become since. */
export function isLockedFor(kind: ProofKind, account: Account | undefined, at: number, policy: AttemptPolicy): boolean {
  const { any, ...each } = account?.attempts ?? {};
  const counts = policy.shared ? [any, ...Object.values(each)] : [any, each[kind]];
  return counts.some((count) => count !== undefined && isLocked(count, at));
}

/** True while any proof of the person is locked: sessions do not hold then. */
export function isLockedAtAll(account: Account | undefined, at: number): boolean {
  return Object.values(account?.attempts ?? {}).some((count) => isLocked(count, at));
}

/** How many more proofs of this kind may turn out wrong before the person is locked. */
export function triesLeft(kind: ProofKind, account: Account | undefined, at: number, policy: AttemptPolicy): number {
  const { failedAt } = countOf(kind, account, policy);
  return policy.limit - failedAt.filter((failed) => failed > at - policy.windowSeconds * 1000).length;
}

/** The account after a proof turned out wrong, and the event if that locks it. */
export function afterWrongProof(
  kind: ProofKind,
  account: Account | undefined,
  at: number,
  policy: AttemptPolicy,
): { readonly account: Account; readonly isLocked: boolean } {
  const failed = afterFailure(countOf(kind, account, policy), at, policy);
  const attempts = { ...account?.attempts, [nameOf(kind, policy)]: failed };
  return { account: { ...account, attempts }, isLocked: isLocked(failed, at) };
}

/**
 * The account after a right proof, which forgives the failures of its kind.
 *
 * A right password forgives nothing where the count is shared: whoever knows it could otherwise guess codes without end.
 */
export function afterRightProof(kind: ProofKind, account: Account | undefined, policy: AttemptPolicy): Account {
  if (policy.shared && kind === 'password') return { ...account };
  const { [nameOf(kind, policy)]: _, ...attempts } = account?.attempts ?? {};
  return { ...account, attempts };
}

/** The event of a lock. */
export function lockedEvent(who: Partial<AuditEvent>): AuditEvent {
  return { ...who, type: coreEvents.accountLocked, reason: 'too-many-failures' };
}

/** Lifts every lock and forgets the failures; false when there was nothing to lift. */
export function unlock({ realm, user, origin }: AccountOwner): Transition<Account, boolean> {
  return (account) => {
    if (Object.keys(account?.attempts ?? {}).length === 0) return { result: false };
    const { attempts: _, ...next } = account ?? {};
    return { next, events: [{ ...origin, type: coreEvents.accountUnlocked, realm, user }], result: true };
  };
}

function countOf(kind: ProofKind, account: Account | undefined, policy: AttemptPolicy): Attempts {
  return account?.attempts?.[nameOf(kind, policy)] ?? noFailures;
}

function nameOf(kind: ProofKind, { shared }: AttemptPolicy): ProofKind | 'any' {
  return shared ? 'any' : kind;
}
