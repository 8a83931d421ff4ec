import { describe, expect, it } from 'vitest';
import { vault } from '../../test/support/otp-account.ts';
import type { Account } from '../core/account.ts';
import { attemptPolicySchema } from '../core/attempts.ts';
import { beginGuess, dropGuess, endGuess, type Guess, guessesOf } from './password-guess.ts';

const at = Date.UTC(2026, 10, 22);
const policy = attemptPolicySchema.parse({ limit: 3 });
const ada: Guess['claimant'] = { realm: 'default', name: 'ada', person: { id: 'ada', attributes: {} } };
const guess = (more: Partial<Guess> = {}): Guess => ({
  claimant: ada,
  origin: { trace: 'a'.repeat(32) },
  policy,
  ...more,
});
const nobody = guess({ claimant: { realm: 'default', name: 'hunter2' } });
const begun = (times: number, account?: Account): Account | undefined => {
  let next = account;
  for (let index = 0; index < times; index += 1) next = beginGuess(guess())(next, at + index).next ?? next;
  return next;
};
const ended = (account: Account | undefined, verdict: Parameters<typeof endGuess>[2], beganAt = at) =>
  endGuess(guess(), beganAt, verdict)(account, at + 10);

describe('a guess at a password', () => {
  it('takes one of the tries that are left while the directory is asked', () => {
    expect(begun(3)?.guesses).toHaveLength(3);
    expect(beginGuess(guess())(begun(3), at)).toEqual({ result: { go: 'busy', beganAt: at } });
    const failed = ended(begun(3), 'wrong').next ?? undefined;
    expect(beginGuess(guess())(failed, at).result.go).toBe('busy');
  });

  it('gives its try back when the directory does not answer', () => {
    const dropped = dropGuess(guess(), at)(begun(3), at).next;
    expect(dropped).toMatchObject({ guesses: [at + 1, at + 2] });
    expect(dropped?.attempts).toBeUndefined();
  });

  it('that is never ended is forgotten', () => {
    expect(beginGuess(guess())(begun(3), at + 200_000).result.go).toBe('go');
  });

  it('that is right forgives the failures, and leaves an event', () => {
    const failed = ended(begun(1), 'wrong').next ?? undefined;
    const decision = ended(begun(1, failed), 'right');
    expect(decision).toMatchObject({ result: true, events: [{ type: { name: 'password.accepted' }, user: 'ada' }] });
    expect(decision.next).toEqual({ attempts: {} });
  });

  it.each(['wrong', 'person-unknown', 'password-expired', 'disabled', 'locked-in-directory'] as const)(
    'that the directory calls %s counts, with the word in the event',
    (verdict) => {
      const decision = ended(begun(1), verdict);
      expect(decision).toMatchObject({ result: false, events: [{ reason: verdict }] });
      expect(decision.next?.attempts?.password?.failedAt).toHaveLength(1);
    },
  );

  it('locks with the last try, and is not looked at from then on', () => {
    let account: Account | undefined;
    for (let tries = 0; tries < 3; tries += 1) account = ended(begun(1, account), 'wrong').next ?? undefined;
    expect(beginGuess(guess())(account, at + 10).result.go).toBe('locked');
    const decision = ended(account, 'locked');
    expect(decision).toMatchObject({ result: false, events: [{ reason: 'locked' }] });
    expect(decision).not.toHaveProperty('next');
  });

  it('that is right is refused when something else has locked the person meanwhile', () => {
    const locked = { ...begun(1), attempts: { any: { failedAt: [], locks: 1, lockedUntil: null } } };
    expect(ended(locked, 'right')).toMatchObject({
      result: false,
      events: [{ reason: 'locked' }],
      next: { attempts: {} },
    });
  });

  it('that was not let through takes nobody else’s try', () => {
    expect(ended(begun(1), 'busy')).not.toHaveProperty('next');
  });
});

describe('a guess at the password of nobody', () => {
  it('is kept for a while only, without the name, and leaves an event without it', () => {
    const key = guessesOf(nobody.claimant, vault);
    expect(key.id).toMatch(/^default\/\?/);
    expect(key.id).not.toContain('hunter2');
    expect(beginGuess(nobody)(undefined, at)).toMatchObject({ next: { guesses: [at] }, expiresAt: at + 120_000 });
    const decision = endGuess(nobody, at, 'person-unknown')({ guesses: [at] }, at);
    expect(decision).toMatchObject({ next: null, result: false, events: [{ reason: 'person-unknown' }] });
    expect(JSON.stringify(decision)).not.toContain('hunter2');
    expect(endGuess(nobody, at, 'right')({ guesses: [at] }, at).result).toBe(false);
  });
});
