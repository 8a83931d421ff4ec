import { type Account, accountOf } from '../core/account.ts';
import { afterRightProof, afterWrongProof, isLockedFor, lockedEvent, triesLeft } from '../core/account-lock.ts';
import type { AttemptPolicy } from '../core/attempts.ts';
import type { PasswordVerdict } from '../core/directory.ts';
import { coreEvents, type Origin } from '../core/event.ts';
import type { Claimant } from '../core/facts.ts';
import type { Vault } from '../core/ports.ts';
import type { Key, Transition } from '../core/store.ts';

/** A password that somebody tries. The password itself is not in it. */
export interface Guess {
  readonly claimant: Claimant;
  readonly origin: Origin;
  readonly policy: AttemptPolicy;
}

/** Longer than any directory takes; a check that has not ended by then never will. */
const forgottenMs = 120_000;

/**
 * Where the guesses are counted: the person's account; for a name that nobody has a record of its own that does not last, so that both cost as
 * much. It does not hold the name: people type passwords into the wrong field.
 */
export function guessesOf({ realm, name, person }: Claimant, vault: Pick<Vault, 'keyedHash'>): Key<Account> {
  return accountOf(realm, person?.id ?? `?${vault.keyedHash(name, 'unknown-name')}`);
}

/**
 * Takes one of the tries that are left, before the directory is asked: guesses that run side by side are no more than those one after the
 * other would be. Each `go` is followed by {@link endGuess} or {@link dropGuess} with the same `beganAt`.
 */
export function beginGuess({
  claimant,
  policy,
}: Guess): Transition<Account, { go: 'go' | 'locked' | 'busy'; beganAt: number }> {
  return (account, at) => {
    if (isLockedFor('password', account, at, policy)) return { result: { go: 'locked', beganAt: at } };
    const guesses = underWay(account, at);
    if (guesses.length >= triesLeft('password', account, at, policy)) return { result: { go: 'busy', beganAt: at } };
    return {
      next: { ...account, guesses: [...guesses, at] },
      ...(claimant.person === undefined && { expiresAt: at + forgottenMs }),
      result: { go: 'go', beganAt: at },
    };
  };
}

/** Gives the try back: the directory did not answer, so the password was neither right nor wrong. */
export function dropGuess({ claimant }: Guess, beganAt: number): Transition<Account, void> {
  return (account) => {
    const next = without(account, beganAt);
    return { next: claimant.person === undefined ? null : next, result: undefined };
  };
}

/** Writes how it ended. A person whom something else locked meanwhile is refused, however right the password was. */
export function endGuess(
  { claimant, origin, policy }: Guess,
  beganAt: number,
  verdict: PasswordVerdict | 'locked' | 'busy',
): Transition<Account, boolean> {
  const { person, realm } = claimant;
  const who = { ...origin, realm, ...(person !== undefined && { user: person.id }) };
  const refused = (reason: string) => ({ ...who, type: coreEvents.passwordRefused, reason });
  // Nobody's tries: there is nothing to keep. Only a guess that was let through holds a try.
  if (person === undefined) return () => ({ next: null, events: [refused(verdict)], result: false });
  if (verdict === 'locked' || verdict === 'busy') return () => ({ events: [refused(verdict)], result: false });
  return (account, at) => {
    const left = without(account, beganAt);
    if (isLockedFor('password', left, at, policy)) return { next: left, events: [refused('locked')], result: false };
    if (verdict === 'right') {
      const next = afterRightProof('password', left, policy);
      return { next, events: [{ ...who, type: coreEvents.passwordAccepted }], result: true };
    }
    const wrong = afterWrongProof('password', left, at, policy);
    const events = [refused(verdict), ...(wrong.isLocked ? [lockedEvent(who)] : [])];
    return { next: wrong.account, events, result: false };
  };
}

function underWay(account: Account | undefined, at: number): readonly number[] {
  return (account?.guesses ?? []).filter((beganAt) => Math.abs(at - beganAt) < forgottenMs);
}

function without(account: Account | undefined, beganAt: number): Account {
  const { guesses = [], ...rest } = account ?? {};
  const index = guesses.indexOf(beganAt);
  const left = index < 0 ? guesses : guesses.toSpliced(index, 1);
  return left.length === 0 ? rest : { ...rest, guesses: left };
}
