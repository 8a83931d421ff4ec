import { hash, verify } from '@node-rs/argon2';
import { createBulkhead } from '../core/bulkhead.ts';
import { Problem } from '../core/problem.ts';

/** Cost of the hashes we make: 19 MiB, two passes, one lane; what OWASP's Password Storage Cheat Sheet names first for Argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of no password, which costs as much to compare with as those that we make. */
const decoy = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * Compares a password with its argon2 hash in PHC form (RFC 9106), on the thread pool.
 *
 * @throws Problem 'internal' when `hash` is no such thing
 */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  try {
    return await verify(hash, password);
  } catch (cause) {
    throw new Problem('internal', 'a password hash cannot be read', { cause });
  }
}

/** The argon2id hash of a password in PHC form, with a salt of its own, computed on the thread pool. Costs 19 MiB and some 30 ms. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

/** Compares passwords of people, a few at a time. */
export interface PasswordCheck {
  /**
   * Whether the password has this hash. No hash is never right, and takes as long.
   *
   * @throws Problem 'unavailable' when too many wait; 'internal' when `hash` cannot be read
   */
  matches(hash: string | undefined, password: string): Promise<boolean>;
}

/** Our choice of limits: two at once leave room on the thread pool of four; two hundred wait some three seconds. */
export function createPasswordCheck({ atOnce = 2, waiting = 200 } = {}): PasswordCheck {
  const bulkhead = createBulkhead({ atOnce, waiting });
  return {
    matches: (hash = decoy, password) =>
      bulkhead.run(async () => (await verifyPassword(hash, password)) && hash !== decoy),
  };
}
