import { Problem } from '../../core/problem.ts';
import { childOf, type XmlElement } from '../../core/xml-tree.ts';
import { parseBase64 } from './bytes-text.ts';
import { parseHmac, pkcs5, pskcSpace, quoted, xenc11 } from './pskc-words.ts';
import { parseWhole } from './seed.ts';
import type { SeedCipher } from './seed-cipher.ts';

/** What opens an encrypted container: one of the two secrets, and the means. */
export interface PskcKeys {
  readonly cipher: SeedCipher;
  readonly preSharedKey?: Uint8Array | undefined;
  readonly password?: string | undefined;
}

/** The key of a container by its EncryptionKey: the pre-shared one, or the one from the password. @throws Problem 'property-invalid' */
export function keyOf(encryption: XmlElement | undefined, { cipher, preSharedKey, password }: PskcKeys): Uint8Array {
  if (encryption?.children.some(({ name }) => name === 'X509Data' || name === 'KeyValue')) {
    throw new Problem('property-invalid', 'the file is encrypted for a certificate, which is not read here');
  }
  const derived = encryption === undefined ? undefined : childOf(encryption, xenc11, 'DerivedKey');
  if (derived === undefined) {
    if (preSharedKey === undefined)
      throw new Problem('property-invalid', 'the file is encrypted with a pre-shared key, which was not given');
    return preSharedKey;
  }
  if (password === undefined)
    throw new Problem('property-invalid', 'the file is encrypted with a password, which was not given');
  return deriveKey(childOf(derived, xenc11, 'KeyDerivationMethod'), password, cipher);
}

function deriveKey(method: XmlElement | undefined, password: string, cipher: SeedCipher): Uint8Array {
  const algorithm = method?.attributes['Algorithm'] ?? '';
  if (method === undefined || ![`${pkcs5}pbkdf2`, `${xenc11}pbkdf2`].includes(algorithm)) {
    throw new Problem('property-invalid', `the key is derived by ${quoted(algorithm)}, which is not known here`);
  }
  const parameters = part(method, 'PBKDF2-params');
  const salt = parseBase64(part(part(parameters, 'Salt'), 'Specified')?.text ?? '');
  // At least 64 bits and a thousand rounds (RFC 8018 §4.1, §4.2); at most what takes seconds, not hours (our choice).
  if (salt.length < 8 || salt.length > 1024)
    throw new Problem('property-invalid', 'the salt is not of 8 to 1024 bytes');
  const iterations = parseWhole(part(parameters, 'IterationCount')?.text ?? '', 'IterationCount', 1000, 10_000_000);
  const length = parseWhole(part(parameters, 'KeyLength')?.text ?? '', 'KeyLength', 16, 32);
  const random = part(parameters, 'PRF');
  // Some writers put the name in the element instead of the attribute.
  const name = random?.attributes['Algorithm'] ?? random?.text.trim() ?? '';
  const hash = name === '' ? 'SHA1' : parseHmac(name);
  return cipher.pbkdf2(password, salt, iterations, length, hash);
}

/** RFC 6030 figure 7 has the parts of PBKDF2-params in no namespace; other writers use theirs, or that of the schema. */
function part(element: XmlElement | undefined, name: string): XmlElement | undefined {
  if (element === undefined) return undefined;
  return ['', pkcs5, xenc11, pskcSpace]
    .map((space) => childOf(element, space, name))
    .find((child) => child !== undefined);
}
