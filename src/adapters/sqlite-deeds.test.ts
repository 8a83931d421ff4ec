import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAuditLog } from './audit-log.ts';
import { newKeyLine, parseKeyRing } from './key-ring.ts';
import { createDeeds, type PlainKnown, type PlainWrites } from './sqlite-deeds.ts';

const log = createAuditLog(parseKeyRing(newKeyLine(0)));
const none = { kinds: [], ids: [], values: [], expiries: [] };
const nothing = { unclaimed: none, claimed: { ...none, holders: [] }, records: none, events: [], at: 0 };

/** Two processes on one file. */
function processes() {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-'));
  const open = () => {
    const deeds = createDeeds(join(folder, 'portvakt.db'), log);
    onTestFinished(() => deeds.close());
    return deeds;
  };
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return [open(), open()] as const;
}

const one = (value: string | undefined, expiry: number | null = null) => ({
  ...{ kinds: ['thing'], ids: ['one'], values: [value], expiries: [expiry] },
});
const knowing = (records: PlainKnown['records'], claims: PlainKnown['claims'] = none) => ({ records, claims });
const writing = (value: string, more: Partial<PlainWrites> = {}) => ({ ...nothing, records: one(value), ...more });

it.each([
  ['a record that was made since', undefined, null],
  ['another value', '{"v":0}', null],
  ['another expiry', '{"v":1}', 5],
])('writes nothing that was decided on what is no longer so: %s', (_, value, expiry) => {
  const [here, there] = processes();
  expect(there.commit(knowing(one(undefined)), writing('{"v":1}'))).toBeUndefined();
  const told = { values: ['{"v":1}'], expiries: [null] };
  expect(here.commit(knowing(one(value, expiry)), writing('{"v":2}'))).toEqual(told);
  here.rollback();
  expect(here.commit(knowing(one('x')), nothing)).toEqual(told);
});

it('lets nobody else write until it was decided anew', () => {
  const [here, there] = processes();
  here.commit(knowing(one('x')), writing('{"v":1}'));
  expect(() => there.commit(knowing(one(undefined)), writing('{"v":2}'))).toThrow('locked');
  expect(here.commit(knowing(one(undefined)), writing('{"v":1}'))).toBeUndefined();
  expect(there.commit(knowing(one('{"v":1}')), writing('{"v":2}'))).toBeUndefined();
});

it('compares again when the transaction has ended meanwhile', () => {
  const [here, there] = processes();
  expect(here.commit(knowing(one('x')), writing('{"v":1}'))).toEqual({ values: [undefined], expiries: [null] });
  here.rollback();
  there.commit(knowing(one(undefined)), writing('{"v":2}'));
  expect(here.commit(knowing(one(undefined)), writing('{"v":1}'))).toMatchObject({ values: ['{"v":2}'] });
});

it('writes nothing when a claim has another holder, or one that lives for another time', () => {
  const [here, there] = processes();
  const claim = { kinds: ['thing'], ids: ['c'] };
  const [free, held] = [
    { ...claim, values: [undefined], expiries: [null] },
    { ...claim, values: ['one'], expiries: [null] },
  ];
  const taking = writing('{}', { claimed: { ...claim, holders: ['one'] } });
  expect(there.commit(knowing(one(undefined), free), taking)).toBeUndefined();
  for (const stale of [free, { ...held, expiries: [7] }]) {
    expect(here.commit(knowing(one('{}'), stale), nothing)).toMatchObject({ values: ['{}'] });
    here.rollback();
  }
  expect(here.commit(knowing(one('{}'), held), nothing)).toBeUndefined();
});
