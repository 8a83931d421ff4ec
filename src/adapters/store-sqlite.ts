import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { changeOf, type Key, type Kind, type Page, type Store, type Transition } from '../core/store.ts';
import type { AuditLog } from './audit-log.ts';
import { isLive, liveValue, type Writes, wellFormed } from './batch.ts';
import { createGroupedCommit, TryAgain } from './grouped-commit.ts';
import { groupReads } from './grouped-reads.ts';
import { createSqliteBatches } from './sqlite-batches.ts';
import { logStateOf } from './sqlite-deeds.ts';
import { isBusy, openSqliteFile } from './sqlite-file.ts';
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

/**
 * The embedded store: one SQLite file, any number of processes on one machine.
 *
 * Changes are made in groups by a thread with a connection of its own, whose transaction is the only writer over all processes. Records are read here,
 * over another connection, and never wait for a flush: they are as they were last made durable.
 */
export function openSqliteStore({ path, clock, log, readOnly = false, waitMs = 5000 }: SqliteStoreOptions): Store {
  const file = openSqliteFile(path);
  const batches = createSqliteBatches(path, log);
  const textOf = ({ kind, id }: Key<unknown>) => file.read(kind.name, id)?.value;
  const watches = createWatches({
    everyMs: 200,
    version: batches.version,
    textNow: textOf,
    texts: (keys) => keys.map(textOf),
  });
  const commits = createGroupedCommit({ database: batches, clock, waitMs, changed });
  const readRow = groupReads((keys) => looking(() => keys.map(({ kind, id }) => file.read(kind.name, id))));
  let closing: Promise<void> | undefined;

  function changed({ records }: Writes): void {
    for (const { key, text } of records) watches.changed(key, text);
  }

  function mustBeOpen(): void {
    if (closing !== undefined) throw new Problem('store-unavailable', 'the store is closed');
  }

  /** Looks at one moment of the file. SQLite does not wait for other processes, which would hold up the event loop: it is asked again soon. */
  async function looking<R>(look: () => R): Promise<R> {
    for (const deadline = performance.now() + waitMs; ; await pause(1 + Math.random())) {
      try {
        file.beginRead();
        const result = look();
        file.commit();
        return result;
      } catch (cause) {
        file.rollback();
        if (isBusy(cause) && performance.now() < deadline) continue;
        throw new Problem('store-unavailable', 'the store did not answer', { cause });
      }
    }
  }

  /** What is rare, as administration needs it. */
  async function rarely<R>(look: () => R): Promise<R> {
    mustBeOpen();
    return looking(look);
  }

  async function sweep(): Promise<number> {
    for (let total = 0; ; ) {
      mustBeOpen();
      const swept = await batches.sweep(clock.now(), sweepAtOnce).catch((cause) => {
        throw new Problem('store-unavailable', 'the store did not answer', { cause });
      });
      total += swept;
      if (swept < sweepAtOnce) return total;
    }
  }

  async function shut(): Promise<void> {
    await Promise.all([commits.settled(), readRow.settled()]);
    try {
      if (readOnly) return;
      const { head, lastCheckpoint } = await looking(() => logStateOf(file));
      if (head?.seq !== lastCheckpoint?.seq) await signLast();
    } finally {
      await batches.close();
      file.close();
    }
  }

  async function signLast(): Promise<void> {
    try {
      await batches.sign(clock.now());
    } catch (error) {
      // Another process is writing: the next checkpoint is its.
      if (!(error instanceof TryAgain)) throw error;
    }
  }

  return {
    async read<T>(key: Key<T>) {
      mustBeOpen();
      return liveValue(await readRow(wellFormed(key)), clock.now()) as T | undefined;
    },
    async change<T, R>(key: Key<T>, transition: Transition<T, R>) {
      mustBeOpen();
      const [result] = await commits.change([{ ...changeOf(key, transition), key: wellFormed(key) }]);
      return result as R;
    },
    async changeAll(changes) {
      mustBeOpen();
      await commits.change(changes.map(({ key, transition }) => ({ key: wellFormed(key), transition })));
    },
    list: <T>(kind: Kind<T>, { prefix = '', after = '', limit }: Page) =>
      rarely(() => {
        const rows = file.list(kind.name, after, prefix, clock.now(), limit + 1);
        const items = rows.slice(0, limit).map(({ id, value }) => ({ id, value: JSON.parse(value) as T }));
        return { items, more: rows.length > limit };
      }),
    holder: ({ name }, claim) =>
      rarely(() => {
        const holder = file.holder(name, claim);
        return holder !== undefined && isLive(holder, clock.now()) ? holder.id : undefined;
      }),
    chains: () => rarely(() => [1]),
    events: (after, limit) => rarely(() => file.events(after, limit)),
    checkpoints: (after, limit) => rarely(() => file.checkpoints(after, limit)),
    head: () => rarely(() => file.head()),
    async probe() {
      await rarely(() => file.head());
      await commits.probe();
    },
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
