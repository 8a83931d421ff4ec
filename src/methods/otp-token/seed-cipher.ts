import type { HashName } from '../../core/ports.ts';

/** The cryptography that encrypted seed files need (RFC 6030 §6). */
export interface SeedCipher {
  /**
   * AES-CBC by the key's length (16, 24 or 32 bytes); the first 16 bytes are the IV, padding as in XML Encryption 1.1 §5.2.
   *
   * Undefined when lengths or padding cannot be right.
   */
  aesCbcDecrypt(key: Uint8Array, ivAndCiphertext: Uint8Array): Uint8Array | undefined;
  /** HMAC (RFC 2104). */
  hmac(hash: HashName, key: Uint8Array, message: Uint8Array): Uint8Array;
  /** PBKDF2 (RFC 8018 §5.2) over the password in UTF-8; `length` in bytes. */
  pbkdf2(password: string, salt: Uint8Array, iterations: number, length: number, hash: HashName): Uint8Array;
  /** True when both are equal; takes the same time wherever they differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}
