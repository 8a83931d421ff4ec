import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { type Change, type Key, settings } from '../core/store.ts';
import { type Claim, type Holder, type PendingChanges, type RecordRow, runBatch, type Writes } from './batch.ts';

/**
 * A database as the grouped commit sees it: one transaction at a time.
 *
 * Everything may throw {@link TryAgain} when nothing was written and another attempt may do better, or {@link Unreachable} when nobody answers.
 */
export interface BatchDatabase {
  /** The records asked for, as far as there are rows. */
  begin(keys: readonly Key<unknown>[]): Promise<ReadonlyMap<string, RecordRow>>;
  /** Who holds these claims; every one is in the answer. */
  holders(claims: readonly Claim[]): Promise<ReadonlyMap<string, Holder | undefined>>;
  /**
   * Writes, with the time that goes into the log, and ends the transaction; resolves once it is durable.
   *
   * When what was told of records or claims is no longer so, nothing is written, and the records are told anew: nobody else changes them until the next
   * commit or rollback.
   */
  commit(writes: Writes, at: number): Promise<ReadonlyMap<string, RecordRow> | undefined>;
  /** Ends the transaction, if one is under way. */
  rollback(): Promise<void>;
}

/** Nothing was written, for a reason that passes: another process was in the way. */
export class TryAgain extends Error {}

/** The database does not answer at all, or not to us. */
export class Unreachable extends Error {}

interface GroupedCommitOptions {
  readonly database: BatchDatabase;
  readonly clock: Clock;
  /** Told after the commit of the records that were written. */
  changed(writes: Writes): void;
  /** How long a change waits for other processes' changes before it fails as unavailable. */
  readonly waitMs: number;
}

interface Waiting extends PendingChanges {
  /** By `performance.now()`, which no change of the computer's clock moves. */
  readonly since: number;
}

/** Changes of one process on their way into the database. */
export interface GroupedCommit {
  change(changes: readonly Change[]): Promise<readonly unknown[]>;
  /** After a change that could not be written, tries whether one can be written again. @throws Problem 'store-unavailable' */
  probe(): Promise<void>;
  /** Resolves once everything that was asked for is done. */
  settled(): Promise<void>;
}

/** Changes in one transaction; those beyond it wait for the next. It bounds what one of them waits for. */
const changesAtOnce = 512;

/** Written to see whether anything can be written: as much as a large batch, and soon forgotten. */
const probe: Change = {
  key: { kind: settings, id: 'probe' },
  transition: (_, at) => ({ next: { filling: 'x'.repeat(65_536) }, expiresAt: at + 1000, result: undefined }),
};

/** How long a change waits for a database that does not answer: long enough for a connection that was cut, and no more. */
const unreachableMs = 1000;

/**
 * Runs changes in groups (group commit): what is asked for while one transaction is under way is the next one.
 *
 * A change that throws fails alone. A commit that fails fails all of its changes, as 'store-unavailable'.
 */
export function createGroupedCommit({ database, clock, changed, waitMs }: GroupedCommitOptions): GroupedCommit {
  const queue: Waiting[] = [];
  let working: Promise<void> | undefined;
  let hasFailed = false;

  async function work(): Promise<void> {
    // Whatever else is asked for in this turn of the event loop comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) await attempt(takeFrom(queue));
    working = undefined;
  }

  async function attempt(batch: readonly Waiting[]): Promise<void> {
    try {
      const writes = await commitOnce(database, batch, clock);
      if (writes.records.length + writes.events.length > 0) hasFailed = false;
      writes.tell();
      changed(writes);
    } catch (cause) {
      await database.rollback().catch(() => {});
      const again = triedAgain(batch, cause, waitMs);
      const lost = batch.filter((one) => !again.has(one));
      hasFailed ||= lost.length > 0;
      rejectAll(lost, cause);
      queue.unshift(...again);
      if (again.size > 0) await pause(cause instanceof Unreachable ? 50 : 1 + Math.random());
    }
  }

  function change(changes: readonly Change[]): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      queue.push({ changes, since: performance.now(), resolve, reject });
      working ??= work();
    });
  }

  return {
    change,
    async probe() {
      if (hasFailed) await change([probe]);
    },
    settled: async () => working,
  };
}

function takeFrom(queue: Waiting[]): Waiting[] {
  let changes = 0;
  const end = queue.findIndex((one) => {
    changes += one.changes.length;
    return changes >= changesAtOnce;
  });
  return queue.splice(0, end === -1 ? queue.length : end + 1);
}

/** Who has waited too long already is not kept waiting for another attempt. */
function triedAgain(batch: readonly Waiting[], cause: unknown, waitMs: number): Set<Waiting> {
  const now = performance.now();
  if (cause instanceof TryAgain) return new Set(batch.filter(({ since }) => since + waitMs > now));
  const patience = Math.min(waitMs, unreachableMs);
  return new Set(cause instanceof Unreachable ? batch.filter(({ since }) => since + patience > now) : []);
}

function rejectAll(batch: readonly Waiting[], cause: unknown): void {
  for (const { reject } of batch) {
    reject(cause instanceof Problem ? cause : new Problem('store-unavailable', 'nothing was written', { cause }));
  }
}

/** Decides, and writes what was decided; anew when it was decided on what is no longer so. */
async function commitOnce(database: BatchDatabase, batch: readonly PendingChanges[], clock: Clock): Promise<Writes> {
  let rows = await database.begin(batch.flatMap(({ changes }) => changes.map(({ key }) => key)));
  for (;;) {
    const at = clock.now();
    const writes = await decide(database, batch, rows, at);
    const newer = await database.commit(writes, at);
    if (newer === undefined) return writes;
    rows = newer;
  }
}

async function decide(
  database: BatchDatabase,
  batch: readonly PendingChanges[],
  rows: ReadonlyMap<string, RecordRow>,
  at: number,
): Promise<Writes> {
  let holders: ReadonlyMap<string, Holder | undefined> = new Map();
  for (;;) {
    const result = runBatch(batch, { rows, holders, at });
    if (!('missing' in result)) return result;
    holders = new Map([...holders, ...(await database.holders(result.missing))]);
  }
}
