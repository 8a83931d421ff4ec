import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAuditLog } from './audit-log.ts';
import { newKeyLine, parseKeyRing } from './key-ring.ts';
import { createDeeds, type PlainWrites } from './sqlite-deeds.ts';

const log = createAuditLog(parseKeyRing(newKeyLine(0)));

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

const record = { kinds: ['thing'], ids: ['one'] };
const claim = { kinds: ['thing'], ids: ['name'] };
const none = { kinds: [], ids: [], values: [], expiries: [] };
const as = (value?: string, expiry: number | null = null) => ({ values: [value], expiries: [expiry] });
const nothing: PlainWrites = { unclaimed: none, claimed: { ...none, holders: [] }, records: none, events: [], at: 0 };
const writing = (...value: Parameters<typeof as>) => ({ ...nothing, records: { ...record, ...as(...value) } });

it('tells what there is, and writes', () => {
  const [here, there] = processes();
  expect(here.begin(record)).toEqual(as());
  expect(here.commit(writing('{"v":1}', 7))).toBeUndefined();
  expect(there.begin(record)).toEqual(as('{"v":1}', 7));
});

it.each([
  ['a record that others have made', as(), as('{}')],
  ['one that they have changed', as('{"v":1}'), as('{}')],
  ['one that lives for another time', as('{}', 1), as('{}', 2)],
  ['one that they have deleted', as('{}'), as()],
])('writes nothing that was decided on what is no longer so: %s', (_, before, after) => {
  const [here, there] = processes();
  for (const { values, expiries } of [before, after]) {
    here.begin(record);
    there.begin(record);
    there.commit(writing(values[0], expiries[0]));
  }
  expect(here.commit(writing('{"v":9}'))).toEqual(after);
  here.rollback();
  expect(there.begin(record)).toEqual(after);
});

it('lets nobody else write until it was decided anew', () => {
  const [here, there] = processes();
  here.begin(record);
  there.begin(record);
  there.commit(writing('{"v":1}'));
  there.begin(record);
  expect(here.commit(writing('{"v":2}'))).toEqual(as('{"v":1}'));
  expect(() => there.commit(writing('{"v":3}'))).toThrow('locked');
  expect(here.commit(writing('{"v":2}'))).toBeUndefined();
  expect(there.commit(writing('{"v":3}'))).toEqual(as('{"v":2}'));
});

it('compares again when the transaction in which it was told has ended', () => {
  const [here, there] = processes();
  here.begin(record);
  there.begin(record);
  there.commit(writing('{"v":1}'));
  expect(here.commit(writing('{"v":2}'))).toEqual(as('{"v":1}'));
  here.rollback();
  there.begin(record);
  there.commit(writing('{"v":3}'));
  expect(here.commit(writing('{"v":2}'))).toEqual(as('{"v":3}'));
});

it('compares with what it has swept away itself', () => {
  const [here] = processes();
  here.begin(record);
  here.commit(writing('{}', 5));
  here.begin(record);
  here.sweep(10, 9);
  expect(here.commit(writing('{"v":2}'))).toEqual(as());
});

it('compares after a transaction of its own that failed, in which it may have met what others wrote', () => {
  const [here, there] = processes();
  here.begin(record);
  there.begin(record);
  there.commit(writing('{"v":1}'));
  expect(() => here.sweep(undefined as unknown as number, 1)).toThrow('cannot be bound');
  here.rollback();
  expect(here.commit(writing('{"v":2}'))).toEqual(as('{"v":1}'));
});

it('writes nothing when a claim has another holder by now', () => {
  const [here, there] = processes();
  here.begin(record);
  expect(here.holders(claim)).toEqual(as());
  there.begin(record);
  there.commit({ ...writing('{}', 7), claimed: { ...claim, holders: ['one'] } });
  here.begin(record);
  expect(here.holders(claim)).toEqual(as('one', 7));
  there.begin(record);
  there.commit({ ...nothing, unclaimed: record });
  expect(here.commit(nothing)).toEqual(as('{}', 7));
  expect(here.holders(claim)).toEqual(as());
  expect(here.commit(nothing)).toBeUndefined();
});

it('writes nothing that was decided on nothing', () => {
  expect(() => processes()[0].commit(nothing)).toThrow('nobody has asked');
});
