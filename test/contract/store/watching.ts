import { describe, expect, it } from 'vitest';
import type { Store, Watch } from '../../../src/core/store.ts';
import { changeOf } from '../../../src/core/store.ts';
import { fixture, increment, keyOf, type StoreMaker } from './fixture.ts';

/** Longer than any test: a watch that waits this long was not woken. */
const long = 60_000;

const nothing = { result: undefined };

/** True when the watch has been woken by now. */
async function isWoken(watch: Watch): Promise<boolean> {
  return (await watch.next(30)) < 15;
}

async function write(store: Store, id: string): Promise<void> {
  await store.change(keyOf(id), increment);
}

/** Whoever waits for a record to change. */
export function watchingContract(make: StoreMaker): void {
  describe('watching', () => {
    it('wakes whoever waits for the record, every time it is written', async () => {
      const { store } = fixture(make);
      const watch = store.watch(keyOf('a'));
      for (let count = 1; count <= 3; count += 1) {
        const woken = watch.next(long);
        await write(store, 'a');
        expect(await woken).toBeLessThan(long);
      }
      watch.stop();
    });

    it('remembers a change that came before anybody waited', async () => {
      const { store } = fixture(make); // seen to fail with a bell that rings for those who wait only
      const watch = store.watch(keyOf('a'));
      await write(store, 'a');
      expect(await watch.next(long)).toBeLessThan(long);
      watch.stop();
    });

    it('is over when its time is, without a change', async () => {
      const { store } = fixture(make);
      const watch = store.watch(keyOf('a'));
      expect(await watch.next(20)).toBeGreaterThan(15);
      watch.stop();
    });

    it('wakes everyone who watches, and nobody who watches another record', async () => {
      const { store } = fixture(make);
      const [one, two, other] = [keyOf('a'), keyOf('a'), keyOf('b')].map((key) => store.watch(key));
      const woken = Promise.all([one?.next(long), two?.next(long)]);
      await write(store, 'a');
      for (const slept of await woken) expect(slept).toBeLessThan(long);
      expect(await isWoken(other as Watch)).toBe(false);
      for (const watch of [one, two, other]) watch?.stop();
    });

    it('sleeps on while nothing is written', async () => {
      const { store } = fixture(make);
      const watch = store.watch(keyOf('a'));
      await store.change(keyOf('a'), () => nothing);
      const refused = store.change(keyOf('a'), () => {
        throw new Error('no');
      });
      await expect(refused).rejects.toThrow('no');
      expect(await isWoken(watch)).toBe(false);
      watch.stop();
    });

    it('wakes for changes that belong together, and for a record that is deleted', async () => {
      const { store } = fixture(make);
      await write(store, 'a');
      const watch = store.watch(keyOf('a'));
      await store.changeAll([changeOf(keyOf('b'), increment), changeOf(keyOf('a'), increment)]);
      expect(await watch.next(long)).toBeLessThan(long);
      await store.change(keyOf('a'), () => ({ next: null, result: undefined }));
      expect(await watch.next(long)).toBeLessThan(long);
      watch.stop();
    });

    it('shows whoever is woken the change that woke them', async () => {
      const { store } = fixture(make);
      const watch = store.watch(keyOf('a'));
      const seen = watch.next(long).then(() => store.read(keyOf('a')));
      await write(store, 'a');
      expect(await seen).toEqual({ count: 1 });
      watch.stop();
    });

    it('ends a wait when it is stopped, and has ten thousand beside it', async () => {
      const { store } = fixture(make);
      const watches = Array.from({ length: 10_000 }, (_, n) => store.watch(keyOf(`n/${n}`)));
      const waiting = watches.map((watch) => watch.next(long));
      await write(store, 'n/77');
      expect(await waiting[77]).toBeLessThan(long);
      for (const watch of watches) watch.stop();
      expect(Math.max(...(await Promise.all(waiting)))).toBeLessThan(long);
    });

    it('ends for good when all watches are ended, and when the store is closed', async () => {
      const { store } = fixture(make);
      const waiting = store.watch(keyOf('a')).next(long);
      store.endWatches();
      expect(await waiting).toBe(Number.POSITIVE_INFINITY);
      expect(await store.watch(keyOf('b')).next(long)).toBe(Number.POSITIVE_INFINITY);
      await write(store, 'a');
      const closed = fixture(make).store;
      const late = closed.watch(keyOf('a')).next(long);
      await closed.close();
      expect(await late).toBe(Number.POSITIVE_INFINITY);
    });
  });
}
