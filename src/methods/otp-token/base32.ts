import { Problem } from '../../core/problem.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
// Both cases are listed: upper-casing the text would let in letters from elsewhere, as the dotless i becomes I.
const values = new Map(
  [...alphabet].flatMap((letter, value) => [
    [letter, value],
    [letter.toLowerCase(), value],
  ]),
);

/** Bytes as Base32 (RFC 4648 §6): upper case, without padding, as phone apps want it. */
export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
    held &= 255;
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
}

/** What a Base32 text stood for. */
export interface Base32 {
  readonly bytes: Uint8Array;
  /** False when bits were set after the last byte: perhaps a letter was lost or mistyped. */
  readonly exact: boolean;
}

/**
 * Bytes from Base32 (RFC 4648 §6). Lower case, spaces and missing padding are accepted (our choice: that is how secrets are handed on).
 *
 * @throws Problem 'property-invalid' for the characters 0, 1, 8, 9 and any other outside the alphabet, and for a length no bytes have
 */
export function parseBase32(text: string): Base32 {
  const letters = withoutPadding(text.replaceAll(/[ \t\r\n]/g, ''));
  if ([1, 3, 6].includes(letters.length % 8)) {
    throw new Problem(
      'property-invalid',
      'the Base32 text has a length that no bytes give: it was cut or has a letter too many',
    );
  }
  const bytes = new Uint8Array(Math.floor((letters.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of letters) {
    const value = values.get(letter);
    if (value === undefined) {
      throw new Problem(
        'property-invalid',
        'the Base32 text has a character that Base32 does not use (A to Z and 2 to 7)',
      );
    }
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (held >> bits) & 255;
    at += 1;
  }
  return { bytes, exact: (held & ((1 << bits) - 1)) === 0 };
}

function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && text.length - end < 6 && text[end - 1] === '=') end -= 1;
  return text.slice(0, end);
}
