import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/store.ts';
import { buildDisk, type Disk } from '../../support/power/power.ts';
import { findingIn, keyOf, subjectsIn } from './fixture.ts';
import { idsIn, place, temporaryFolder, type Worker } from './processes.ts';

const careless = new URL('../../support/power/careless.ts', import.meta.url);
let disk: Disk;
beforeAll(() => {
  disk = buildDisk();
});
afterAll(() => disk.remove());

/** Lets a store write until the power is cut at this call to the disk; answers with what was lost although it was said to be done. */
async function lostByCut(cut: number, keep: number): Promise<readonly string[]> {
  const { folder, ring, open, start } = place();
  const worker = start('write', '0', disk.env({ folder, cut, keep, seed: cut }));
  expect(await worker.ended).toBe(137);
  const store = open();
  const ids = new Set(await idsIn(store, 'n/'));
  expect(new Set(await subjectsIn(store))).toEqual(ids);
  expect(await findingIn(store, ring)).toBeUndefined();
  return worker.said.filter((n) => !ids.has(`n/${n}`));
}

describe('a power cut', () => {
  // The first calls make the file; from some thousands on SQLite copies the journal into the file and begins it anew.
  const early = [1, 2, 4, 8, 13, 20, 25];
  const later = [30, 64, 120, 333, 700, 2400, 4801, 7002];

  it.each([
    ['nothing', 0],
    ['any part', 50],
  ])(
    'loses no change that was said to be done, when %s of what was not flushed remains',
    { timeout: 300_000 },
    async (_, keep) => {
      const cuts = [...early, ...later];
      const half = async () => {
        for (let cut = cuts.shift(); cut !== undefined; cut = cuts.shift())
          expect([cut, await lostByCut(cut, keep)]).toEqual([cut, []]);
      };
      await Promise.all([half(), half()]);
    },
  );

  it('is one that this test would notice: a writer that does not flush loses what it said was done', async () => {
    const { folder, open, start } = place();
    await open().close();
    const worker = start('write', '', disk.env({ folder, cut: 500 }), careless);
    expect(await worker.ended).toBe(137);
    const ids = await idsIn(open(), 'n/');
    expect(worker.said.length).toBeGreaterThan(50);
    expect(ids.length).toBeLessThan(worker.said.length);
  });
});

interface Sighting {
  /** When the change was first seen, monotonic nanoseconds. */
  readonly at: bigint;
  /** When we had looked before that without seeing it. */
  readonly before: readonly bigint[];
}

async function watchFor(store: Store, count: number): Promise<Sighting> {
  const before: bigint[] = [];
  for (;;) {
    const seen = await store.read(keyOf('watched'));
    const at = process.hrtime.bigint();
    if (seen?.count === count) return { at, before };
    before.push(at);
    await pause(2);
  }
}

/** A busy machine may let a whole flush go by before it looks: then it looks at another one. */
const maxFlushes = 50;

/** Has the worker make one change on a disk whose flush takes long, and watches from here. */
async function seenDuringSlowFlush(store: Store, worker: Worker, notes: string, count: number) {
  const from = worker.said.length;
  const sighting = watchFor(store, count);
  await pause(10);
  worker.child.stdin?.write('\n');
  const [, began = '', told = ''] = (await worker.hear('done', from)).split(' ');
  const { at, before } = await sighting;
  const flushes = readFileSync(notes, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(-2).map(BigInt))
    .filter(([start = 0n]) => start >= BigInt(began) && start <= BigInt(told));
  const [start = 0n] = flushes[0] ?? [];
  const end = flushes.at(-1)?.[1] ?? 0n;
  expect(end - start).toBeGreaterThanOrEqual(200_000_000n);
  const wasLookedAt = [...before, at].some((look) => look > start && look < end);
  return { seenEarly: at < end, toldEarly: BigInt(told) < end, wasLookedAt };
}

describe('a disk that flushes slowly', () => {
  const slowPlace = (task: string, script?: URL) => {
    const { folder, open, start } = place();
    const notes = join(temporaryFolder(), 'notes');
    const store = open();
    return { store, notes, worker: start(task, '', disk.env({ folder, slow: 200, notes }), script) };
  };

  it('shows a change to nobody, and tells nobody that it is done, before the flush has ended', async () => {
    const { store, notes, worker } = slowPlace('obey');
    await worker.hear('ready');
    let looks = 0;
    for (let count = 1; looks < 3 && count <= maxFlushes; count += 1) {
      const { wasLookedAt, ...seen } = await seenDuringSlowFlush(store, worker, notes, count);
      expect(seen).toEqual({ seenEarly: false, toldEarly: false });
      looks += Number(wasLookedAt);
    }
    expect(looks).toBe(3);
  });

  it('holds up nobody who reads in the same process', async () => {
    const { worker } = slowPlace('look');
    await worker.hear('ready');
    const from = worker.said.length;
    worker.child.stdin?.write('\n');
    const [, looks] = (await worker.hear('looked', from)).split(' ');
    // A store that flushes where it reads answers one or two before and after.
    expect(Number(looks)).toBeGreaterThan(20);
  });

  it('is one that this test would notice: a writer that flushes after it committed is seen early', async () => {
    const { store, notes, worker } = slowPlace('flush-afterwards', careless);
    await worker.hear('ready');
    let isEarly = false;
    for (let count = 1; !isEarly && count <= maxFlushes; count += 1) {
      isEarly = (await seenDuringSlowFlush(store, worker, notes, count)).seenEarly;
    }
    expect(isEarly).toBe(true);
  });
});

describe('a disk that fails', () => {
  it.each([
    ['full', 'w'],
    ['unable to flush', 'f'],
  ])('answers store-unavailable while it is %s, writes nothing, and goes on afterwards', async (_, letter) => {
    const { folder, ring, open, start } = place();
    const fault = join(temporaryFolder(), 'fault');
    const store = open();
    const worker = start('obey', '', disk.env({ folder, fault }));
    await worker.hear('ready');
    const ask = (answer: string) => {
      const from = worker.said.length;
      worker.child.stdin?.write('\n');
      return worker.hear(answer, from);
    };
    for (const count of [1, 2, 3]) {
      await ask('done');
      writeFileSync(fault, letter);
      expect(await ask('refused')).toBe('refused store-unavailable');
      expect(await ask('refused')).toBe('refused store-unavailable');
      expect(await store.read(keyOf('watched'))).toEqual({ count });
      rmSync(fault);
    }
    worker.child.kill('SIGKILL');
    await worker.ended;
    await store.close();
    const again = open();
    expect((await subjectsIn(again)).length).toBe((await again.read(keyOf('watched')))?.count);
    expect(await findingIn(again, ring)).toBeUndefined();
  });
});
