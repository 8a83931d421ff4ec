import { expect, it } from 'vitest';
import { createLeakSearch } from './leaks.ts';

const search = createLeakSearch([
  'Demo-secret',
  '755224',
  '+46 70-174 06 05',
  'Your code: "1" \\ 2',
  'short',
  'Skål, Åsa',
]);
const found = (text: string) => search(text).map(({ secret }) => secret);

it('finds a secret inside other text, in any case, and as JSON writes it', () => {
  expect(found('wrong:xDEMO-SECRETx')).toEqual(['demo-secret']);
  expect(found('{"msg":"your code: \\"1\\" \\\\ 2"}')).toEqual(['your code: \\"1\\" \\\\ 2']);
  expect(found('he said SKÅL, ÅSA')).toEqual(['skål, åsa']);
});

it('finds each of several, and tells where', () => {
  const leaks = search('demo-secret and 755224, both');
  expect(leaks.map(({ secret }) => secret)).toEqual(['demo-secret', '755224']);
  expect(leaks[1]?.excerpt).toBe('demo-secret and 755224, both');
});

it('finds a telephone number however it is written', () => {
  for (const text of ['to:+46701740605', '0701740605', '0046701740605', '"46701740605"', '+46 70-174 06 05']) {
    expect(found(text), text).not.toEqual([]);
  }
});

it('finds a code where it stands alone, and not within numbers and identifiers', () => {
  expect(found('{"otp":"755224"} otp=755224. 755224')).toHaveLength(3);
  expect(found('17552240 "at":1755224000000 4f755224ab 0.755224 "pid":755224')).toEqual([]);
});

it('looks for nothing that is too short to mean anything', () => {
  expect(found('a short text')).toEqual([]);
});
