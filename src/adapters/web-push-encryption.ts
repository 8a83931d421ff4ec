import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto';

/** Keys of a subscription, as the browser gives them (RFC 8291 §3.1). */
export interface SubscriptionKeys {
  /** Uncompressed P-256 point, base64url. */
  readonly p256dh: string;
  /** 16 bytes, base64url. */
  readonly auth: string;
}

/** What is made anew for each message; given only to reproduce vectors. */
export interface MessageSecrets {
  readonly sender: ECDH;
  /** 16 bytes. */
  readonly salt: Uint8Array;
}

/** Most that fits: 4096 bytes that every service takes (RFC 8030 §7.2), less header, tag and delimiter. */
export const maxPlaintext = 4096 - 86 - 16 - 1;

const recordSize = 4096;

/**
 * Encrypts a message for a subscription: one record of `aes128gcm` (RFC 8188, RFC 8291 §4).
 *
 * `padTo`: zero bytes make the plaintext this long, so that the length says nothing.
 *
 * @throws Error when it is too long, or the key is no point on the curve
 */
export function encryptMessage(
  plaintext: Uint8Array,
  keys: SubscriptionKeys,
  padTo = 0,
  { sender, salt }: MessageSecrets = newSecrets(),
): Buffer {
  const length = Math.max(plaintext.length, padTo);
  if (length > maxPlaintext) throw new Error(`a push message is at most ${maxPlaintext} bytes`);
  const receiverKey = Buffer.from(keys.p256dh, 'base64url');
  const senderKey = sender.getPublicKey();
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), receiverKey, senderKey]);
  const shared = sender.computeSecret(receiverKey);
  const secret = hkdf(shared, Buffer.from(keys.auth, 'base64url'), info, 32);
  const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // The delimiter of the last record, then padding (RFC 8188 §2).
  const padded = Buffer.concat([plaintext, Buffer.from([2]), Buffer.alloc(length - plaintext.length)]);
  const sealed = Buffer.concat([cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([header(salt, senderKey), sealed]);
}

function newSecrets(): MessageSecrets {
  const sender = createECDH('prime256v1');
  sender.generateKeys();
  return { sender, salt: randomBytes(16) };
}

function header(salt: Uint8Array, senderKey: Buffer): Buffer {
  const size = Buffer.alloc(5);
  size.writeUInt32BE(recordSize);
  size.writeUInt8(senderKey.length, 4);
  return Buffer.concat([salt, size, senderKey]);
}

function hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, length));
}
