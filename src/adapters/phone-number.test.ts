import { expect, it } from 'vitest';
import { isCountry, spellingsOf, toE164 } from './phone-number.ts';

it('brings every usual spelling of a number to one', () => {
  const spellings = ['070-174 06 05', '0046 70 174 06 05', '+46 (0)70-174 06 05', '46701740605', '+46701740605'];
  expect(spellings.map((text) => toE164(text, 'SE'))).toEqual(spellings.map(() => '+46701740605'));
});

it('accepts a number of possible length in a range that is not in use', () => {
  expect(toE164('+467012345678', 'SE')).toBe('+467012345678');
  expect(toE164('+4670174060', 'SE')).toBe('+4670174060');
});

it('reads a number without country code as one of the country', () => {
  expect(toE164('0401 234567', 'FI')).toBe('+358401234567');
  expect(toE164('0401 234567', 'nowhere')).toBeUndefined();
});

it('refuses what is no number', () => {
  const texts = ['', 'anna', '1', '+46', '*', '08-123 456 78 x12', `call ${'0701740605'}`, '0'.repeat(70)];
  expect(texts.map((text) => toE164(text, 'SE'))).toEqual(texts.map(() => undefined));
});

it('knows how a number is written down', () => {
  expect(spellingsOf('0701740605', 'SE')).toEqual([
    '+46701740605',
    '+46 70 174 06 05',
    '070-174 06 05',
    '0701740605',
    '46701740605',
    '0046701740605',
  ]);
  expect(spellingsOf('anna', 'SE')).toEqual([]);
});

it('knows countries', () => {
  expect(['SE', 'FI', 'XX', ''].map(isCountry)).toEqual([true, true, false, false]);
});
