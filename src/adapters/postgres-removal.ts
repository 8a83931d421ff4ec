import { setTimeout as pause } from 'node:timers/promises';
import { type Beginning, logBeginnings } from '../core/log-beginning.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { type PostgresConnection, PostgresError } from './postgres-connection.ts';
import { connectForWork } from './postgres-connector.ts';

/** What is to be removed from the audit log: of each chain what comes before its beginning. */
export interface Removal {
  /** The first day that stays, as PostgreSQL writes dates. */
  readonly day: string;
  /** Where all chains begin afterwards, as far as they do not begin with their first entry. */
  readonly beginnings: readonly Beginning[];
  /** Where they begin until now: whoever removes something else meanwhile must not be overruled. */
  readonly before: readonly Beginning[];
}

/** How often the log is asked for, alone: half a minute in all. */
const tries = 60;

/**
 * Removes entries and days from the log, and writes down where it begins, in one transaction. Servers write on meanwhile; they wait for a moment.
 *
 * What an entry says counts, not the day in whose table it lies: an entry that is to stay is moved out of a table that goes.
 *
 * @throws Error when it could not be done; then nothing was removed
 */
export async function removeFromLog(address: PostgresAddress, removal: Removal): Promise<readonly string[]> {
  const connection = await connectForWork(address);
  try {
    await connection.run({ text: 'BEGIN' });
    await writeBeginnings(connection, removal);
    await removeEntries(connection, removal);
    await lockLog(connection);
    await keepEntries(connection, removal);
    const days = await dropDays(connection, removal.day);
    const [ended] = await connection.run({ text: 'COMMIT' });
    if (ended?.command !== 'COMMIT') throw new Error('the database gave the transaction up');
    return days;
  } catch (cause) {
    throw new Error(`The audit log was left as it is: ${(cause as Error).message}`, { cause });
  } finally {
    connection.destroy();
  }
}

async function writeBeginnings(connection: PostgresConnection, { beginnings, before }: Removal): Promise<void> {
  const { kind, id } = logBeginnings;
  const [found] = await connection.run({
    text: 'SELECT value FROM record WHERE kind = $1 AND id = $2 FOR UPDATE',
    values: [kind.name, id],
  });
  const stands = found?.rows[0]?.['value'] ?? textOf([]);
  if (stands !== textOf(before)) throw new Error('somebody else has removed something meanwhile');
  const [written] = await connection.run({
    text: `INSERT INTO record (kind, id, value) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value
      WHERE record.value = $4 RETURNING 1`,
    values: [kind.name, id, textOf(beginnings), textOf(before)],
  });
  if (written?.rows.length !== 1) throw new Error('somebody else has removed something meanwhile');
}

function textOf(chains: readonly Beginning[]): string {
  return JSON.stringify({ chains });
}

/** Whatever lies in tables that stay. */
async function removeEntries(connection: PostgresConnection, { day, beginnings }: Removal): Promise<void> {
  const values = [beginnings.map(({ chain }) => chain), beginnings.map(({ seq }) => seq)];
  const begins = 'unnest($1::int[], $2::bigint[]) AS begin (number, last)';
  await connection.run(
    {
      text: `DELETE FROM event USING ${begins} WHERE chain = number AND seq <= last AND (day >= $3 OR tableoid = 'event_rest'::regclass)`,
      values: [...values, day],
    },
    { text: `DELETE FROM checkpoint USING ${begins} WHERE chain = number AND seq <= last`, values },
  );
}

/** Nobody else reads or writes the log from here to the end. A server that wants to waits, no longer than it waits for another server. */
async function lockLog(connection: PostgresConnection): Promise<void> {
  for (let left = tries; ; left -= 1) {
    await connection.run({ text: 'SAVEPOINT alone' }, { text: 'SET LOCAL lock_timeout = 300' });
    try {
      await connection.run({ text: 'LOCK TABLE event IN ACCESS EXCLUSIVE MODE' });
      return;
    } catch (error) {
      if (!(error instanceof PostgresError)) throw error;
      if (left === 0) throw new Error('somebody reads it all the time (a backup?)', { cause: error });
      await connection.run({ text: 'ROLLBACK TO alone' });
      await pause(200);
    }
  }
}

/** Entries behind the beginning of their chain that lie in a table of a day that goes: a clock went wrong, or somebody changed the day. */
async function keepEntries(connection: PostgresConnection, { day, beginnings }: Removal): Promise<void> {
  await connection.run({
    text: `UPDATE event SET day = $3 FROM chain LEFT JOIN unnest($1::int[], $2::bigint[]) AS begin (begun, last) ON begun = number
      WHERE event.chain = number AND event.seq > coalesce(last, 0) AND event.day < $3`,
    values: [beginnings.map(({ chain }) => chain), beginnings.map(({ seq }) => seq), day],
  });
}

async function dropDays(connection: PostgresConnection, day: string): Promise<readonly string[]> {
  const [found] = await connection.run({
    text: `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = 'event'::regclass AND relname ~ '^event_\\d{8}$' AND relname < $1 ORDER BY relname`,
    values: [`event_${day.replaceAll('-', '')}`],
  });
  const names = (found?.rows ?? []).map(({ name }) => String(name));
  for (const name of names) await connection.run({ text: `DROP TABLE ${name}` });
  return names;
}
