import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import type { DeviceKeys } from '../core/push.ts';
import { RecentlyUsed } from '../core/recently-used.ts';

/** Keys that are kept ready; making one costs more than checking with it. */
const keysKept = 2000;

/** What devices sign with: ECDSA on P-256 with SHA-256, over Node’s own cryptography. */
export function createDeviceKeys(): DeviceKeys {
  const ready = new RecentlyUsed<string, KeyObject>(keysKept);

  function keyOf(text: string): KeyObject {
    const known = ready.get(text);
    if (known !== undefined) return known;
    const key = toKey(text);
    ready.set(text, key);
    return key;
  }

  return {
    isPublicKey(text) {
      try {
        toKey(text);
        return true;
      } catch {
        return false;
      }
    },
    verify(key, text, signature) {
      // One form only of 64 bytes: 86 characters, of which the last has two bits that mean nothing and are nought.
      if (!/^[A-Za-z0-9_-]{85}[AQgw]$/.test(signature)) return false;
      const bytes = Buffer.from(signature, 'base64url');
      return verify('sha256', Buffer.from(text), { key: keyOf(key), dsaEncoding: 'ieee-p1363' }, bytes);
    },
    digest: (content) => hash('sha256', content, 'base64url'),
  };
}

/** An uncompressed point (SEC 1 §2.3.3). OpenSSL refuses one that is not on the curve. @throws Error */
function toKey(text: string): KeyObject {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 65 || bytes[0] !== 4 || bytes.toString('base64url') !== text) throw new Error('no point');
  const x = bytes.subarray(1, 33).toString('base64url');
  const y = bytes.subarray(33).toString('base64url');
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}
