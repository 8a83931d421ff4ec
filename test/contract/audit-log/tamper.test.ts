import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAuditLog } from '../../../src/adapters/audit-log.ts';
import { newKeyLine, parseKeyRing } from '../../../src/adapters/key-ring.ts';
import { openSqliteStore } from '../../../src/adapters/store-sqlite.ts';
import { type AuditEvent, defineEvent } from '../../../src/core/event.ts';
import type { Checkpoint } from '../../../src/core/store.ts';
import { manipulations } from './manipulations.ts';
import { chained, findingIn, type Rows, rowsOf } from './rows.ts';

const kind = { name: 'thing' };
const accepted = defineEvent({ name: 'test.accepted', summary: 'A code was accepted', severity: 3 });
const ring = parseKeyRing(newKeyLine(0));
const keys = { signers: ring, ring };
let log: Rows;
/** The log as it was when half of it was written. */
let early: Rows;

async function writeLog(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-'));
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now };
  const store = openSqliteStore({ path: join(folder, 'portvakt.db'), clock, log: createAuditLog(ring) });
  const write = async (first: number, last: number) => {
    for (let n = first; n < last; n += 1) {
      const event: AuditEvent = {
        type: accepted,
        tenant: 't1',
        user: `person ${n % 7}`,
        subject: `token ${n}`,
        trace: 'åäö',
      };
      await store.change({ kind, id: `${n}` }, () => ({ events: [event], result: undefined }));
      now += 2500;
    }
  };
  await write(0, 150);
  early = await rowsOf(store);
  await write(150, 300);
  log = await rowsOf(store);
  await store.close();
  rmSync(folder, { recursive: true });
}
beforeAll(writeLog);

describe('a log that nobody touched', () => {
  it.each([1, 7, 1000])('passes the check in pieces of %i', (piece) => {
    expect(log.entries).toHaveLength(300);
    expect(log.checkpoints.length).toBeGreaterThan(10);
    expect(findingIn(log, { ...keys, piece })).toBeUndefined();
  });

  it('passes the check of somebody who has the public keys only', () => {
    expect(findingIn(log, { signers: ring })).toBeUndefined();
  });
});

describe('the check finds that', () => {
  it.each(Object.entries(manipulations))('%s', (_, manipulate) => {
    const choices = fc.tuple(fc.gen(), fc.integer({ min: 1, max: 500 }));
    const property = fc.property(choices, ([choose, piece]) => {
      const { rows, seq } = manipulate(log, (min, max) => choose(fc.integer, { min, max }));
      const finding = findingIn(rows, { ...keys, piece });
      expect(finding).toBeDefined();
      if (seq !== undefined) expect(finding?.seq).toBe(seq);
    });
    fc.assert(property, { seed: 20260101, numRuns: 60 });
  });

  it('somebody without the keys rewrote what a checkpoint had signed, though the check itself has the public keys only', () => {
    const rewrite = manipulations['an entry is rewritten and the rest chained anew'];
    const index = (log.checkpoints.at(-1)?.seq ?? 0) - 2;
    expect(findingIn(rewrite?.(log, () => index).rows ?? log, { signers: ring })).toBeDefined();
  });
});

describe('without any checkpoint and without the keys the check still finds that', () => {
  it('the numbers within the entries do not go up by one', () => {
    const entries = chained(log.entries.toSpliced(100, 1), 100, false);
    expect(findingIn({ ...log, entries, checkpoints: [] }, { signers: ring })).toEqual({
      seq: 101,
      fault: 'the entry carries another number',
    });
  });
});

describe('what the database alone cannot show', () => {
  it('is an older state put back whole; a checkpoint kept outside shows it', () => {
    expect(findingIn(early, keys)).toBeUndefined();
    const outside = log.checkpoints.slice(-1);
    expect(findingIn(early, { ...keys, outside })).toEqual({
      seq: 151,
      fault: `the log ends before entry ${outside[0]?.seq}, which a checkpoint signed`,
    });
  });

  it('is an empty store put in place of the log; a checkpoint kept outside shows it', () => {
    const empty: Rows = { entries: [], checkpoints: [], head: undefined };
    expect(findingIn(empty, keys)).toBeUndefined();
    expect(findingIn(empty, { ...keys, outside: log.checkpoints.slice(-1) })).toMatchObject({ seq: 1 });
  });

  it('is that checkpoints are gone: the entries are all there, and the sealed end vouches for them', () => {
    expect(findingIn({ ...log, checkpoints: [] }, keys)).toBeUndefined();
    expect(findingIn({ ...log, checkpoints: log.checkpoints.slice(3, 5) }, keys)).toBeUndefined();
    const entries = log.entries.slice(0, -1);
    expect(findingIn({ ...log, entries, checkpoints: [] }, keys)).toMatchObject({ seq: 300 });
  });

  it('is what stands behind the last checkpoint, for somebody who has the public keys only', () => {
    const last = log.checkpoints.at(-1) as Checkpoint;
    expect(findingIn({ ...log, entries: log.entries.slice(0, last.seq) }, { signers: ring })).toBeUndefined();
    expect(findingIn({ ...log, entries: log.entries.slice(0, last.seq - 1) }, { signers: ring })).toMatchObject({
      seq: last.seq,
    });
  });
});
