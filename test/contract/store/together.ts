import { describe, expect, it } from 'vitest';
import { type Change, changeOf, type Outcome } from '../../../src/core/store.ts';
import { event, fixture, increment, keyOf, type StoreMaker, subjectsIn, type Thing, thing } from './fixture.ts';

const put = (id: string, count: number, more: Partial<Outcome<Thing, undefined>> = {}): Change =>
  changeOf(keyOf(id), () => ({ next: { count }, events: [event(`${id}=${count}`)], result: undefined, ...more }));

const refusal = new Error('no');
const refuse = (id: string): Change =>
  changeOf(keyOf(id), () => {
    throw refusal;
  });

/** Several changes that are made together or not at all. */
export function togetherContract(make: StoreMaker): void {
  describe('changes that belong together', () => {
    it('are all made, each on what the one before it left', async () => {
      const { store } = fixture(make);
      await store.changeAll([put('a', 1), put('b', 1), changeOf(keyOf('a'), increment)]);
      expect(await store.read(keyOf('a'))).toEqual({ count: 2 });
      expect(await store.read(keyOf('b'))).toEqual({ count: 1 });
      expect(await subjectsIn(store)).toEqual(['a=1', 'b=1']);
      await store.changeAll([]);
    });

    it('are none of them made when one throws, and the rest of the turn stands', async () => {
      const { store } = fixture(make);
      const outcomes = await Promise.allSettled([
        store.changeAll([put('a', 1)]),
        store.changeAll([put('a', 7, { claims: ['mine'] }), put('b', 7), refuse('c')]),
        store.changeAll([put('d', 1)]),
        store.change(keyOf('a'), increment),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      expect(outcomes[1]).toHaveProperty('reason', refusal);
      expect((await store.list(thing, { limit: 9 })).items).toEqual([
        { id: 'a', value: { count: 2 } },
        { id: 'd', value: { count: 1 } },
      ]);
      expect(await subjectsIn(store)).toEqual(['a=1', 'd=1']);
      expect(await store.holder(thing, 'mine')).toBeUndefined();
    });

    it('are none of them made when a claim is taken', async () => {
      const { store } = fixture(make);
      await store.changeAll([put('a', 1, { claims: ['one'] })]);
      const together = store.changeAll([
        put('b', 1, { claims: ['two'] }),
        put('a', 2),
        put('c', 1, { claims: ['one'] }),
      ]);
      await expect(together).rejects.toMatchObject({ code: 'claim-taken' });
      expect((await store.list(thing, { limit: 9 })).items).toEqual([{ id: 'a', value: { count: 1 } }]);
      expect(await store.holder(thing, 'one')).toBe('a');
      expect(await store.holder(thing, 'two')).toBeUndefined();
    });

    it('may hand a claim from one record to the next', async () => {
      const { store } = fixture(make);
      await store.changeAll([put('a', 1, { claims: ['one'] })]);
      await store.changeAll([put('a', 2, { claims: [] }), put('b', 1, { claims: ['one'] })]);
      expect(await store.holder(thing, 'one')).toBe('b');
    });
  });
}
