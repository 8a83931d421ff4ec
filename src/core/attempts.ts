import { z } from 'zod';

/**
 * How many wrong tries one person has, per kind of proof or over all of them.
 *
 * Defaults are our choice; PhenixID's documented lockout is `limit: 3, windowSeconds: 1800, lockSeconds: 3600, shared: true` (HTTP API reference 5.3).
 */
export const attemptPolicySchema = z.strictObject({
  limit: z.int().min(1).max(1_000_000).default(5).describe('Failures within the window that lock; 5'),
  windowSeconds: z.int().min(1).max(604_800).default(1800).describe('How long a failure counts; 1800'),
  lockSeconds: z
    .int()
    .min(1)
    .max(604_800)
    .default(900)
    .describe('How long the first lock lasts; each one after it twice as long; 900'),
  maxLockSeconds: z.int().min(1).max(31_536_000).default(86_400).describe('The longest a lock lasts; 86400'),
  shared: z.boolean().default(false).describe('One count over passwords and codes, instead of one for each; false'),
  hard: z.boolean().default(false).describe('A lock stays until somebody lifts it; false'),
});

/** See {@link attemptPolicySchema}. */
export type AttemptPolicy = z.infer<typeof attemptPolicySchema>;

/** What is remembered of one person's failures with one kind of proof. Instants in milliseconds since 1970. */
export interface Attempts {
  /** Failures since the last success or lock, oldest first; never more than the limit. */
  readonly failedAt: readonly number[];
  /** Locks in a row without a success between them. */
  readonly locks: number;
  /** Until when no try is looked at; `null` is until lifted. */
  readonly lockedUntil?: number | null;
}

/** Nothing has gone wrong yet. */
export const noFailures: Attempts = { failedAt: [], locks: 0 };

/** True while no try may be looked at. */
export function isLocked(attempts: Attempts, at: number): boolean {
  return attempts.lockedUntil === null || (attempts.lockedUntil !== undefined && at < attempts.lockedUntil);
}

/** Counts one failure; the one that reaches the limit locks. A failure that seems to lie in the future counts, so that no clock unlocks. */
export function afterFailure({ failedAt, locks }: Attempts, at: number, policy: AttemptPolicy): Attempts {
  const counted = [...failedAt.filter((failed) => failed > at - policy.windowSeconds * 1000), at];
  if (counted.length < policy.limit) return { failedAt: counted, locks };
  const seconds = Math.min(policy.lockSeconds * 2 ** Math.min(locks, 30), policy.maxLockSeconds);
  return { failedAt: [], locks: locks + 1, lockedUntil: policy.hard ? null : at + seconds * 1000 };
}
