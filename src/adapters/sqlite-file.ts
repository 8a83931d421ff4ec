import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Checkpoint, LogEntry, LogHead } from '../core/store.ts';
import type { Holder, RecordRow } from './batch.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS record (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, expires_at INTEGER, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS record_expiry ON record (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS claim (kind TEXT NOT NULL, claim TEXT NOT NULL, holder TEXT NOT NULL, PRIMARY KEY (kind, claim)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS claim_holder ON claim (kind, holder);
  CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoint (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL, signature TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL, mac TEXT NOT NULL) STRICT;
  PRAGMA user_version = 1;
`;

/** How long opening the file waits for another process that is at it. */
const openWaitMs = 5000;

/** Pages kept in memory, in kB: a tree of a million records has its upper levels in it, and the part of the leaves that is in use. */
const cacheKb = 65_536;

/** Pages in the journal before they are copied back into the file: 16 MB. Fewer copies of pages that many changes touch. */
const journalPages = 4000;

/** One connection to the file, with a function for each statement. The only place that knows `node:sqlite`. */
export type SqliteFile = ReturnType<typeof openSqliteFile>;

/**
 * Opens the file, and makes it where there is none, readable by its owner only.
 *
 * WAL with `synchronous=FULL`: nobody, in any process, sees a change before it is on the disk, and a flush that fails undoes it
 * (https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous).
 *
 * No statement waits for another process; one that would have to fails as busy ({@link isBusy}).
 */
export function openSqliteFile(path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  makePrivate(path);
  // The time-out comes first: two processes that open at once would otherwise find the file locked by the switch to WAL.
  const db = new DatabaseSync(path, { timeout: openWaitMs });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > 1) throw new Error(`${path} was written by a later version of Portvakt`);
  if (version === 0) db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
  db.exec(`PRAGMA cache_size = -${cacheKb}; PRAGMA wal_autocheckpoint = ${journalPages}; PRAGMA busy_timeout = 0;`);

  const { ino } = statSync(path);
  /** Whoever takes the file away, or puts another in its place, leaves us with one that nobody else will ever read. */
  function mustBeInPlace(): void {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now?.ino !== ino) throw new Error(`the file of the store ${now === undefined ? 'is gone' : 'is another one'}`);
  }

  const begin = db.prepare('BEGIN');
  const beginImmediate = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const read = db.prepare('SELECT value, expires_at AS expiresAt FROM record WHERE kind = ? AND id = ?');
  const write = db.prepare(
    'INSERT INTO record (kind, id, value, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at',
  );
  const remove = db.prepare('DELETE FROM record WHERE kind = ? AND id = ?');
  const list = db.prepare(
    'SELECT id, value FROM record WHERE kind = ? AND id > ? AND id >= ?3 AND substr(id, 1, length(?3)) = ?3 AND (expires_at IS NULL OR expires_at > ?4) ORDER BY id LIMIT ?5',
  );
  const holder = db.prepare(
    'SELECT holder AS id, expires_at AS expiresAt FROM claim JOIN record ON record.kind = claim.kind AND id = holder WHERE claim.kind = ? AND claim = ?',
  );
  const claim = db.prepare('INSERT OR REPLACE INTO claim (kind, claim, holder) VALUES (?, ?, ?)');
  const unclaim = db.prepare('DELETE FROM claim WHERE kind = ? AND holder = ?');
  const sweepClaims = db.prepare(
    'DELETE FROM claim WHERE (kind, holder) IN (SELECT kind, id FROM record WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)',
  );
  const sweepRecords = db.prepare(
    'DELETE FROM record WHERE (kind, id) IN (SELECT kind, id FROM record WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)',
  );
  const addEvent = db.prepare('INSERT INTO event (seq, body, hash) VALUES (?, ?, ?)');
  const events = db.prepare('SELECT seq, body, hash FROM event WHERE seq > ? ORDER BY seq LIMIT ?');
  const head = db.prepare('SELECT seq, hash, mac FROM head');
  const setHead = db.prepare('INSERT OR REPLACE INTO head (one, seq, hash, mac) VALUES (1, ?, ?, ?)');
  const addCheckpoint = db.prepare('INSERT INTO checkpoint (seq, hash, at, signature) VALUES (?, ?, ?, ?)');
  const checkpoints = db.prepare('SELECT seq, hash, at, signature FROM checkpoint WHERE seq > ? ORDER BY seq LIMIT ?');
  const anyLog = db.prepare('SELECT 1 FROM event UNION ALL SELECT 1 FROM checkpoint LIMIT 1');
  const dataVersion = db.prepare('PRAGMA data_version');
  const lastCheckpoint = db.prepare('SELECT seq, at FROM checkpoint ORDER BY seq DESC LIMIT 1');

  return {
    /** Begins a transaction that reads one moment of the file. */
    beginRead() {
      mustBeInPlace();
      begin.run();
    },
    /** Begins a transaction that is alone in writing, over all processes. */
    beginWrite() {
      mustBeInPlace();
      beginImmediate.run();
    },
    /** Ends a transaction; when it wrote, returns after the flush. */
    commit: () => void commit.run(),
    rollback(): void {
      if (db.isTransaction) db.exec('ROLLBACK');
    },
    isInTransaction: () => db.isTransaction,
    close: () => db.close(),
    /** Another number whenever another connection has committed something (https://sqlite.org/pragma.html#pragma_data_version). */
    dataVersion: () => (dataVersion.get() as { data_version: number }).data_version,

    read: (kind: string, id: string) => read.get(kind, id) as RecordRow | undefined,
    write: (kind: string, id: string, value: string, expiresAt: number | null) => write.run(kind, id, value, expiresAt),
    remove: (kind: string, id: string) => remove.run(kind, id),
    list: (kind: string, after: string, prefix: string, at: number, limit: number) =>
      list.all(kind, after, prefix, at, limit) as unknown as { readonly id: string; readonly value: string }[],
    holder: (kind: string, name: string) => holder.get(kind, name) as Holder | undefined,
    claim: (kind: string, name: string, id: string) => claim.run(kind, name, id),
    unclaim: (kind: string, id: string) => unclaim.run(kind, id),
    sweep(at: number, limit: number): number {
      sweepClaims.run(at, limit);
      return Number(sweepRecords.run(at, limit).changes);
    },

    addEvent: (seq: number, body: string, hash: string) => addEvent.run(seq, body, hash),
    events: (after: number, limit: number) => events.all(after, limit) as unknown as LogEntry[],
    head: () => head.get() as LogHead | undefined,
    setHead: (value: LogHead) => setHead.run(value.seq, value.hash, value.mac),
    addCheckpoint: ({ seq, hash, at, signature }: Checkpoint) => addCheckpoint.run(seq, hash, at, signature),
    checkpoints: (after: number, limit: number) => checkpoints.all(after, limit) as unknown as Checkpoint[],
    isLogEmpty: () => anyLog.get() === undefined,
    lastCheckpoint: () => lastCheckpoint.get() as Pick<Checkpoint, 'seq' | 'at'> | undefined,
  };
}

/** SQLite gives the files beside the database (-wal, -shm) the permissions that the database has when they are made. */
function makePrivate(path: string): void {
  try {
    // Never opens a file that is there: closing it would drop the locks of this process's other connections (fcntl, POSIX).
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  chmodSync(path, 0o600);
}

/** True when another process held the file, and the statement may be tried again. */
export function isBusy(error: unknown): boolean {
  const { code, errcode = 0 } = error as { readonly code?: string; readonly errcode?: number };
  return code === 'ERR_SQLITE_ERROR' && (errcode & 0xff) === 5;
}

/** A row, by the names of its columns. */
type SourceRow = Readonly<Record<string, unknown>>;

/** The file of an embedded store while it is copied. */
export interface SqliteSource {
  count(table: 'record' | 'claim' | 'event'): number;
  rows(text: string): Iterable<SourceRow>;
  close(): void;
}

/** Opens the file of an embedded store for nobody but us. @throws Error when somebody has it open */
export function openSqliteSource(path: string): SqliteSource {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    db.close();
    if (isBusy(error)) throw new Error(`${path} is in use. Stop the server first.`, { cause: error });
    throw error;
  }
  return {
    count: (table) => Number((db.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }).count),
    rows: (text) => db.prepare(text).iterate() as Iterable<SourceRow>,
    close() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}
