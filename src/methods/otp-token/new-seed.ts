import type { Chance, HashName } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { TokenSeed } from './seed.ts';

/** Length of a new seed: that of the hash (RFC 4226 §4 R6, RFC 6238 §5.1). */
const seedBytes: Record<HashName, number> = { SHA1: 20, SHA256: 32, SHA512: 64 };

/**
 * A new seed with a new random id, of the type and name that were asked for.
 *
 * @throws Problem 'property-invalid' for an unknown type or an overlong name
 */
export function newSeed(
  { type, name }: Readonly<Record<string, string | undefined>>,
  form: Pick<TokenSeed, 'algorithm' | 'digits' | 'periodSeconds'>,
  chance: Chance,
): TokenSeed {
  if (type !== 'totp' && type !== 'hotp') {
    throw new Problem('property-invalid', 'must be "totp" or "hotp"', { property: 'type' });
  }
  if (name !== undefined && name.length > 100) {
    throw new Problem('property-invalid', 'must have at most 100 characters', { property: 'name' });
  }
  const id = `${type}-${[...chance.bytes(6)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  const secret = chance.bytes(seedBytes[form.algorithm]);
  return { id, type, secret, counter: 0, ...form, ...(name === undefined ? {} : { name }) };
}
