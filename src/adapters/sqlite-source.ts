import { DatabaseSync } from 'node:sqlite';
import type { Row } from './postgres-connection.ts';
import { isBusy } from './sqlite-file.ts';

/** The file of an embedded store while it is copied. */
export interface SqliteSource {
  count(table: 'record' | 'claim' | 'event'): number;
  rows(text: string): Iterable<Row>;
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
    rows: (text) => db.prepare(text).iterate() as Iterable<Row>,
    close() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}
