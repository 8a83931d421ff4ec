import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import { fixture, increment, keyOf, type StoreMaker, thing } from './fixture.ts';

const calls: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  read: (store) => store.read(keyOf('a')),
  change: (store) => store.change(keyOf('a'), increment),
  changeAll: (store) => store.changeAll([]),
  list: (store) => store.list(thing, { limit: 1 }),
  holder: (store) => store.holder(thing, 'x'),
  events: (store) => store.events(0, 1),
  checkpoints: (store) => store.checkpoints(0, 1),
  head: (store) => store.head(),
  sweep: (store) => store.sweep(),
};

/** The end of a store. */
export function closingContract(make: StoreMaker): void {
  describe('closing', () => {
    it('finishes what was asked before', async () => {
      const { store } = fixture(make);
      const asked = Array.from({ length: 20 }, () => store.change(keyOf('a'), increment));
      const reading = store.read(keyOf('b'));
      await store.close();
      expect((await Promise.all(asked)).at(-1)).toBe(20);
      expect(await reading).toBeUndefined();
    });

    it.each(Object.keys(calls))('refuses %s afterwards', async (name) => {
      const { store } = fixture(make);
      await store.close();
      await expect(calls[name]?.(store)).rejects.toMatchObject({ name: 'Problem', code: 'store-unavailable' });
    });

    it('may be asked for twice', async () => {
      const { store } = fixture(make);
      await Promise.all([store.close(), store.close()]);
      await store.close();
    });
  });
}
