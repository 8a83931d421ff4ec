import type { RecordRow } from './batch.ts';
import type { ChainState, ChainWrites } from './grouped-commit.ts';
import { isBusy, openSqliteFile, type SqliteFile } from './sqlite-file.ts';

/** A record or a claim, by kind and id or name. */
export type Named = readonly [kind: string, id: string];

/** What a batch writes, as it goes to the thread that writes. */
export interface PlainWrites {
  readonly unclaimed: readonly Named[];
  readonly claimed: readonly { readonly kind: string; readonly name: string; readonly holder: string }[];
  /** `text` undefined: the record is deleted. */
  readonly records: readonly {
    readonly kind: string;
    readonly id: string;
    readonly text: string | undefined;
    readonly expiresAt: number | null;
  }[];
  readonly log: ChainWrites | undefined;
}

/** How long a batch waits here for other processes' batches; whoever gets none in that time asks again, with what has come since. */
const patienceMs = 20;

/** How long between two attempts, in milliseconds: about what a short batch takes. */
const pauseMs = 0.3;

/** What the thread that writes can be asked for. Plain data in, plain data out. */
export type Deeds = ReturnType<typeof createDeeds>;

/** One transaction at a time on a connection of their own. Everything throws what SQLite complains of. */
export function createDeeds(path: string) {
  const file = openSqliteFile(path);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));

  /** SQLite's own waiting sleeps up to 100 ms at a time. */
  function beginWrite(): void {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        return void file.beginWrite();
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error;
        Atomics.wait(sleeper, 0, 0, pauseMs * (1 + Math.random()));
      }
    }
  }

  return {
    /** Begins a transaction that is alone in writing, over all processes; tells of the records, each in its place, and how the log stands. */
    begin(keys: readonly Named[]): { rows: (RecordRow | undefined)[]; log: ChainState } {
      beginWrite();
      return { rows: keys.map(([kind, id]) => file.read(kind, id)), log: logStateOf(file) };
    },
    /** Who holds each of these claims. */
    holders: (claims: readonly Named[]) => claims.map(([kind, name]) => file.holder(kind, name)),
    /** Writes, and ends the transaction; returns after the flush. */
    commit(writes: PlainWrites): void {
      write(file, writes);
      file.commit();
    },
    rollback: () => file.rollback(),
    /** Deletes some of what has expired, in a transaction of its own; returns how many records. */
    sweep(at: number, limit: number): number {
      beginWrite();
      const swept = file.sweep(at, limit);
      file.commit();
      return swept;
    },
    version: () => file.dataVersion(),
    isInTransaction: () => file.isInTransaction(),
    close: () => file.close(),
  };
}

/** How the log stands, for whoever is about to add to it. */
export function logStateOf(file: SqliteFile): ChainState {
  const head = file.head();
  return { chain: 1, head, isEmpty: head === undefined && file.isLogEmpty(), lastCheckpoint: file.lastCheckpoint() };
}

function write(file: SqliteFile, { unclaimed, claimed, records, log }: PlainWrites): void {
  for (const [kind, id] of unclaimed) file.unclaim(kind, id);
  for (const { kind, name, holder } of claimed) file.claim(kind, name, holder);
  for (const { kind, id, text, expiresAt } of records) {
    if (text === undefined) file.remove(kind, id);
    else file.write(kind, id, text, expiresAt);
  }
  if (log === undefined) return;
  const { entries, head, checkpoint } = log;
  for (const entry of entries) file.addEvent(entry);
  file.setHead(head);
  if (checkpoint !== undefined) file.addCheckpoint(checkpoint);
}
