import { describe, expect, it } from 'vitest';
import type { Page, Store } from '../../../src/core/store.ts';
import { fixture, increment, keyOf, other, type StoreMaker, thing } from './fixture.ts';

const fill = (store: Store, ids: readonly string[]) => Promise.all(ids.map((id) => store.change(keyOf(id), increment)));

async function idsIn(store: Store, page: Page): Promise<string[]> {
  return (await store.list(thing, page)).items.map(({ id }) => id);
}

/** Listing a kind page by page. */
export function listingContract(make: StoreMaker): void {
  describe('listing', () => {
    it('gives the records of one kind with their values, in the order of their ids', async () => {
      const { store } = fixture(make);
      await fill(store, ['b', 'a', 'c', 'a']);
      await store.change({ kind: other, id: 'd' }, increment);
      expect(await store.list(thing, { limit: 10 })).toEqual({
        items: [
          { id: 'a', value: { count: 2 } },
          { id: 'b', value: { count: 1 } },
          { id: 'c', value: { count: 1 } },
        ],
        more: false,
      });
    });

    it('goes through everything page by page, once', async () => {
      const { store } = fixture(make);
      const ids = Array.from({ length: 25 }, (_, index) => `p/${String(index).padStart(2, '0')}`);
      await fill(store, ['o', ...ids, 'q']);
      const pages: string[][] = [];
      let more = true;
      while (more) {
        const after = pages.at(-1)?.at(-1);
        const page = await store.list(thing, { prefix: 'p/', limit: 10, ...(after === undefined ? {} : { after }) });
        pages.push(page.items.map(({ id }) => id));
        more = page.more;
      }
      expect(pages.map(({ length }) => length)).toEqual([10, 10, 5]);
      expect(pages.flat()).toEqual(ids);
    });

    it('says that there is no more when the page is exactly full', async () => {
      const { store } = fixture(make);
      await fill(store, ['a', 'b']);
      expect((await store.list(thing, { limit: 2 })).more).toBe(false);
      expect((await store.list(thing, { limit: 1 })).more).toBe(true);
    });

    it('takes the prefix letter by letter', async () => {
      const { store } = fixture(make);
      await fill(store, ['a%b', 'a_b', 'axb', 'A%b', 'a*b', "a'b", 'a%']);
      expect(await idsIn(store, { prefix: 'a%', limit: 10 })).toEqual(['a%', 'a%b']);
      expect(await idsIn(store, { prefix: 'a_', limit: 10 })).toEqual(['a_b']);
      expect(await idsIn(store, { prefix: "a'", limit: 10 })).toEqual(["a'b"]);
    });

    it('counts an id that is the prefix itself', async () => {
      const { store } = fixture(make); // seen to fail: the listing began after the prefix
      await fill(store, ['realm', 'realm/a']);
      expect(await idsIn(store, { prefix: 'realm', limit: 10 })).toEqual(['realm', 'realm/a']);
    });

    it('sorts letters of all scripts by code point, whatever page they fall on', async () => {
      const { store } = fixture(make);
      const ids = ['a', 'z', 'å', 'é', 'ﬀ', '\uFFFD', '😀', '😀a', '\u{10FFFF}'];
      await fill(store, ids.toReversed());
      expect(await idsIn(store, { limit: 20 })).toEqual(ids);
      expect(await idsIn(store, { after: '\uFFFD', limit: 20 })).toEqual(['😀', '😀a', '\u{10FFFF}']);
      expect(await idsIn(store, { prefix: '😀', limit: 20 })).toEqual(['😀', '😀a']);
      expect(await idsIn(store, { prefix: '\uFFFD', after: '😀', limit: 20 })).toEqual([]); // seen to fail with JavaScript's own `>`
    });
  });
}
