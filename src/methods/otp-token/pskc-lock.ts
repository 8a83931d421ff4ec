import type { HashName } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { childOf, childrenOf, type XmlElement, type XmlFault } from '../../core/xml-tree.ts';
import { parseBase64 } from './bytes-text.ts';
import { keyOf, type PskcKeys } from './pskc-key.ts';
import { encryptedIn, parseHmac, pskcSpace } from './pskc-words.ts';
import type { SeedCipher } from './seed-cipher.ts';

/** The keys of one container, ready for its values. */
export interface PskcLock {
  readonly cipher: SeedCipher;
  readonly key: Uint8Array;
  readonly mac: { readonly hash: HashName; readonly key: Uint8Array };
}

const wrongKey = 'the key or password does not fit this file, or the file was changed';

/**
 * Makes ready what opens the encrypted `values` of a container (RFC 6030 §6), or says the one thing that is wrong with all of them.
 *
 * The MAC key cannot be checked before it is decrypted: it has no MAC.
 */
export function unlock(container: XmlElement, values: readonly XmlElement[], keys: PskcKeys): PskcLock | XmlFault {
  const { cipher } = keys;
  let line = container.line;
  try {
    const encryption = childOf(container, pskcSpace, 'EncryptionKey');
    line = encryption?.line ?? line;
    const key = keyOf(encryption, keys);
    const method = childOf(container, pskcSpace, 'MACMethod');
    if (method === undefined)
      throw new Problem(
        'property-invalid',
        'values are encrypted, but there is no MACMethod to check them by (RFC 6030 §6.1.1)',
      );
    line = method.line;
    const lock = {
      cipher,
      key,
      mac: { hash: parseHmac(method.attributes['Algorithm']), key: macKeyOf(method, key, cipher) },
    };
    const checked = values.filter((value) => childrenOf(value, pskcSpace, 'ValueMAC').length > 0);
    if (checked.length > 0 && !checked.some((value) => fits(value, lock)))
      throw new Problem('property-invalid', wrongKey);
    return lock;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { line, message: error.detail };
  }
}

/**
 * What an encrypted value holds. Its MAC is checked first, so that nothing is ever decrypted that was changed.
 *
 * @throws Problem 'property-invalid'
 */
export function openValue(value: XmlElement, lock: PskcLock): Uint8Array {
  const { keyBytes, ciphertext } = encryptedIn(childOf(value, pskcSpace, 'EncryptedValue'));
  if (keyBytes !== lock.key.length) throw keyLengthProblem(keyBytes, lock.key);
  const mac = childOf(value, pskcSpace, 'ValueMAC');
  if (mac === undefined)
    throw new Problem('property-invalid', 'an encrypted value has no ValueMAC to check it by (RFC 6030 §6.1.1)');
  const actual = lock.cipher.hmac(lock.mac.hash, lock.mac.key, ciphertext);
  if (!lock.cipher.equal(actual, parseBase64(mac.text))) {
    throw new Problem('property-invalid', 'the MAC of a value does not match: it was changed');
  }
  const bytes = lock.cipher.aesCbcDecrypt(lock.key, ciphertext);
  if (bytes === undefined) throw new Problem('property-invalid', 'a value does not decrypt, though its MAC matches');
  return bytes;
}

function fits(value: XmlElement, { cipher, mac }: PskcLock): boolean {
  try {
    const { ciphertext } = encryptedIn(childOf(value, pskcSpace, 'EncryptedValue'));
    const written = parseBase64(childOf(value, pskcSpace, 'ValueMAC')?.text ?? '');
    return cipher.equal(cipher.hmac(mac.hash, mac.key, ciphertext), written);
  } catch (error) {
    // What is wrong with this value's form is said when it is opened; here it only is not a wrong key.
    if (error instanceof Problem) return true;
    throw error;
  }
}

/** Without a MAC key of its own the container's key is that too, as in files of older writers. */
function macKeyOf(method: XmlElement, key: Uint8Array, cipher: SeedCipher): Uint8Array {
  if (childOf(method, pskcSpace, 'MACKeyReference') !== undefined) {
    throw new Problem('property-invalid', 'the MAC key is not in the file (MACKeyReference), which is not read here');
  }
  const macKey = childOf(method, pskcSpace, 'MACKey');
  if (macKey === undefined) return key;
  const { keyBytes, ciphertext } = encryptedIn(macKey);
  if (keyBytes !== key.length) throw keyLengthProblem(keyBytes, key);
  const bytes = cipher.aesCbcDecrypt(key, ciphertext);
  if (bytes === undefined || bytes.length === 0) throw new Problem('property-invalid', wrongKey);
  return bytes;
}

function keyLengthProblem(wanted: number, { length }: Uint8Array): Problem {
  return new Problem(
    'property-invalid',
    `values are encrypted with AES-${wanted * 8}, but the key has ${length * 8} bits`,
  );
}
