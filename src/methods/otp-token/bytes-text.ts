import { Problem } from '../../core/problem.ts';

/** True for an even, non-zero number of hexadecimal digits. */
export function isHex(text: string): boolean {
  return text.length > 0 && text.length % 2 === 0 && /^[0-9A-Fa-f]*$/.test(text);
}

/** Bytes from hexadecimal digits. @throws Problem 'property-invalid' */
export function parseHex(text: string): Uint8Array {
  if (!isHex(text))
    throw new Problem('property-invalid', 'the hexadecimal text has an odd length or another character');
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

/** What is read here is a few hundred characters long; our choice, so that a huge text costs nothing. */
const maxBase64 = 65_536;

/** Bytes from Base64 with its padding (RFC 4648 §4), white space ignored as in XML. @throws Problem 'property-invalid' */
export function parseBase64(text: string): Uint8Array {
  if (text.length > maxBase64) throw new Problem('property-invalid', 'the Base64 text is far too long');
  const letters = text.replaceAll(/[ \t\r\n]/g, '');
  if (letters.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(letters)) {
    throw new Problem('property-invalid', 'the Base64 text was cut or has another character');
  }
  return Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
}
