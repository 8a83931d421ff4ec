import { describe, expect, it } from 'vitest';
import { type Attempts, afterFailure, attemptPolicySchema, isLocked, noFailures } from './attempts.ts';

const policy = attemptPolicySchema.parse({ limit: 3, windowSeconds: 60, lockSeconds: 100, maxLockSeconds: 300 });

/** Fails at each of these instants, in milliseconds. */
const failing = (instants: readonly number[], from: Attempts = noFailures, under = policy): Attempts =>
  instants.reduce((attempts, at) => afterFailure(attempts, at, under), from);

describe('failures', () => {
  it('lock when there are as many as the limit', () => {
    expect(failing([1, 2])).toEqual({ failedAt: [1, 2], locks: 0 });
    expect(failing([1, 2, 3])).toEqual({ failedAt: [], locks: 1, lockedUntil: 100_003 });
  });

  it('are forgotten when the window has passed over them', () => {
    expect(failing([0, 1, 60_000]).failedAt).toEqual([1, 60_000]);
  });

  it('that seem to lie in the future count, so that no clock unlocks', () => {
    expect(failing([1_000_000, 1_000_001, 5])).toMatchObject({ locks: 1 });
  });

  it('lock at once where the limit is one', () => {
    expect(failing([7], noFailures, { ...policy, limit: 1 })).toMatchObject({ lockedUntil: 100_007 });
  });
});

describe('a lock', () => {
  it('lasts twice as long each time, up to the longest', () => {
    const lengths = [0, 1, 2, 3, 60, 5000].map((locks) => failing([0, 0, 0], { failedAt: [], locks }).lockedUntil);
    expect(lengths).toEqual([100_000, 200_000, 300_000, 300_000, 300_000, 300_000]);
  });

  it('stays until it is lifted where it is hard', () => {
    const locked = failing([1, 2, 3], noFailures, { ...policy, hard: true });
    expect(locked.lockedUntil).toBeNull();
    expect(isLocked(locked, Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  it('ends at its instant', () => {
    const locked = { failedAt: [], locks: 1, lockedUntil: 1000 };
    expect([isLocked(locked, 999), isLocked(locked, 1000), isLocked(noFailures, 0)]).toEqual([true, false, false]);
  });
});

it('may be set to the documented three in thirty minutes for sixty', () => {
  const documented = attemptPolicySchema.parse({ limit: 3, windowSeconds: 1800, lockSeconds: 3600 });
  expect(failing([0, 1, 2], noFailures, documented).lockedUntil).toBe(3_600_002);
});
