import { expect, it } from 'vitest';
import { testPeople } from '../simulator-kit/people.ts';
import { isPersonalNumber } from './personal-number.ts';

it.each(testPeople)('takes the number of $givenName', ({ personalNumber }) => {
  expect(isPersonalNumber(personalNumber)).toBe(true);
});

it('refuses a number of which any digit was changed', () => {
  for (const { personalNumber } of testPeople) {
    for (let at = 2; at < 12; at += 1) {
      const digit = (Number(personalNumber[at]) + 1) % 10;
      expect(isPersonalNumber(`${personalNumber.slice(0, at)}${digit}${personalNumber.slice(at + 1)}`)).toBe(false);
    }
  }
});

/** With the check digit that fits. */
function numberOf(birth: string): string {
  return [...'0123456789'].map((digit) => `${birth}238${digit}`).filter(isPersonalNumber)[0] ?? 'none';
}

it('takes days that exist, also with sixty more', () => {
  const births = ['19900101', '20000229', '20240229', '19900161', '20240289'];
  expect(births.map(numberOf)).not.toContain('none');
});

it('refuses days that do not', () => {
  const births = [
    '19000229',
    '20230229',
    '19901301',
    '19900001',
    '19900132',
    '19900100',
    '19900160',
    '19900431',
    '20230289',
  ];
  for (const birth of [...births, '17000101']) expect(numberOf(birth)).toBe('none');
});

it('refuses another form', () => {
  const forms = ['', '9001012385', '19900101-2385', '19900101238５', ' 199001012385', '199001012385\n'];
  for (const text of forms) expect(isPersonalNumber(text)).toBe(false);
});
