import { describe, expect, it } from 'vitest';
import type { Outcome, Store } from '../../../src/core/store.ts';
import { event, fixture, keyOf, other, type StoreMaker, subjectsIn, type Thing, thing } from './fixture.ts';

const claim = (store: Store, id: string, claims: readonly string[], more: Partial<Outcome<Thing, undefined>> = {}) =>
  store.change(keyOf(id), () => ({ next: { count: 1 }, claims, result: undefined, ...more }));

const codes = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'done' : (outcome.reason as { code: string }).code));

/** Names that one record alone may hold. */
export function claimsContract(make: StoreMaker): void {
  describe('claims', () => {
    it('tells who holds a claim', async () => {
      const { store } = fixture(make);
      await claim(store, 'a', ['one', 'two']);
      expect(await store.holder(thing, 'two')).toBe('a');
      expect(await store.holder(thing, 'three')).toBeUndefined();
      expect(await store.holder(other, 'two')).toBeUndefined();
    });

    it('refuses a claim that another record holds, and writes nothing of that change', async () => {
      const { store } = fixture(make);
      await claim(store, 'a', ['one']);
      const refused = claim(store, 'b', ['free', 'one'], { events: [event('b')] });
      await expect(refused).rejects.toMatchObject({ name: 'Problem', code: 'claim-taken' });
      expect(await store.read(keyOf('b'))).toBeUndefined();
      expect(await store.holder(thing, 'free')).toBeUndefined();
      expect(await store.holder(thing, 'one')).toBe('a');
      expect(await subjectsIn(store)).toEqual([]);
    });

    it('gives a claim to one of two that ask at once', async () => {
      const { store } = fixture(make);
      expect(codes(await Promise.allSettled([claim(store, 'a', ['one']), claim(store, 'b', ['one'])]))).toEqual([
        'done',
        'claim-taken',
      ]);
      expect(await store.holder(thing, 'one')).toBe('a');
    });

    it('lets a record claim again what it holds', async () => {
      const { store } = fixture(make);
      await claim(store, 'a', ['one']);
      await claim(store, 'a', ['one', 'one', 'two']);
      expect(await store.holder(thing, 'one')).toBe('a');
    });

    it('replaces what the record held, and keeps it when the change names no claims', async () => {
      const { store } = fixture(make);
      await claim(store, 'a', ['one', 'two']);
      await store.change(keyOf('a'), () => ({ next: { count: 2 }, result: undefined }));
      expect(await store.holder(thing, 'one')).toBe('a');
      await claim(store, 'a', ['two']);
      expect(await store.holder(thing, 'one')).toBeUndefined();
      await claim(store, 'b', ['one']);
      expect(await store.holder(thing, 'one')).toBe('b');
    });

    it('replaces claims without touching the value', async () => {
      const { store } = fixture(make);
      await claim(store, 'a', ['one']);
      await store.change(keyOf('a'), () => ({ claims: ['two'], result: undefined }));
      expect(await store.read(keyOf('a'))).toEqual({ count: 1 });
      expect(await store.holder(thing, 'one')).toBeUndefined();
      expect(await store.holder(thing, 'two')).toBe('a');
    });

    it('frees the claims of a record that is deleted, even within the same turn', async () => {
      const { store } = fixture(make);
      await claim(store, 'a', ['one']);
      await Promise.all([
        store.change(keyOf('a'), () => ({ next: null, result: undefined })),
        claim(store, 'b', ['one']),
      ]);
      expect(await store.holder(thing, 'one')).toBe('b');
    });

    it('holds nothing for a record that does not exist', async () => {
      const { store } = fixture(make); // seen to fail: the claim stayed with nobody for ever
      await store.change(keyOf('ghost'), () => ({ claims: ['one'], result: undefined }));
      expect(await store.holder(thing, 'one')).toBeUndefined();
      await claim(store, 'a', ['one']);
      expect(await store.holder(thing, 'one')).toBe('a');
    });
  });

  describe('claims of a record that has expired', () => {
    it('are free', async () => {
      const { store, clock, pass } = fixture(make);
      await claim(store, 'a', ['one'], { expiresAt: clock.now() + 10 });
      pass(10);
      expect(await store.holder(thing, 'one')).toBeUndefined();
      await claim(store, 'b', ['one']);
      expect(await store.holder(thing, 'one')).toBe('b');
      await store.sweep();
      expect(await store.holder(thing, 'one')).toBe('b');
    });

    it('do not come back when the record is written again', async () => {
      const { store, clock, pass } = fixture(make);
      await claim(store, 'a', ['one'], { expiresAt: clock.now() + 10 });
      pass(10);
      await store.change(keyOf('a'), () => ({ next: { count: 2 }, result: undefined }));
      expect(await store.holder(thing, 'one')).toBeUndefined();
    });

    it('go to one record only when the expired one and another ask at once', async () => {
      const { store, clock, pass } = fixture(make); // seen to fail (both got it): the expired row was still there in mid-batch
      await claim(store, 'a', ['old'], { expiresAt: clock.now() + 10 });
      pass(10);
      expect(codes(await Promise.allSettled([claim(store, 'a', ['one']), claim(store, 'b', ['one'])]))).toEqual([
        'done',
        'claim-taken',
      ]);
      expect(await store.holder(thing, 'one')).toBe('a');
    });
  });
}
