import { hash, randomBytes } from 'node:crypto';

const blockBytes = 64;
const hashBytes = 32;

/**
 * HMAC-SHA-256 (RFC 2104) under a key that nobody knows and that ends with the process.
 *
 * Two one-shot hashes over prepared pads: a fraction of the cost of `createHmac` for short texts.
 */
export function createKeyedHash(): (text: string) => Buffer {
  const key = randomBytes(blockBytes);
  const inner = key.map((byte) => byte ^ 0x36);
  const outer = Buffer.concat([key.map((byte) => byte ^ 0x5c), Buffer.alloc(hashBytes)]);
  return (text) => {
    outer.set(hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer'), blockBytes);
    return hash('sha256', outer, 'buffer');
  };
}
