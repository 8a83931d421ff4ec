import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { type Change, changeOf, type Key, type Kind, type Page, type Store, type Transition } from '../core/store.ts';
import type { AuditLog } from './audit-log.ts';
import { commitBatch, live, type PendingChanges, writeLog } from './sqlite-batch.ts';
import { isBusy, openSqliteFile, type SqliteFile } from './sqlite-file.ts';
import { createWatches } from './watches.ts';

interface SqliteStoreOptions {
  /** The database file. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: AuditLog;
  /** Nothing is to be written: closing signs no checkpoint. */
  readonly readOnly?: boolean;
  /** How long a change waits for other processes' changes before it fails as unavailable. */
  readonly waitMs?: number;
}

/** Records swept in one transaction: it holds up everybody else for a few milliseconds. */
const sweepAtOnce = 1000;

interface Waiting {
  /** By `performance.now()`, which no change of the computer's clock moves. */
  readonly deadline: number;
  reject(error: unknown): void;
}

interface PendingRead extends Waiting {
  readonly key: Key<unknown>;
  resolve(value: unknown): void;
}

/**
 * The embedded store: one SQLite file, any number of processes on one machine.
 *
 * Everything asked for in one turn of the event loop is one transaction and one flush (group commit). Transitions of one record run one
 * after the other because the transaction is the only writer over all processes.
 */
export function openSqliteStore({ path, clock, log, readOnly = false, waitMs = 5000 }: SqliteStoreOptions): Store {
  // One connection for all: SQLite forgets the pages it has read whenever another connection writes.
  const file = openSqliteFile(path);
  const waiting: { reads: PendingRead[]; changes: (PendingChanges & Waiting)[] } = { reads: [], changes: [] };
  const watches = createWatches({
    everyMs: 200,
    version: file.dataVersion,
    versionNow: file.dataVersion,
    texts: (keys) => keys.map(({ kind, id }) => file.read(kind.name, id)?.value),
  });
  let scheduled = false;
  let closing: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;

  function mustBeOpen(): void {
    if (closing !== undefined) throw new Problem('store-unavailable', 'the store is closed');
  }

  function schedule(): void {
    if (!scheduled) setImmediate(turn);
    scheduled = true;
  }

  function read(key: Key<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      mustBeOpen();
      waiting.reads.push({ key: wellFormed(key), deadline: performance.now() + waitMs, resolve, reject });
      schedule();
    });
  }

  function change(changes: readonly Change[]): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      mustBeOpen();
      waiting.changes.push({ changes, deadline: performance.now() + waitMs, resolve, reject });
      schedule();
    });
  }

  function turn(): void {
    scheduled = false;
    const { reads, changes } = waiting;
    waiting.reads = [];
    waiting.changes = [];
    if (reads.length > 0) attempt(reads, waiting.reads, () => answer(file, reads, clock.now()));
    if (changes.length > 0) attempt(changes, waiting.changes, () => commit(changes));
    if (!scheduled) onIdle?.();
  }

  function commit(changes: readonly PendingChanges[]): void {
    file.beginWrite();
    commitBatch({ file, log, changed: watches.changed }, changes, clock.now());
  }

  /** SQLite does not wait for other processes, which would hold up the event loop: whoever is not late is tried again soon. */
  function attempt<W extends Waiting>(batch: readonly W[], queue: W[], work: () => void): void {
    try {
      work();
    } catch (cause) {
      file.rollback();
      const now = isBusy(cause) ? performance.now() : Number.POSITIVE_INFINITY;
      rejectAll(
        batch.filter(({ deadline }) => deadline <= now),
        cause,
      );
      queue.unshift(...batch.filter(({ deadline }) => deadline > now));
      if (queue.length > 0 && !scheduled) setTimeout(turn, 1 + Math.random());
      scheduled ||= queue.length > 0;
    }
  }

  /** Work in a transaction of its own, as administration needs. */
  function alone<R>(begin: () => void, work: () => R): R {
    mustBeOpen();
    try {
      begin();
      const result = work();
      file.commit();
      return result;
    } catch (cause) {
      file.rollback();
      throw new Problem('store-unavailable', 'the store did not answer', { cause });
    }
  }
  const reading = async <R>(query: () => R): Promise<R> => alone(file.beginRead, query);

  async function sweep(): Promise<number> {
    for (let total = 0; ; ) {
      const swept = alone(file.beginWrite, () => file.sweep(clock.now(), sweepAtOnce));
      total += swept;
      if (swept < sweepAtOnce) return total;
      await turnOfOthers();
    }
  }

  async function shut(): Promise<void> {
    if (scheduled) await new Promise<void>((resolve) => (onIdle = resolve));
    try {
      if (readOnly) return;
      file.beginWrite();
      writeLog(file, log, [], clock.now(), true);
      file.commit();
    } catch (error) {
      // Another process is writing: the next checkpoint is its.
      if (!isBusy(error)) throw error;
    } finally {
      file.close();
    }
  }

  return {
    read: <T>(key: Key<T>) => read(key) as Promise<T | undefined>,
    async change<T, R>(key: Key<T>, transition: Transition<T, R>) {
      const [result] = await change([{ ...changeOf(key, transition), key: wellFormed(key) }]);
      return result as R;
    },
    async changeAll(changes) {
      await change(changes.map(({ key, transition }) => ({ key: wellFormed(key), transition })));
    },
    list: <T>(kind: Kind<T>, { prefix = '', after = '', limit }: Page) =>
      reading(() => {
        const rows = file.list(kind.name, after, prefix, clock.now(), limit + 1);
        const items = rows.slice(0, limit).map(({ id, value }) => ({ id, value: JSON.parse(value) as T }));
        return { items, more: rows.length > limit };
      }),
    holder: ({ name }, claim) => reading(() => file.holder(name, claim, clock.now())),
    chains: () => reading(() => [1]),
    events: (after, limit) => reading(() => file.events(after, limit)),
    checkpoints: (after, limit) => reading(() => file.checkpoints(after, limit)),
    head: () => reading(() => file.head()),
    sweep,
    watch: (key) => watches.watch(wellFormed(key)),
    endWatches: watches.end,
    close() {
      watches.end();
      closing ??= shut();
      return closing;
    },
  };
}

function rejectAll(batch: readonly Waiting[], cause: unknown): void {
  for (const { reject } of batch) reject(new Problem('store-unavailable', 'nothing was written', { cause }));
}

function answer(file: SqliteFile, batch: readonly PendingRead[], at: number): void {
  file.beginRead();
  const values = batch.map(({ key }) => live(file.read(key.kind.name, key.id), at));
  file.commit();
  batch.forEach(({ resolve }, index) => void resolve(values[index]));
}

/** SQLite keeps UTF-8, where all lone surrogates are one character: ids that mean one row must be one id. */
function wellFormed<T>({ kind, id }: Key<T>): Key<T> {
  return { kind, id: id.toWellFormed() };
}
