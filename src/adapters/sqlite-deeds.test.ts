import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createDeeds, type PlainWrites } from './sqlite-deeds.ts';

it('writes nothing of a batch whose transaction has ended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const deeds = createDeeds(join(folder, 'portvakt.db'));
  const key = { kinds: ['thing'], ids: ['one'] };
  const none = { kinds: [], ids: [] };
  const writes: PlainWrites = {
    unclaimed: none,
    claimed: { ...none, holders: [] },
    records: { ...key, values: ['{}'], expiries: [null] },
    log: undefined,
  };
  deeds.begin(key);
  deeds.rollback();
  expect(() => deeds.commit(writes)).toThrow('the transaction has ended already');
  expect(deeds.begin(key).values).toEqual([undefined]);
  deeds.commit(writes);
  expect(deeds.begin(key).values).toEqual(['{}']);
  deeds.close();
});
