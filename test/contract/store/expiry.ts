import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import { fixture, increment, keyOf, type StoreMaker, thing } from './fixture.ts';

const write = (store: Store, id: string, expiresAt?: number) =>
  store.change(keyOf(id), () => ({
    next: { count: 1 },
    claims: [`claim of ${id}`],
    ...(expiresAt === undefined ? {} : { expiresAt }),
    result: undefined,
  }));

/** Records that count as absent from some instant on. */
export function expiryContract(make: StoreMaker): void {
  describe('expiry', () => {
    it('is absent for read, list and change from its instant on, and not before', async () => {
      const { store, clock, pass } = fixture(make);
      await write(store, 'a', clock.now() + 1000);
      pass(999);
      expect(await store.read(keyOf('a'))).toEqual({ count: 1 });
      pass(1);
      expect(await store.read(keyOf('a'))).toBeUndefined();
      expect((await store.list(thing, { limit: 10 })).items).toEqual([]);
      expect(await store.change(keyOf('a'), (current) => ({ result: current }))).toBeUndefined();
      expect(await store.change(keyOf('a'), increment)).toBe(1);
    });

    it('is lifted by a change that names no instant', async () => {
      const { store, clock, pass } = fixture(make);
      await write(store, 'a', clock.now() + 1000);
      await store.change(keyOf('a'), increment);
      pass(5000);
      expect(await store.read(keyOf('a'))).toEqual({ count: 2 });
    });

    it('stays when the change leaves the record as it is', async () => {
      const { store, clock, pass } = fixture(make);
      await write(store, 'a', clock.now() + 1000);
      await store.change(keyOf('a'), () => ({ result: undefined }));
      pass(1000);
      expect(await store.read(keyOf('a'))).toBeUndefined();
    });

    it('makes a record absent at once when its instant has passed already', async () => {
      const { store, clock } = fixture(make); // seen to fail: the second change of the turn still saw the record
      const [, second] = await Promise.all([write(store, 'a', clock.now()), store.change(keyOf('a'), increment)]);
      expect(second).toBe(1);
      await write(store, 'b', clock.now() - 1);
      expect(await store.read(keyOf('b'))).toBeUndefined();
      expect(await store.holder(thing, 'claim of b')).toBeUndefined();
    });

    it('is swept away with its claims, and nothing else is', async () => {
      const { store, clock, pass } = fixture(make);
      await Promise.all(['a', 'b'].map((id) => write(store, id, clock.now() + 10)));
      await write(store, 'later', clock.now() + 1000);
      await write(store, 'always');
      pass(10);
      expect(await store.sweep()).toBe(2);
      expect(await store.sweep()).toBe(0);
      expect((await store.list(thing, { limit: 10 })).items.map(({ id }) => id)).toEqual(['always', 'later']);
      expect(await store.holder(thing, 'claim of later')).toBe('later');
      await store.change(keyOf('new'), () => ({ next: { count: 1 }, claims: ['claim of a'], result: undefined }));
      expect(await store.holder(thing, 'claim of a')).toBe('new');
    });

    it('is swept away whole, however much there is', async () => {
      const { store, clock, pass } = fixture(make); // seen to fail: one call stopped at a thousand
      await Promise.all(Array.from({ length: 2500 }, (_, index) => write(store, `a${index}`, clock.now() + 10)));
      pass(10);
      expect(await store.sweep()).toBe(2500);
    });
  });
}
