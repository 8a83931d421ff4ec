import { expect, it } from 'vitest';
import { realmOf } from './realm.ts';

it('finds the realm, and holds one that is not there for a fault of ours', () => {
  const realm = { id: 'default' } as never;
  expect(realmOf(new Map([['default', realm]]), 'default')).toBe(realm);
  expect(() => realmOf(new Map(), 'default')).toThrow(expect.objectContaining({ code: 'internal' }));
});
