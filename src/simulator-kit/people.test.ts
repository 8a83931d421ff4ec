import { expect, it } from 'vitest';
import { testPeople, testPersonOf } from './people.ts';

it('gives each test person a number of the published form, whose check digit is right', () => {
  for (const { personalNumber } of testPeople) {
    const digits = [...personalNumber.slice(2)].map((digit, index) => Number(digit) * (index % 2 === 0 ? 2 : 1));
    expect(digits.reduce((sum, digit) => sum + (digit > 9 ? digit - 9 : digit), 0) % 10).toBe(0);
    expect(personalNumber).toMatch(/^\d{8}23[89]\d$/);
    expect(testPersonOf(personalNumber)?.personalNumber).toBe(personalNumber);
  }
});

it('names everybody differently', () => {
  const all = testPeople.flatMap((person) => [person.email, person.phone, person.hsaId, person.organisationId]);
  expect(new Set(all).size).toBe(all.length);
  expect(testPeople[0]?.email).toBe('astrid.oberg@example.com');
});
