import { expect, it } from 'vitest';
import type { Key } from '../core/store.ts';
import { groupReads } from './grouped-reads.ts';

it('asks once for what many want at once', async () => {
  const asked: string[][] = [];
  const read = groupReads(async (keys) => {
    asked.push(keys.map(({ id }) => id));
    return keys.map(({ id }) => (id === 'missing' ? undefined : { value: id, expiresAt: null }));
  });
  // Ten thousand polls that wait for one approval wake in the same moment.
  const keys = ['a', 'b', 'a', 'missing', 'a', 'b'].map((id): Key<unknown> => ({ kind: { name: 'thing' }, id }));
  const found = await Promise.all(keys.map(read));
  expect(found.map((row) => row?.value)).toEqual(['a', 'b', 'a', undefined, 'a', 'b']);
  expect(asked).toEqual([['a', 'b', 'missing']]);
});
