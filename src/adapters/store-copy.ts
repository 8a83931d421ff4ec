import { createHash, type Hash } from 'node:crypto';
import type { Checkpoint, LogEntry, LogHead } from '../core/store.ts';
import { createLogCheck, type LogFinding, publicKeysOf } from './audit-log.ts';
import type { KeyRing } from './key-ring.ts';
import type { PostgresAddress } from './postgres-address.ts';
import type { PostgresConnection, Row } from './postgres-connection.ts';
import { createConnector } from './postgres-connector.ts';
import { dayOf, fromStored, toStored } from './postgres-text.ts';
import { openSqliteSource, type SqliteSource } from './sqlite-source.ts';

/** What was copied. */
export interface CopyReport {
  readonly records: number;
  readonly claims: number;
  readonly events: number;
}

interface CopyOptions {
  /** The file of the embedded store. */
  readonly path: string;
  readonly address: PostgresAddress;
  readonly ring: KeyRing;
  /** Told how many rows of how many are done: written, and then read back. */
  progress(done: number, total: number): void;
}

/** A table on both sides: how a row is written, and how it is compared. */
interface Table {
  readonly name: keyof CopyReport;
  readonly rows: Iterable<Row>;
  readonly insert: string;
  readonly columns: (row: Row) => readonly unknown[];
  /** Rows behind the last one, in the order of the source. */
  readonly page: string;
  readonly back: (row: Row) => readonly unknown[];
  readonly place: (row: Row | undefined) => readonly unknown[];
}

const rowsAtOnce = 1000;

/**
 * Copies an embedded store into an empty PostgreSQL, in one transaction: when anything goes wrong, nothing is there.
 *
 * Before it ends, everything is read back and compared, and the chain of the audit log checked.
 *
 * @throws Error when the source is in use, the target is not empty, or the two differ
 */
export async function copyStore({ path, address, ring, progress }: CopyOptions): Promise<CopyReport> {
  const source = openSqliteSource(path);
  const connector = createConnector(address);
  let target: PostgresConnection | undefined;
  try {
    target = await connector.writing();
    return await copyOnto(target, source, { ring, progress });
  } finally {
    // What did not end in order is undone by the server, with its locks.
    target?.destroy();
    source.close();
    await connector.close();
  }
}

async function copyOnto(
  target: PostgresConnection,
  source: SqliteSource,
  { ring, progress }: Pick<CopyOptions, 'ring' | 'progress'>,
): Promise<CopyReport> {
  await target.run(
    { text: 'BEGIN' },
    { text: 'SET LOCAL idle_in_transaction_session_timeout = 60000' },
    { text: 'LOCK TABLE chain, record, event' },
  );
  await mustBeEmpty(target);
  const report = await copyAll(source, target, progress);
  await copyChain(source, target);
  const finding = await checkLog(target, ring);
  if (finding !== undefined) throw new Error(`The audit log is broken at entry ${finding.seq}: ${finding.fault}.`);
  const [ended] = await target.run({ text: 'COMMIT' });
  if (ended?.command !== 'COMMIT') throw new Error('The database gave the transaction up.');
  return report;
}

async function mustBeEmpty(target: PostgresConnection): Promise<void> {
  const text =
    'SELECT EXISTS (SELECT FROM record) OR EXISTS (SELECT FROM event) OR EXISTS (SELECT FROM checkpoint) OR EXISTS (SELECT FROM chain WHERE seq <> 0) AS full';
  const [found] = await target.run({ text });
  if (found?.rows[0]?.['full'] === true) throw new Error('The target is not empty. Nothing was copied.');
}

async function copyAll(source: SqliteSource, target: PostgresConnection, progress: CopyOptions['progress']) {
  const tables = tablesOf(source);
  const total = 2 * (source.count('record') + source.count('claim') + source.count('event'));
  const report = { records: 0, claims: 0, events: 0 };
  let done = 0;
  const advance = (count: number) => {
    done += count;
    progress(done, total);
  };
  for (const table of tables) {
    const written = await writeTable(table, target, advance);
    const read = await readTable(table, target, advance);
    if (written.count !== read.count || written.hash !== read.hash)
      throw new Error(`What was read back of the ${table.name} is not what was written. Nothing was copied.`);
    report[table.name] = written.count;
  }
  return report;
}

async function writeTable(table: Table, target: PostgresConnection, advance: (count: number) => void) {
  const hash = createHash('sha256');
  let count = 0;
  let some: Row[] = [];
  const flush = async () => {
    if (some.length === 0) return;
    const rows = some.map(table.columns);
    await target.run({
      text: table.insert,
      values: (rows[0] ?? []).map((_, column) => rows.map((row) => row[column])),
    });
    advance(some.length);
    some = [];
  };
  for (const row of table.rows) {
    add(hash, Object.values(row));
    count += 1;
    some.push(row);
    if (some.length === rowsAtOnce) await flush();
  }
  await flush();
  return { count, hash: hash.digest('hex') };
}

