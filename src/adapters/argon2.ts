import { verify } from '@node-rs/argon2';
import { Problem } from '../core/problem.ts';

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
