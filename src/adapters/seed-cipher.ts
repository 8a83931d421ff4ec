import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

type Hash = 'SHA1' | 'SHA256' | 'SHA512';

const blockBytes = 16;

/** The cryptography of encrypted seed files over OpenSSL. `pbkdf2` holds the thread: seconds, at ten million iterations. */
export const seedCipher = {
  /** AES-CBC, IV first. Undefined when lengths or padding cannot be right. */
  aesCbcDecrypt(key: Uint8Array, ivAndCiphertext: Uint8Array): Uint8Array | undefined {
    const { length } = ivAndCiphertext;
    if (![16, 24, 32].includes(key.length) || length < 2 * blockBytes || length % blockBytes !== 0) return undefined;
    const iv = ivAndCiphertext.subarray(0, blockBytes);
    // XML Encryption 1.1 §5.2 fixes the last byte of the padding only; OpenSSL would demand that of PKCS #7.
    const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(ivAndCiphertext.subarray(blockBytes)), decipher.final()]);
    const padding = padded.at(-1) ?? 0;
    return padding < 1 || padding > blockBytes ? undefined : Uint8Array.from(padded.subarray(0, -padding));
  },
  /** HMAC (RFC 2104). */
  hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
    return createHmac(hash.toLowerCase(), key).update(message).digest();
  },
  /** PBKDF2 (RFC 8018 §5.2) over the password in UTF-8; `length` in bytes. */
  pbkdf2(password: string, salt: Uint8Array, iterations: number, length: number, hash: Hash): Uint8Array {
    return pbkdf2Sync(password, salt, iterations, length, hash.toLowerCase());
  },
  /** True when both are equal; takes the same time wherever they differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && timingSafeEqual(a, b);
  },
};
