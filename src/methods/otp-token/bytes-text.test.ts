import { expect, it } from 'vitest';
import { isHex, parseBase64, parseHex } from './bytes-text.ts';

it('reads hexadecimal digits of either case', () => {
  expect(parseHex('00fFa1')).toEqual(Uint8Array.of(0, 255, 161));
});

it.each(['', 'abc', '0g', ' 00'])('does not take %j for hexadecimal digits', (text) => {
  expect(isHex(text)).toBe(false);
  expect(() => parseHex(text)).toThrow('hexadecimal');
});

it('reads Base64 with line ends in it', () => {
  expect(parseBase64('\n  Ej7/\r\n\tPEpyEpw=  ')).toEqual(parseHex('123eff3c4a72129c'));
});

it.each(['Ej7', 'Ej7/PEpyEpw', 'Ej7_', 'Ej=/', 'E==='])('refuses %j as Base64', (text) => {
  expect(() => parseBase64(text)).toThrow('Base64');
});
