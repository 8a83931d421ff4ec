import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { type Change, changeOf, type Key, type Kind, type Page, type Store, type Transition } from '../core/store.ts';
import type { AuditLog } from './audit-log.ts';
import { commitBatch, live, type PendingChanges, writeLog } from './sqlite-batch.ts';
import { openSqliteFile, type SqliteFile } from './sqlite-file.ts';

interface SqliteStoreOptions {
  /** The database file. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: AuditLog;
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
export function openSqliteStore({ path, clock, log, waitMs = 5000 }: SqliteStoreOptions): Store {
  // In WAL mode readers wait only for a recovery of the file, which is short unless the process at it hangs: then better no answer.
  const reader = openSqliteFile(path, Math.min(waitMs, 100));
  // Does not wait inside SQLite, which would hold up the event loop: `turn` tries again.
  const writer = openSqliteFile(path, 0);
  const waiting: { reads: PendingRead[]; changes: (PendingChanges & Waiting)[] } = { reads: [], changes: [] };
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
    const { reads } = waiting;
    waiting.reads = [];
    if (reads.length > 0) answer(reader, reads, clock.now());
    if (waiting.changes.length > 0) commitOrWait();
    if (!scheduled) onIdle?.();
  }

  function commitOrWait(): void {
    const { changes } = waiting;
    waiting.changes = [];
    try {
      if (writer.beginWrite()) commitBatch(writer, log, changes, clock.now());
      else waitForOthers(changes);
    } catch (cause) {
      rejectAll(changes, cause);
    }
  }

  function waitForOthers(changes: readonly (PendingChanges & Waiting)[]): void {
    const now = performance.now();
    const late = changes.filter(({ deadline }) => deadline <= now);
    rejectAll(late, 'another process holds the store');
    waiting.changes.push(...changes.filter(({ deadline }) => deadline > now));
    scheduled = true;
    setTimeout(turn, 1 + Math.random());
  }

  /** Work in a transaction of its own, as administration needs. */
  function alone<R>(file: SqliteFile, work: () => R): R {
    try {
      return work();
    } catch (cause) {
      file.rollback();
      throw new Problem('store-unavailable', 'the store did not answer', { cause });
    }
  }
  const reading = async <R>(query: () => R): Promise<R> => {
    mustBeOpen();
    return alone(reader, () => {
      reader.beginRead();
      const result = query();
      reader.commit();
      return result;
    });
  };
  const writing = <R>(work: () => R, onBusy: R): R =>
    alone(writer, () => {
      if (!writer.beginWrite()) return onBusy;
      const result = work();
      writer.commit();
      return result;
    });

  async function sweep(): Promise<number> {
    let total = 0;
    for (;;) {
      mustBeOpen();
      const swept = writing(() => writer.sweep(clock.now(), sweepAtOnce), 0);
      total += swept;
      if (swept < sweepAtOnce) return total;
      await turnOfOthers();
    }
  }

  async function shut(): Promise<void> {
    if (scheduled) await new Promise<void>((resolve) => (onIdle = resolve));
    try {
      writing(() => writeLog(writer, log, [], clock.now(), true), undefined);
    } finally {
      reader.close();
      writer.close();
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
        const rows = reader.list(kind.name, after, prefix, clock.now(), limit + 1);
        const items = rows.slice(0, limit).map(({ id, value }) => ({ id, value: JSON.parse(value) as T }));
        return { items, more: rows.length > limit };
      }),
    holder: ({ name }, claim) => reading(() => reader.holder(name, claim, clock.now())),
    events: (after, limit) => reading(() => reader.events(after, limit)),
    checkpoints: (after, limit) => reading(() => reader.checkpoints(after, limit)),
    head: () => reading(() => reader.head()),
    sweep,
    close() {
      closing ??= shut();
      return closing;
    },
  };
}

function rejectAll(batch: readonly Waiting[], cause: unknown): void {
  for (const { reject } of batch) reject(new Problem('store-unavailable', 'nothing was written', { cause }));
}

function answer(file: SqliteFile, batch: readonly PendingRead[], at: number): void {
  try {
    file.beginRead();
    const values = batch.map(({ key }) => live(file.read(key.kind.name, key.id), at));
    file.commit();
    batch.forEach(({ resolve }, index) => void resolve(values[index]));
  } catch (cause) {
    file.rollback();
    rejectAll(batch, cause);
  }
}

/** SQLite keeps UTF-8, where all lone surrogates are one character: ids that mean one row must be one id. */
function wellFormed<T>({ kind, id }: Key<T>): Key<T> {
  return { kind, id: id.toWellFormed() };
}
