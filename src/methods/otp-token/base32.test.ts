import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseBase32, toBase32 } from './base32.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

// RFC 4648 §10, padding removed.
const vectors = [
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
] as const;

it.each(vectors)('writes and reads %j as the standard does', (text, encoded) => {
  expect(toBase32(ascii(text))).toBe(encoded);
  expect(parseBase32(encoded)).toEqual({ bytes: ascii(text), exact: true });
});

it.each(['mzxw6ytboi', 'MZXW 6YTB OI', 'MZXW6YTBOI======'])('reads %s', (text) => {
  expect(parseBase32(text).bytes).toEqual(ascii('foobar'));
});

it.each(['MZXW0YTB', 'MZXW1YTB', 'MZXW8YTB', 'MZXW9YTB', 'MZ=W6YTB', 'MZXW6YTÖ', 'MZXW6YTı'])('refuses %s', (text) => {
  expect(() => parseBase32(text)).toThrow('a character that Base32 does not use');
});

it.each(['M', 'MZX', 'MZXW6Y', 'MZXW6YTBM'])('refuses the impossible length of %s', (text) => {
  expect(() => parseBase32(text)).toThrow('a length that no bytes give');
});

it('tells when bits are left over', () => {
  expect(parseBase32('MZ')).toEqual({ bytes: ascii('f'), exact: false });
});

it('reads back whatever it wrote', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(parseBase32(toBase32(bytes))).toEqual({ bytes, exact: true });
    }),
  );
});
