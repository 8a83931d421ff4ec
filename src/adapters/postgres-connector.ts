import { Unreachable } from './grouped-commit.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { connectPostgres, type PostgresConnection, PostgresError } from './postgres-connection.ts';
import { prepareSchema } from './postgres-schema.ts';
import { dayOf } from './postgres-text.ts';

/** Makes the connections of a store; the first of them makes the schema. */
export interface Connector {
  /** A new connection for writing. */
  writing(): Promise<PostgresConnection>;
  /** The connection for reading on the way of requests, a new one when it was lost. */
  reading(): Promise<PostgresConnection>;
  /** The connection for all that is rare; it hears what others tell. */
  rare(): Promise<PostgresConnection>;
  /** Tells all other processes of these marks. */
  notify(marks: readonly string[]): Promise<void>;
  /** Deletes what has expired, at most so many records; returns how many. */
  sweep(at: number, limit: number): Promise<number>;
  close(): Promise<void>;
}

/** How long an answer may take before the connection counts as lost, in milliseconds. */
const deadlineMs = 10_000;

/** The same for work of an operator that nobody waits for on the way of a request. */
const workDeadlineMs = 600_000;

/**
 * Settings of a session. Deadlines of the server lie below ours, so that it is the server that ends what takes too long. Whoever stands still within a
 * transaction holds up others who want the same rows: two seconds, no more. Plans go by keys, whatever statistics there are yet.
 */
const settings = `SET statement_timeout = 8000; SET lock_timeout = 4000; SET idle_in_transaction_session_timeout = 2000; SET jit = off;
  SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan;
  SET client_min_messages = warning; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET default_transaction_isolation = 'read committed';
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;

const channel = 'portvakt';

/** Marks in one notification, which has room for 8000 bytes (PostgreSQL, NOTIFY). */
const marksAtOnce = 900;

/** A connection for work of an operator, which may take minutes, to a database that has its schema. @throws Unreachable */
export function connectForWork(address: PostgresAddress): Promise<PostgresConnection> {
  const patient = `${settings}; SET statement_timeout = ${workDeadlineMs - 10_000}`;
  return connectPostgres(address, { deadlineMs: workDeadlineMs, settings: patient });
}

/** Connections to one database; `hear` is told of marks that other processes sent. */
export function createConnector(address: PostgresAddress, hear?: (marks: ReadonlySet<string>) => void): Connector {
  const keptOnes = new Map<string, Promise<PostgresConnection>>();
  let prepared: Promise<void> | undefined;

  async function connect(): Promise<PostgresConnection> {
    const connection = await connectPostgres(address, { deadlineMs, settings });
    try {
      prepared ??= prepareSchema(connection);
      await prepared;
      return connection;
    } catch (error) {
      prepared = undefined;
      connection.destroy();
      throw error;
    }
  }

  /** What gives the one connection of this name, a new one when it was lost; `prepare` is done with each new one. */
  function kept(name: string, prepare = async (_: PostgresConnection) => {}): () => Promise<PostgresConnection> {
    const open = async () => {
      const connection = await connect();
      await prepare(connection);
      return connection;
    };
    return async () => {
      const known = keptOnes.get(name);
      const connection = await known?.catch(() => undefined);
      if (connection?.isOpen() === true) return connection;
      // Somebody else may have begun to connect while we waited.
      if (keptOnes.get(name) === known) keptOnes.set(name, open());
      return keptOnes.get(name) as Promise<PostgresConnection>;
    };
  }

  const rare = kept('rare', async (connection) => {
    if (hear === undefined) return;
    connection.onNotification((payload) => hear(new Set(payload.split(' '))));
    await connection.run({ text: `LISTEN ${channel}` });
  });
  return {
    writing: connect,
    reading: kept('reading'),
    rare,
    async notify(marks) {
      // Not in the transaction of the change: PostgreSQL lets only one at a time commit that has something to tell.
      const texts = Array.from({ length: Math.ceil(marks.length / marksAtOnce) }, (_, index) =>
        marks.slice(index * marksAtOnce, (index + 1) * marksAtOnce).join(' '),
      );
      const statements = texts.map((text) => ({
        name: 'notify',
        text: `SELECT pg_notify('${channel}', $1)`,
        values: [text],
      }));
      await (await rare()).run(...statements);
    },
    async sweep(at, limit) {
      await makeDays(await rare(), at);
      const [answer] = await (await rare()).run({ text: sweepText, values: [at, limit] });
      return Number(answer?.rows[0]?.['swept'] ?? 0);
    },
    async close() {
      const open = [...keptOnes.values()].map(async (one) => (await one).end());
      await Promise.allSettled(open);
    },
  };
}

/**
 * Makes the parts of the log for today and the next days, where they are missing. What has no part of its own goes into the rest: a server need
 * not have been swept to write.
 */
async function makeDays(connection: PostgresConnection, at: number): Promise<void> {
  const days = [0, 1, 2].map((ahead) => dayOf(at + ahead * dayMs));
  const [found] = await connection.run({
    name: 'days',
    text: "SELECT day FROM unnest($1::text[]) AS day WHERE to_regclass('event_' || replace(day, '-', '')) IS NULL",
    values: [days],
  });
  for (const { day } of found?.rows ?? []) {
    const name = `event_${String(day).replaceAll('-', '')}`;
    const end = dayOf(Date.parse(String(day)) + dayMs);
    const text = `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF event FOR VALUES FROM ('${String(day)}') TO ('${end}')`;
    try {
      await connection.run({ text });
    } catch (error) {
      // Another node was faster, or entries of that day lie in the rest already: there they stay.
      if (!(error instanceof PostgresError)) throw error;
    }
  }
}

const dayMs = 86_400_000;

// Rows that somebody is writing just now are left for the next time.
const sweepText = `WITH lapsed AS (SELECT kind, id FROM record WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED),
  freed AS (DELETE FROM claim USING lapsed WHERE claim.kind = lapsed.kind AND holder = lapsed.id),
  swept AS (DELETE FROM record USING lapsed WHERE record.kind = lapsed.kind AND record.id = lapsed.id RETURNING 1)
  SELECT count(*) AS swept FROM swept`;

/** Connects once, and makes or migrates the schema. @throws Error in words for whoever starts a server */
export async function checkPostgres(address: PostgresAddress): Promise<void> {
  const connector = createConnector(address);
  try {
    const connection = await connector.writing();
    await connection.end();
  } catch (error) {
    const { host, port, database } = address;
    const { cause } = error as Error;
    const why = error instanceof Unreachable && cause instanceof Error ? cause : (error as Error);
    throw new Error(`The database ${database} at ${host}:${port} cannot be used: ${inShort(why)}`, {
      cause: error,
    });
  }
}

/** What OpenSSL complains of holds numbers and file names of its own; its reason is told alone. */
function inShort(why: Error & { readonly reason?: unknown }): string {
  return why.message.includes('SSL routines') ? `TLS: ${String(why.reason)}` : why.message || String(why);
}
