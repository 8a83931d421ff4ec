import { createCipheriv, createDecipheriv, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { HashName, Vault } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { KeyRing } from './key-ring.ts';

const nonceBytes = 12;
const tagBytes = 16;

/** The vault over a ring of keys: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce and the place as additional data. */
export function createVault(ring: KeyRing): Vault {
  // With the oldest key: what was hashed before a key was added must still be found.
  const hashKeyed = prepareHmac('SHA256', (ring.all[0] ?? ring.newest).hash);
  return {
    seal(secret, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', ring.newest.seal, nonce).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
      return `v1.${ring.newest.id}.${sealed.toString('base64url')}`;
    },
    open(sealed, place) {
      const [version, id = '', text = ''] = sealed.split('.');
      const key = ring.get(id);
      if (version !== 'v1' || key === undefined)
        throw new Problem('internal', `the key "${id}" of a sealed value is not in the ring`);
      try {
        const bytes = Buffer.from(text, 'base64url');
        // base64url decodes many texts to the same bytes; only the one that was made is taken.
        if (`v1.${id}.${bytes.toString('base64url')}` !== sealed)
          throw new Error('not in the form in which it was sealed');
        const decipher = createDecipheriv('aes-256-gcm', key.seal, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-tagBytes));
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
      } catch (cause) {
        throw new Problem('internal', 'a sealed value was changed or moved', { cause });
      }
    },
    keyedHash: (text, place) => Buffer.from(hashKeyed(Buffer.from(`${place}\n${text}`))).toString('base64url'),
    hmac: prepareHmac,
    equal: equalText,
  };
}

/** Compares two texts in a time that depends on the length of `b` alone. */
export function equalText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  if (left.length === right.length) return timingSafeEqual(left, right);
  timingSafeEqual(right, right);
  return false;
}

const algorithms: Record<HashName, { readonly name: string; readonly block: number; readonly size: number }> = {
  SHA1: { name: 'sha1', block: 64, size: 20 },
  SHA256: { name: 'sha256', block: 64, size: 32 },
  SHA512: { name: 'sha512', block: 128, size: 64 },
};

/** HMAC (RFC 2104) as two one-shot hashes over prepared pads: half the cost of `createHmac` for the 8-byte messages of HOTP. */
export function prepareHmac(hashName: HashName, key: Uint8Array): (message: Uint8Array) => Uint8Array {
  const { name, block, size } = algorithms[hashName];
  const shortKey = key.length > block ? hash(name, key, 'buffer') : key;
  const inner = Buffer.alloc(block + 8, 0x36);
  const outer = Buffer.alloc(block + size, 0x5c);
  for (let at = 0; at < shortKey.length; at += 1) {
    inner[at] = (shortKey[at] ?? 0) ^ 0x36;
    outer[at] = (shortKey[at] ?? 0) ^ 0x5c;
  }
  return (message) => {
    const padded = message.length === 8 ? inner : Buffer.concat([inner.subarray(0, block), message]);
    if (padded === inner) inner.set(message, block);
    outer.set(hash(name, padded, 'buffer'), block);
    return hash(name, outer, 'buffer');
  };
}
