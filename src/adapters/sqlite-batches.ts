import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Key } from '../core/store.ts';
import { type Claim, type Holder, nameOfClaim, nameOfKey, type RecordRow, type Writes } from './batch.ts';
import { type BatchDatabase, type ChainWrites, TryAgain } from './grouped-commit.ts';
import type { Deeds, Names, PlainLog, PlainWrites } from './sqlite-deeds.ts';
import type { Order, Report } from './sqlite-thread.ts';

/** The batches of one process on an embedded store. */
export interface SqliteBatches extends BatchDatabase {
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
 * Runs batches in a thread of their own, so that a flush holds up nobody who only reads. The transaction is open while the transitions run here: nobody
 * else writes meanwhile.
 *
 * The thread starts when it is first needed. Should it end by itself, what it was at is undone or done as with a process that ends, which is why
 * the whole process ends with it: nobody here could say which.
 */
export function createSqliteBatches(path: string): SqliteBatches {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let number = 0;

  function start(): Worker {
    const script = new URL(`sqlite-thread${ending}`, import.meta.url);
    // It says nothing; without these, Node would make the process's own output one that does not wait for whoever reads it.
    const started = new Worker(script, { workerData: path, stdout: true, stderr: true });
    started.on('message', ({ number: answered, result, fault }: Report) => {
      const { resolve, reject } = waiting.get(answered) as Waiting;
      waiting.delete(answered);
      // A process whose work is done may end though the thread is there.
      if (waiting.size === 0) started.unref();
      if (fault === undefined) resolve(result);
      else reject(fault.isBusy ? new TryAgain(fault.message) : new Error(fault.message));
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

  return {
    async begin(keys) {
      const wanted = [...new Map(keys.map((key) => [nameOfKey(key), key]))];
      const { values, expiries, log } = await ask('begin', toNames(wanted.map(([, key]) => key)));
      const rows = wanted.flatMap(([name], index): [string, RecordRow][] => {
        const value = values[index];
        return value === undefined ? [] : [[name, { value, expiresAt: expiries[index] ?? null }]];
      });
      return { rows: new Map(rows), log };
    },
    async holders(claims: readonly Claim[]) {
      const names = { kinds: claims.map(({ kind }) => kind), ids: claims.map(({ name }) => name) };
      const { values, expiries } = await ask('holders', names);
      return new Map(
        claims.map((claim, index): [string, Holder | undefined] => {
          const id = values[index];
          return [nameOfClaim(claim), id === undefined ? undefined : { id, expiresAt: expiries[index] ?? null }];
        }),
      );
    },
    commit: (writes, log) => ask('commit', { ...toPlain(writes), log: log && toPlainLog(log) }),
    async rollback() {
      if (thread !== undefined) await ask('rollback');
    },
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

function toNames(keys: readonly Key<unknown>[]): Names {
  return { kinds: keys.map(({ kind }) => kind.name), ids: keys.map(({ id }) => id) };
}

function toPlain({ unclaimed, claimed, records }: Writes): Omit<PlainWrites, 'log'> {
  return {
    unclaimed: toNames(unclaimed),
    claimed: {
      kinds: claimed.map(({ kind }) => kind),
      ids: claimed.map(({ name }) => name),
      holders: claimed.map(({ holder }) => holder),
    },
    records: {
      ...toNames(records.map(({ key }) => key)),
      values: records.map(({ text }) => text),
      expiries: records.map(({ expiresAt }) => expiresAt),
    },
  };
}

function toPlainLog({ entries, head, checkpoint }: ChainWrites): PlainLog {
  return {
    seqs: entries.map(({ seq }) => seq),
    bodies: entries.map(({ body }) => body),
    hashes: entries.map(({ hash }) => hash),
    head,
    checkpoint,
  };
}
