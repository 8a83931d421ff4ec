import type { HashName } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { childOf, type XmlElement } from '../../core/xml-tree.ts';
import { parseBase64 } from './bytes-text.ts';

/** The namespace of RFC 6030. */
export const pskcSpace = 'urn:ietf:params:xml:ns:keyprov:pskc';
const xenc = 'http://www.w3.org/2001/04/xmlenc#';
/** The namespace of XML Encryption 1.1. */
export const xenc11 = 'http://www.w3.org/2009/xmlenc11#';
/** The namespace of PBKDF2's parameters (RFC 8018 took it over from PKCS #5). */
export const pkcs5 = 'http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#';
const xmldsig = 'http://www.w3.org/2000/09/xmldsig#';
const xmldsigMore = 'http://www.w3.org/2001/04/xmldsig-more#';

/** Bytes of key that an algorithm takes (XML Encryption 1.1 §5.2). */
const aesKeyBytes: ReadonlyMap<string, number> = new Map([
  [`${xenc}aes128-cbc`, 16],
  [`${xenc}aes192-cbc`, 24],
  [`${xenc}aes256-cbc`, 32],
]);

/** HMACs by their URI (RFC 9231 §2.2, and as writers of files misspell the first). */
const hmacs: ReadonlyMap<string, HashName> = new Map([
  [`${xmldsig}hmac-sha1`, 'SHA1'],
  [`${xmldsigMore}hmac-sha1`, 'SHA1'],
  [`${xmldsigMore}hmac-sha256`, 'SHA256'],
  [`${xmldsigMore}hmac-sha512`, 'SHA512'],
]);

/** The HMAC with this URI. @throws Problem 'property-invalid' */
export function parseHmac(algorithm = ''): HashName {
  const hash = hmacs.get(algorithm);
  if (hash === undefined)
    throw new Problem('property-invalid', `the algorithm ${quoted(algorithm)} is not an HMAC known here`);
  return hash;
}

/** Ciphertext with its IV, and the length of the key that its algorithm takes. @throws Problem 'property-invalid' */
export function encryptedIn(element: XmlElement | undefined): {
  readonly keyBytes: number;
  readonly ciphertext: Uint8Array;
} {
  const method = element === undefined ? undefined : childOf(element, xenc, 'EncryptionMethod');
  const algorithm = method?.attributes['Algorithm'] ?? '';
  const keyBytes = aesKeyBytes.get(algorithm);
  if (keyBytes === undefined)
    throw new Problem('property-invalid', `the encryption algorithm ${quoted(algorithm)} is not known here`);
  const data = element === undefined ? undefined : childOf(element, xenc, 'CipherData');
  const text = (data === undefined ? undefined : childOf(data, xenc, 'CipherValue'))?.text ?? '';
  return { keyBytes, ciphertext: parseBase64(text) };
}

/** The algorithm an element names, for a sentence: cut, and without what would not show. */
export function quoted(algorithm: string): string {
  return `"${algorithm.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100)}"`;
}
