import { expect, it } from 'vitest';
import { accountOf, claimsOf, placeOfSeed } from './account.ts';

it('keeps people of two realms apart', () => {
  expect(accountOf('a', 'x').id).not.toBe(accountOf('b', 'x').id);
  expect(accountOf('a', 'b/c').id).toBe('a/b/c');
});

it('seals a seed for one token of one person', () => {
  const places = [
    placeOfSeed(accountOf('a', 'x'), 't1'),
    placeOfSeed(accountOf('a', 'x'), 't2'),
    placeOfSeed(accountOf('a', 'y'), 't1'),
    placeOfSeed(accountOf('b', 'x'), 't1'),
  ];
  expect(new Set(places).size).toBe(places.length);
});

it('claims the serial number of each token in its realm', () => {
  expect(claimsOf('a', {})).toEqual([]);
  expect(claimsOf('a', { tokens: { t1: {}, t2: {} } as never })).toEqual(['a/token/t1', 'a/token/t2']);
});
