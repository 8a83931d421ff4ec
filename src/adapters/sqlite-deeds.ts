import type { ChainState, ChainWrites } from './grouped-commit.ts';
import { isBusy, openSqliteFile, type SqliteFile } from './sqlite-file.ts';

/** Records or claims, in columns: of a thousand small objects, each would be taken apart and put together again with the names of its fields. */
export interface Names {
  readonly kinds: readonly string[];
  /** Ids of records, names of claims. */
  readonly ids: readonly string[];
}

/** What lies in the file under some names, each in its place; `undefined` where there is nothing. */
interface Rows {
  readonly values: readonly (string | undefined)[];
  readonly expiries: readonly (number | null)[];
}

/** What a batch writes, as it goes to the thread that writes. */
export interface PlainWrites {
  /** Records that lose all their claims. */
  readonly unclaimed: Names;
  readonly claimed: Names & { readonly holders: readonly string[] };
  /** A value that is undefined: the record is deleted. */
  readonly records: Names & Rows;
  readonly log: PlainLog | undefined;
}

/** What is added to the log. */
export interface PlainLog extends Pick<ChainWrites, 'head' | 'checkpoint'> {
  readonly seqs: readonly number[];
  readonly bodies: readonly string[];
  readonly hashes: readonly string[];
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
    begin(keys: Names): Rows & { readonly log: ChainState } {
      beginWrite();
      const rows = rowsUnder(keys, file.read);
      return {
        values: rows.map((row) => row?.value),
        expiries: rows.map((row) => row?.expiresAt ?? null),
        log: logStateOf(file),
      };
    },
    /** Who holds each of these claims; `values` are ids of records. */
    holders(claims: Names): Rows {
      const rows = rowsUnder(claims, file.holder);
      return { values: rows.map((row) => row?.id), expiries: rows.map((row) => row?.expiresAt ?? null) };
    },
    /** Writes, and ends the transaction; returns after the flush. */
    commit(writes: PlainWrites): void {
      // Without one each statement would be a commit of its own, of decisions that others may have overtaken.
      if (!file.isInTransaction()) throw new Error('the transaction has ended already');
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

function rowsUnder<R>({ kinds, ids }: Names, look: (kind: string, id: string) => R): readonly R[] {
  return ids.map((id, index) => look(kinds[index] ?? '', id));
}

function write(file: SqliteFile, { unclaimed, claimed, records, log }: PlainWrites): void {
  rowsUnder(unclaimed, file.unclaim);
  claimed.ids.forEach((name, index) => void file.claim(claimed.kinds[index] ?? '', name, claimed.holders[index] ?? ''));
  records.ids.forEach((id, index) => {
    const kind = records.kinds[index] ?? '';
    const value = records.values[index];
    if (value === undefined) file.remove(kind, id);
    else file.write(kind, id, value, records.expiries[index] ?? null);
  });
  if (log === undefined) return;
  log.seqs.forEach((seq, index) => void file.addEvent(seq, log.bodies[index] ?? '', log.hashes[index] ?? ''));
  file.setHead(log.head);
  if (log.checkpoint !== undefined) file.addCheckpoint(log.checkpoint);
}
