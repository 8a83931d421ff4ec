import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Problem } from '../core/problem.ts';
import type { Key } from '../core/store.ts';
import type { AuditLog } from './audit-log.ts';
import { type Claim, type Holder, nameOfClaim, nameOfKey, type RecordRow, type Writes } from './batch.ts';
import { type BatchDatabase, TryAgain } from './grouped-commit.ts';
import type { Columns, Deeds, Names, PlainWrites } from './sqlite-deeds.ts';
import type { Order, Report, ThreadData } from './sqlite-thread.ts';

/** The batches of one process on an embedded store. */
export interface SqliteBatches extends BatchDatabase {
  /** Signs for the end of the log, where that is left to do. */
  sign(at: number): Promise<void>;
  /** Deletes some of what has expired; resolves with how many records. */
  sweep(at: number, limit: number): Promise<number>;
  /** Another number whenever another process has changed anything. */
  version(): Promise<number>;
  close(): Promise<void>;
}

type Result<D extends keyof Deeds> = ReturnType<Deeds[D]>;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Runs batches in a thread of their own, so that a flush holds up nobody who only reads. The thread tells what the transitions are to run on, and they run
 * here while the file is locked by nobody; then it compares, writes and flushes in one transaction. When another process was faster, the transaction
 * stays open until the transitions have run anew.
 *
 * The thread starts when it is first needed. Should it end by itself, what it was at is undone or done as with a process that ends, which is why
 * the whole process ends with it: nobody here could say which.
 */
export function createSqliteBatches(path: string, log: AuditLog): SqliteBatches {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let number = 0;
  let wanted: readonly Key<unknown>[] = [];
  /** What was only looked at was looked at in one moment, and need not be compared. */
  let isOneMoment = true;

  function start(): Worker {
    const script = new URL(`sqlite-thread${ending}`, import.meta.url);
    const workerData: ThreadData = { path, keys: log.keys };
    // It says nothing; without these, Node would make the process's own output one that does not wait for whoever reads it.
    const started = new Worker(script, { workerData, stdout: true, stderr: true });
    started.on('message', ({ number: answered, result, fault }: Report) => {
      const { resolve, reject } = waiting.get(answered) as Waiting;
      waiting.delete(answered);
      // A process whose work is done may end though the thread is there.
      if (waiting.size === 0) started.unref();
      if (fault === undefined) resolve(result);
      else reject(toError(fault));
    });
    return started;
  }

  function ask<D extends keyof Deeds>(deed: D, ...words: Parameters<Deeds[D]>): Promise<Result<D>> {
    thread ??= start();
    thread.ref();
    number += 1;
    const order: Order = { number, deed, words };
    thread.postMessage(order);
    return new Promise<unknown>((resolve, reject) => waiting.set(order.number, { resolve, reject })) as Promise<
      Result<D>
    >;
  }

  /** The records wanted, by name, as far as there are rows. */
  function named({ values, expiries }: Columns): ReadonlyMap<string, RecordRow> {
    return new Map(
      wanted.flatMap((key, index): [string, RecordRow][] => {
        const value = values[index];
        return value === undefined ? [] : [[nameOfKey(key), { value, expiresAt: expiries[index] ?? null }]];
      }),
    );
  }

  return {
    async begin(keys) {
      wanted = [...new Map(keys.map((key) => [nameOfKey(key), key])).values()];
      isOneMoment = true;
      return named(await ask('begin', toNames(wanted)));
    },
    async holders(claims) {
      isOneMoment = false;
      const { values, expiries } = await ask('holders', claimNames(claims));
      return new Map(
        claims.map((claim, index): [string, Holder | undefined] => {
          const id = values[index];
          return [nameOfClaim(claim), id === undefined ? undefined : { id, expiresAt: expiries[index] ?? null }];
        }),
      );
    },
    async commit(writes, at) {
      if (isNothing(writes) && isOneMoment) return undefined;
      const newer = await ask('commit', toPlain(writes, at));
      isOneMoment = false;
      return newer && named(newer);
    },
    async rollback() {
      if (thread !== undefined) await ask('rollback');
    },
    sign: (at) => ask('sign', at),
    sweep: (at, limit) => ask('sweep', at, limit),
    version: () => ask('version'),
    async close() {
      if (thread === undefined) return;
      const ended = once(thread, 'exit');
      await ask('close');
      thread.ref();
      await ended;
    },
  };
}

/** As this file itself ends: TypeScript in the repository, JavaScript in a release. */
const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

function toError({ message, isBusy, detail }: NonNullable<Report['fault']>): Error {
  if (isBusy) return new TryAgain(message);
  return detail === undefined ? new Error(message) : new Problem('store-unavailable', detail);
}

function isNothing({ records, unclaimed, claimed, events }: Writes): boolean {
  return records.length + unclaimed.length + claimed.length + events.length === 0;
}

function toNames(keys: readonly Key<unknown>[]): Names {
  return { kinds: keys.map(({ kind }) => kind.name), ids: keys.map(({ id }) => id) };
}

function claimNames(claims: readonly Claim[]): Names {
  return { kinds: claims.map(({ kind }) => kind), ids: claims.map(({ name }) => name) };
}

function toPlain({ unclaimed, claimed, records, events }: Writes, at: number): PlainWrites {
  return {
    unclaimed: toNames(unclaimed),
    claimed: { ...claimNames(claimed), holders: claimed.map(({ holder }) => holder) },
    records: {
      ...toNames(records.map(({ key }) => key)),
      values: records.map(({ text }) => text),
      expiries: records.map(({ expiresAt }) => expiresAt),
    },
    events,
    at,
  };
}
