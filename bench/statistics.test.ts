import { expect, it } from 'vitest';
import { median, quantile, spread } from './statistics.ts';

it('takes the middle, and of an even count the lower middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(5);
});

it('takes a quantile by the nearest rank, never between two', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(quantile(hundred, 0.99)).toBe(99);
  expect(quantile(hundred, 1)).toBe(100);
  expect(quantile([4], 0.01)).toBe(4);
});

it('says of no numbers that it does not know', () => {
  expect(median([])).toBeNaN();
});

it('tells how far numbers lie apart', () => {
  expect(spread([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
});
