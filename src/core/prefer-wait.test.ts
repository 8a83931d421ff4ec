import { expect, it } from 'vitest';
import { waitOf } from './transaction-run.ts';

it.each<[string | undefined, number]>([
  [undefined, 0],
  ['', 0],
  ['wait=20', 20],
  ['Wait=20', 20],
  ['wait = 20', 20],
  ['wait="20"', 20],
  ['respond-async, wait=10', 10],
  ['wait=10;foo=bar, handling=lenient', 10],
  ['wait=0', 0],
  ['wait=3600', 60],
  ['wait=99999999999999999999', 60],
  ['wait=10, wait=20', 10],
  ['wait=soon, wait=20', 0],
  ['wait, wait=20', 0],
  ['wait=-5', 0],
  ['wait=1.5', 0],
  ['wait=20s', 0],
  ['wait="20', 0],
  ['waiting=20', 0],
  ['nowait=20', 0],
  ['foo; wait=20', 0],
  ['foo="a, wait=20"', 0],
])('reads the header %j as a wait', (prefer, seconds) => {
  expect(waitOf({ prefer })).toBe(seconds * 1000);
});

it('reads a header of any length quickly', () => {
  for (const piece of ['"', ',', 'wait', 'wait=,', '\\"', ' ']) expect(waitOf({ prefer: piece.repeat(8000) })).toBe(0);
});
