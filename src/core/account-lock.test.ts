import { describe, expect, it } from 'vitest';
import type { Account } from './account.ts';
import { afterRightProof, afterWrongProof, isLockedAtAll, isLockedFor, unlock } from './account-lock.ts';
import { attemptPolicySchema } from './attempts.ts';

const at = Date.UTC(2026, 10, 22);
const apart = attemptPolicySchema.parse({ limit: 3 });
const shared = { ...apart, shared: true };
const wrong = (kinds: readonly ('code' | 'password')[], policy = apart) =>
  kinds.reduce<Account | undefined>((account, kind) => afterWrongProof(kind, account, at, policy).account, undefined);

describe('failures', () => {
  it('lock the kind of proof that they are of, and no other', () => {
    const account = wrong(['password', 'password', 'code', 'password']);
    expect(isLockedFor('password', account, at, apart)).toBe(true);
    expect(isLockedFor('code', account, at, apart)).toBe(false);
    expect(isLockedAtAll(account, at)).toBe(true);
  });

  it('lock every kind where the count is shared', () => {
    const account = wrong(['password', 'code', 'password'], shared);
    expect([isLockedFor('password', account, at, shared), isLockedFor('code', account, at, shared)]).toEqual([
      true,
      true,
    ]);
    expect(isLockedFor('code', wrong(['password', 'code'], shared), at, shared)).toBe(false);
  });

  it('that have locked keep doing so when the count becomes a shared one, or stops being one', () => {
    expect(isLockedFor('code', wrong(['code', 'code', 'code'], shared), at, apart)).toBe(true);
    expect(isLockedFor('code', wrong(['password', 'password', 'password']), at, shared)).toBe(true);
  });

  it('are told when they lock', () => {
    const once = afterWrongProof('code', undefined, at, { ...apart, limit: 1 });
    expect([once.isLocked, afterWrongProof('code', undefined, at, apart).isLocked]).toEqual([true, false]);
  });
});

describe('a right proof', () => {
  it('forgives failures of its own kind', () => {
    const account = afterRightProof('password', wrong(['password', 'code']), apart);
    expect(Object.keys(account.attempts ?? {})).toEqual(['code']);
  });

  it('forgives a shared count only when it is a code: who knows the password could guess codes for ever', () => {
    const account = wrong(['code', 'code'], shared);
    expect(afterRightProof('password', account, shared).attempts?.any?.failedAt).toHaveLength(2);
    expect(afterRightProof('code', account, shared).attempts).toEqual({});
  });
});

describe('lifting a lock', () => {
  const owner = { realm: 'default', user: 'alovelace', origin: { trace: 'a'.repeat(32) } };

  it('forgets the failures and the locks, and tells that it did', () => {
    const locked = {
      attempts: { code: { failedAt: [], locks: 4, lockedUntil: null }, any: { failedAt: [at], locks: 0 } },
    };
    const decision = unlock(owner)(locked, at);
    expect(decision).toMatchObject({
      result: true,
      next: {},
      events: [{ type: { name: 'account.unlocked' } }],
    });
  });

  it('does nothing where there is nothing to lift', () => {
    expect(unlock(owner)({ attempts: {} }, at)).toEqual({ result: false });
    expect(unlock(owner)(undefined, at)).toEqual({ result: false });
  });
});