async function readTable(table: Table, target: PostgresConnection, advance: (count: number) => void) {
  const hash = createHash('sha256');
  let count = 0;
  for (let last: Row | undefined; ; ) {
    const [found] = await target.run({ text: `${table.page} LIMIT ${rowsAtOnce}`, values: table.place(last) });
    const rows = found?.rows ?? [];
    for (const row of rows) add(hash, table.back(row));
    count += rows.length;
    advance(rows.length);
    last = rows.at(-1);
    if (rows.length < rowsAtOnce) return { count, hash: hash.digest('hex') };
  }
}

function add(hash: Hash, values: readonly unknown[]): void {
  hash.update(`${JSON.stringify(values)}\n`);
}

function tablesOf(source: SqliteSource): readonly Table[] {
  const text = (value: unknown) => toStored(String(value));
  const back = (value: unknown) => fromStored(String(value));
  return [
    {
      name: 'records',
      rows: source.rows('SELECT kind, id, value, expires_at FROM record ORDER BY kind, id'),
      insert:
        'INSERT INTO record (kind, id, value, expires_at) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])',
      columns: ({ kind, id, value, expires_at }) => [kind, text(id), value, expires_at],
      page: 'SELECT kind, id, value, expires_at FROM record WHERE (kind, id) > ($1, $2) ORDER BY kind, id',
      back: ({ kind, id, value, expires_at }) => [kind, back(id), value, expires_at],
      place: (row) => [row?.['kind'] ?? '', row?.['id'] ?? ''],
    },
    {
      name: 'claims',
      rows: source.rows('SELECT kind, claim, holder FROM claim ORDER BY kind, claim'),
      insert: 'INSERT INTO claim (kind, claim, holder) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])',
      columns: ({ kind, claim, holder }) => [kind, text(claim), text(holder)],
      page: 'SELECT kind, claim, holder FROM claim WHERE (kind, claim) > ($1, $2) ORDER BY kind, claim',
      back: ({ kind, claim, holder }) => [kind, back(claim), back(holder)],
      place: (row) => [row?.['kind'] ?? '', row?.['claim'] ?? ''],
    },
    {
      name: 'events',
      rows: source.rows('SELECT seq, body, hash FROM event ORDER BY seq'),
      insert:
        'INSERT INTO event (chain, day, seq, body, hash) SELECT 1, * FROM unnest($1::date[], $2::bigint[], $3::text[], $4::text[])',
      columns: ({ seq, body, hash }) => [dayIn(String(body)), seq, body, hash],
      page: 'SELECT seq, body, hash FROM event WHERE chain = 1 AND seq > $1 ORDER BY seq',
      back: ({ seq, body, hash }) => [seq, body, hash],
      place: (row) => [row?.['seq'] ?? Number.MIN_SAFE_INTEGER],
    },
  ];
}

/** What ends the chain goes last; there is little of it. */
async function copyChain(source: SqliteSource, target: PostgresConnection): Promise<void> {
  for (const { seq, hash, at, signature } of source.rows(
    'SELECT seq, hash, at, signature FROM checkpoint ORDER BY seq',
  ))
    await target.run({ text: 'INSERT INTO checkpoint VALUES (1, $1, $2, $3, $4)', values: [seq, hash, at, signature] });
  for (const { seq, hash, mac } of source.rows('SELECT seq, hash, mac FROM head')) {
    const text = `INSERT INTO chain (number, seq, hash, mac, batch) VALUES (1, $1, $2, $3, 'copied')
      ON CONFLICT (number) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, mac = excluded.mac, batch = excluded.batch`;
    await target.run({ text, values: [seq, hash, mac] });
  }
}

async function checkLog(target: PostgresConnection, ring: KeyRing): Promise<LogFinding> {
  const check = createLogCheck(publicKeysOf(ring), ring);
  const [checkpoints, heads] = await target.run(
    { text: 'SELECT seq, hash, at, signature FROM checkpoint ORDER BY seq' },
    { text: 'SELECT seq, hash, mac FROM chain WHERE number = 1 AND seq <> 0' },
  );
  for (const checkpoint of checkpoints?.rows ?? []) {
    const finding = check.checkpoint(checkpoint as unknown as Checkpoint);
    if (finding !== undefined) return finding;
  }
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    const text = `SELECT seq, body, hash FROM event WHERE chain = 1 AND seq > $1 ORDER BY seq LIMIT ${rowsAtOnce}`;
    const [found] = await target.run({ text, values: [last] });
    const entries = (found?.rows ?? []) as unknown as readonly LogEntry[];
    for (const entry of entries) {
      const finding = check.entry(entry);
      if (finding !== undefined) return finding;
    }
    last = entries.at(-1)?.seq ?? last;
    if (entries.length < rowsAtOnce) return check.end(heads?.rows[0] as LogHead | undefined);
  }
}

function dayIn(body: string): string {
  try {
    return dayOf(Number((JSON.parse(body) as { at?: unknown }).at));
  } catch {
    // The check of the log tells of it.
    return dayOf(0);
  }
}
