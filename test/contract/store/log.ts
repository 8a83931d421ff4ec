import { describe, expect, it } from 'vitest';
import { event, findingIn, fixture, increment, keyOf, type StoreMaker, subjectsIn } from './fixture.ts';

const withEvents =
  (...subjects: string[]) =>
  () => ({ events: subjects.map(event), result: undefined });

/** The audit log that is written with the changes. */
export function logContract(make: StoreMaker): void {
  describe('log', () => {
    it('has no end in a new store', async () => {
      const { store, ring } = fixture(make);
      expect(await store.head()).toBeUndefined();
      expect(await store.events(0, 10)).toEqual([]);
      expect(await findingIn(store, ring)).toBeUndefined();
    });

    it('holds the events in the order of the changes, numbered and timed', async () => {
      const { store, clock } = fixture(make);
      await Promise.all([
        store.change(keyOf('a'), withEvents('first', 'second')),
        store.change(keyOf('b'), withEvents('third')),
      ]);
      expect(await subjectsIn(store)).toEqual(['first', 'second', 'third']);
      const [entry] = await store.events(0, 1);
      expect(JSON.parse(entry?.body ?? '')).toEqual({
        seq: 1,
        at: clock.now(),
        event: 'test.counted',
        severity: 3,
        subject: 'first',
      });
    });

    it('is chained over many commits and passes the check', async () => {
      const { store, ring, pass } = fixture(make);
      for (let turn = 0; turn < 30; turn += 1) {
        await Promise.all(['x', 'y', 'z'].map((id) => store.change(keyOf(id), withEvents(`${id}${turn}`))));
        pass(20_000);
      }
      expect(await store.head()).toMatchObject({ seq: 90 });
      expect((await store.checkpoints(0, 100)).length).toBeGreaterThan(5);
      expect(await findingIn(store, ring)).toBeUndefined();
    });

    it('gives its entries and checkpoints piece by piece', async () => {
      const { store, pass } = fixture(make);
      for (const subject of ['a', 'b', 'c', 'd']) {
        await store.change(keyOf('x'), withEvents(subject));
        pass(60_000);
      }
      expect((await store.events(1, 2)).map(({ seq }) => seq)).toEqual([2, 3]);
      expect((await store.checkpoints(1, 2)).map(({ seq }) => seq)).toEqual([2, 3]);
      expect(await store.events(4, 10)).toEqual([]);
    });

    it('is left alone by changes without events', async () => {
      const { store } = fixture(make);
      await store.change(keyOf('a'), increment);
      expect(await store.head()).toBeUndefined();
    });

    it('holds nothing of a change whose event is no JSON, and goes on', async () => {
      const { store, ring } = fixture(make); // seen to fail (nothing could be written any more) without a rollback
      const odd = { ...event('odd'), suppressed: 1n as unknown as number };
      const change = store.change(keyOf('a'), (current) => ({ ...increment(current), events: [event('even'), odd] }));
      await expect(change).rejects.toThrow();
      expect(await store.read(keyOf('a'))).toBeUndefined();
      await store.change(keyOf('b'), withEvents('next'));
      expect(await subjectsIn(store)).toEqual(['next']);
      expect(await findingIn(store, ring)).toBeUndefined();
    });

    it('holds an event whose record is deleted by the same change', async () => {
      const { store } = fixture(make);
      await store.change(keyOf('a'), increment);
      await store.change(keyOf('a'), () => ({ next: null, events: [event('gone')], result: undefined }));
      expect(await subjectsIn(store)).toEqual(['gone']);
    });
  });
}
