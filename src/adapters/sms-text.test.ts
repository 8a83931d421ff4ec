import { expect, it } from 'vitest';
import { carryText, isGsmText } from './sms-text.ts';

const shape = (text: string) => {
  const { alphabet, parts } = carryText(text);
  return [alphabet, parts.map((part) => part.length)];
};

// 3GPP TS 23.038: room for 160 septets or 140 bytes alone, 153 or 134 in each of several.
it.each([
  ['a'.repeat(160), 'gsm', [160]],
  ['a'.repeat(161), 'gsm', [153, 8]],
  ['a'.repeat(306), 'gsm', [153, 153]],
  ['a'.repeat(307), 'gsm', [153, 153, 1]],
  ['€'.repeat(80), 'gsm', [160]],
  ['€'.repeat(81), 'gsm', [152, 10]],
  [`${'a'.repeat(152)}€${'a'.repeat(7)}`, 'gsm', [152, 9]],
  ['Din kod är 123456', 'gsm', [17]],
  ['éèç', 'ucs2', [6]],
  ['it’s', 'ucs2', [8]],
  ['ł'.repeat(70), 'ucs2', [140]],
  ['ł'.repeat(71), 'ucs2', [134, 8]],
  ['😀'.repeat(35), 'ucs2', [140]],
  ['😀'.repeat(36), 'ucs2', [132, 12]],
])('splits %s between characters', (text, alphabet, lengths) => {
  expect(shape(text)).toEqual([alphabet, lengths]);
});

it('writes Swedish letters and the extension table as septets', () => {
  expect([...(carryText('åäöÅÄÖ€{').parts[0] ?? [])]).toEqual([15, 123, 124, 14, 91, 92, 27, 101, 27, 40]);
});

it('writes what is outside the alphabet as UTF-16, the high byte first', () => {
  expect(Buffer.from(carryText('Kod é中').parts[0] ?? []).toString('hex')).toBe('004b006f0064002000e94e2d');
});

it('knows Swedish as GSM text, and neither curly quotes nor the escape itself', () => {
  expect([isGsmText('Räksmörgås é'), isGsmText('’'), isGsmText('\x1b')]).toEqual([true, false, false]);
});
