import { describe, expect, it } from 'vitest';
import type { Transition } from '../../../src/core/store.ts';
import { event, fixture, increment, keyOf, other, type StoreMaker, subjectsIn, type Thing } from './fixture.ts';

/** Reading and changing one record. */
export function recordsContract(make: StoreMaker): void {
  describe('records', () => {
    it('reads nothing where nothing was written', async () => {
      expect(await fixture(make).store.read(keyOf('a'))).toBeUndefined();
    });

    it('reads what was written', async () => {
      const { store } = fixture(make);
      const value = { count: -0.5, name: 'Åsa\u0000\n"😀' };
      await store.change(keyOf('a'), () => ({ next: value, result: undefined }));
      expect(await store.read(keyOf('a'))).toEqual(value);
    });

    it('answers with the result of the transition', async () => {
      const answer = { deep: ['x'] };
      expect(await fixture(make).store.change(keyOf('a'), () => ({ result: answer }))).toEqual(answer);
    });

    it('hands the transition the record as it is and the time of its clock', async () => {
      const { store, clock, pass } = fixture(make);
      const look: Transition<Thing, unknown> = (current, at) => ({ result: { current, at } });
      expect(await store.change(keyOf('a'), look)).toEqual({ current: undefined, at: clock.now() });
      await store.change(keyOf('a'), increment);
      pass(1234);
      expect(await store.change(keyOf('a'), look)).toEqual({ current: { count: 1 }, at: clock.now() });
    });

    it('leaves the record as it is when the transition names no next', async () => {
      const { store } = fixture(make);
      await store.change(keyOf('a'), increment);
      await store.change(keyOf('a'), () => ({ result: undefined }));
      expect(await store.read(keyOf('a'))).toEqual({ count: 1 });
    });

    it('deletes the record when next is null', async () => {
      const { store } = fixture(make);
      await store.change(keyOf('a'), increment);
      await store.change(keyOf('a'), () => ({ next: null, result: undefined }));
      expect(await store.read(keyOf('a'))).toBeUndefined();
      expect(await store.change(keyOf('a'), increment)).toBe(1);
    });

    it('keeps kinds and ids apart', async () => {
      const { store } = fixture(make);
      await Promise.all(
        [keyOf('a'), keyOf('A'), keyOf('a '), { kind: other, id: 'a' }].map((key) => store.change(key, increment)),
      );
      expect(await store.change({ kind: other, id: 'a' }, increment)).toBe(2);
      expect(await store.read(keyOf('a'))).toEqual({ count: 1 });
    });

    it('takes ids that no UTF-8 can tell apart for one', async () => {
      const { store } = fixture(make); // seen to fail: the second change of the turn did not see the first
      const answers = await Promise.all(['\uD800', '\uDBFF', '\uFFFD'].map((id) => store.change(keyOf(id), increment)));
      expect(answers).toEqual([1, 2, 3]);
    });

    it('tells each of many who read at once what they asked for', async () => {
      const { store } = fixture(make); // seen to fail with answers that were one place off
      const twice = (_: unknown): { next: Thing; result: undefined } => ({ next: { count: 2 }, result: undefined });
      await Promise.all([store.change(keyOf('z'), increment), store.change(keyOf('a'), twice)]);
      const asked = ['z', 'missing', 'a', 'z', 'a'].map((id) => store.read(keyOf(id)));
      expect((await Promise.all(asked)).map((thing) => thing?.count)).toEqual([1, undefined, 2, 1, 2]);
    });

    it('does not hand out its own copy', async () => {
      const { store } = fixture(make);
      const mine = { count: 1 };
      await store.change(keyOf('a'), () => ({ next: mine, result: undefined }));
      mine.count = 99;
      expect(await store.read(keyOf('a'))).toEqual({ count: 1 });
    });
  });

  describe('many changes at once', () => {
    it('runs the changes of one record one after the other', async () => {
      const { store } = fixture(make); // seen to fail (all answers 1) with a read, then a write
      const answers = await Promise.all(Array.from({ length: 500 }, () => store.change(keyOf('a'), increment)));
      expect(answers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
      expect(await store.read(keyOf('a'))).toEqual({ count: 500 });
    });

    it('lets exactly one of many win what can be won once', async () => {
      const { store } = fixture(make);
      const win: Transition<Thing, boolean> = (current) => ({ next: { count: 1 }, result: current === undefined });
      const wins = await Promise.all(Array.from({ length: 100 }, () => store.change(keyOf('a'), win)));
      expect(wins.filter(Boolean)).toHaveLength(1);
    });

    it('rejects only the change whose transition throws, and writes nothing of it', async () => {
      const { store } = fixture(make);
      const refusal = new Error('no');
      const outcomes = await Promise.allSettled([
        store.change(keyOf('a'), (current) => ({ ...increment(current), events: [event('first')] })),
        store.change(keyOf('a'), () => {
          throw refusal;
        }),
        store.change(keyOf('b'), () => {
          throw refusal;
        }),
        store.change(keyOf('a'), (current) => ({ ...increment(current), events: [event('last')] })),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      expect(outcomes[1]).toHaveProperty('reason', refusal);
      expect(await store.read(keyOf('a'))).toEqual({ count: 2 });
      expect(await store.read(keyOf('b'))).toBeUndefined();
      expect(await subjectsIn(store)).toEqual(['first', 'last']);
    });

    it('rejects only the change whose value is no JSON', async () => {
      const { store } = fixture(make); // seen to fail (all rejected) when values were written out after the last transition
      const outcomes = await Promise.allSettled([
        store.change(keyOf('a'), increment),
        store.change(keyOf('b'), () => ({
          next: { count: 1n as unknown as number },
          claims: ['mine'],
          result: undefined,
        })),
        store.change(keyOf('c'), increment),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await store.holder(keyOf('b').kind, 'mine')).toBeUndefined();
    });
  });
}
