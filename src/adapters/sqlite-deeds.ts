import type { AuditLog } from './audit-log.ts';
import { type ChainState, type ChainWrites, chainWrites, lastWrites } from './chain-writes.ts';
import { isBusy, openSqliteFile, type SqliteFile } from './sqlite-file.ts';

/** Records or claims, in columns: of a thousand small objects, each would be taken apart and put together again with the names of its fields. */
export interface Names {
  readonly kinds: readonly string[];
  /** Ids of records, names of claims. */
  readonly ids: readonly string[];
}

/** What lies in the file under some names, each in its place; `undefined` where there is nothing. */
export interface Columns {
  readonly values: readonly (string | undefined)[];
  readonly expiries: readonly (number | null)[];
}

/** What a batch is decided on: records, and who holds some claims (the values are ids). */
interface Told {
  readonly records: Names & Columns;
  readonly claims: readonly (Names & Columns)[];
  /** When nobody has written since, by {@link Mark}, all of it is still so. */
  readonly mark: Mark;
}

/** How many transactions of ours have begun, and SQLite's word for what others have committed. */
interface Mark {
  readonly begun: number;
  readonly version: number;
}

/** What a batch writes, as it goes to the thread that writes. */
export interface PlainWrites {
  /** Records that lose all their claims. */
  readonly unclaimed: Names;
  readonly claimed: Names & { readonly holders: readonly string[] };
  /** A value that is undefined: the record is deleted. */
  readonly records: Names & Columns;
  readonly events: readonly string[];
  /** When it was decided; the time of the events. */
  readonly at: number;
}

/** How long a batch waits here for other processes' batches; whoever gets none in that time asks again, with what has come since. */
const patienceMs = 20;

/** How long between two attempts, in milliseconds: about what a short batch takes. */
const pauseMs = 0.3;

/** What the thread that writes can be asked for. Plain data in, plain data out. */
export type Deeds = ReturnType<typeof createDeeds>;

/** One transaction at a time on a connection of their own. Everything throws what SQLite complains of. */
export function createDeeds(path: string, log: AuditLog) {
  const file = openSqliteFile(path);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let begun = 0;
  let told: Told | undefined;

  const mark = (): Mark => ({ begun, version: file.dataVersion() });

  /** SQLite's own waiting sleeps up to 100 ms at a time. */
  function beginWrite(): void {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        file.beginWrite();
        begun += 1;
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error;
        Atomics.wait(sleeper, 0, 0, pauseMs * (1 + Math.random()));
      }
    }
  }

  return {
    /** Tells of the records that the next commit is decided on, each in its place, as they are at one moment. */
    begin(names: Names): Columns {
      file.beginRead();
      const records = recordsUnder(file, names);
      told = { records: { ...names, ...records }, claims: [], mark: mark() };
      file.commit();
      return records;
    },
    /** Tells who holds these claims, on which the next commit is decided too; `values` are ids of records. */
    holders(names: Names): Columns {
      const holders = holdersOf(file, names);
      if (told !== undefined) told = { ...told, claims: [...told.claims, { ...names, ...holders }] };
      return holders;
    },
    /**
     * Writes what was decided, and ends the transaction; returns after the flush.
     *
     * When anything that it was decided on is another by now, nothing is written, and the records are told as they are: nobody else changes them until the
     * next commit or rollback here.
     */
    commit(writes: PlainWrites): Columns | undefined {
      if (told === undefined) throw new Error('nobody has asked what this was decided on');
      const before = begun;
      if (!file.isInTransaction()) beginWrite();
      const isFresh = told.mark.begun === before && told.mark.version === file.dataVersion();
      const newer = isFresh ? undefined : changedSince(file, told);
      if (newer !== undefined) {
        told = { records: { ...told.records, ...newer }, claims: [], mark: mark() };
        return newer;
      }
      write(file, writes);
      addToLog(file, chainWrites(log, logStateOf(file), writes.events, writes.at));
      file.commit();
      return undefined;
    },
    rollback: () => file.rollback(),
    /** Signs for the end of the log, where that is left to do. */
    sign(at: number): void {
      beginWrite();
      addToLog(file, lastWrites(log, logStateOf(file), at));
      file.commit();
    },
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

/** The records as they are, when they or the holders of claims are others than was told. */
function changedSince(file: SqliteFile, told: Told): Columns | undefined {
  const records = recordsUnder(file, told.records);
  const isUnchanged =
    isSame(told.records, records) && told.claims.every((claims) => isSame(claims, holdersOf(file, claims)));
  return isUnchanged ? undefined : records;
}

function recordsUnder(file: SqliteFile, names: Names): Columns {
  const rows = rowsUnder(names, file.read);
  return { values: rows.map((row) => row?.value), expiries: rows.map((row) => row?.expiresAt ?? null) };
}

function holdersOf(file: SqliteFile, names: Names): Columns {
  const rows = rowsUnder(names, file.holder);
  return { values: rows.map((row) => row?.id), expiries: rows.map((row) => row?.expiresAt ?? null) };
}

function isSame(one: Columns, other: Columns): boolean {
  return (
    one.values.every((value, index) => value === other.values[index]) &&
    one.expiries.every((expiry, index) => expiry === other.expiries[index])
  );
}

function write(file: SqliteFile, { unclaimed, claimed, records }: PlainWrites): void {
  rowsUnder(unclaimed, file.unclaim);
  claimed.ids.forEach((name, index) => void file.claim(claimed.kinds[index] ?? '', name, claimed.holders[index] ?? ''));
  records.ids.forEach((id, index) => {
    const kind = records.kinds[index] ?? '';
    const value = records.values[index];
    if (value === undefined) file.remove(kind, id);
    else file.write(kind, id, value, records.expiries[index] ?? null);
  });
}

function addToLog(file: SqliteFile, added: ChainWrites | undefined): void {
  if (added === undefined) return;
  for (const { seq, body, hash } of added.entries) file.addEvent(seq, body, hash);
  file.setHead(added.head);
  if (added.checkpoint !== undefined) file.addCheckpoint(added.checkpoint);
}
