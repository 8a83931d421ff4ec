import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Key, LogHead } from '../core/store.ts';
import type { AuditLog } from './audit-log.ts';
import { type Claim, type Holder, nameOfClaim, nameOfKey, type RecordRow, type Writes } from './batch.ts';
import { type ChainEnd, type ChainState, type ChainWrites, chainWrites, lastWrites } from './chain-writes.ts';
import { type BatchDatabase, TryAgain, Unreachable } from './grouped-commit.ts';
import {
  ConnectionLost,
  orTryAgain,
  type PostgresConnection,
  type Row,
  type Statement,
} from './postgres-connection.ts';
import { logStatements, type Marked, markOf, recordStatements } from './postgres-statements.ts';
import { fromStored, toStored } from './postgres-text.ts';

/** The connection that writes, and how the chain stands that it alone writes into. */
interface Session extends Marked {
  readonly connection: PostgresConnection;
  state: ChainState;
}

/** How long we try to learn what became of a commit whose connection was lost. */
const learnMs = 4000;

/** Of so many processes that had a chain before, the last batch is known by name. */
const remembered = 32;

/** The batches of one process, on a connection of their own. */
export interface PostgresBatches extends BatchDatabase {
  /** The chain that this process writes into, once it has written; undefined before. */
  state(): ChainState | undefined;
  /** Signs for the end of the chain, where that is left to do. */
  sign(at: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs batches on PostgreSQL: rows are locked in the order of their keys, so that two batches never wait for each other; what was absent is
 * inserted, and if another node was faster, the batch is run again.
 *
 * Each process writes a chain of the audit log of its own, so that no row is wanted by all.
 */
export function createPostgresBatches(connect: () => Promise<PostgresConnection>, log: AuditLog): PostgresBatches {
  let session: Session | undefined;
  let inTransaction = false;

  async function open(): Promise<Session> {
    if (session?.connection.isOpen()) return session;
    let connection: PostgresConnection | undefined;
    try {
      connection = await connect();
      session = await openSession(connection);
      return session;
    } catch (error) {
      connection?.destroy();
      throw error instanceof ConnectionLost ? new Unreachable(error.message, { cause: error }) : orTryAgain(error);
    }
  }

  async function begin(keys: readonly Key<unknown>[]): Promise<ReadonlyMap<string, RecordRow>> {
    const current = await open();
    const { connection, state } = current;
    inTransaction = true;
    const sorted = [...new Map(keys.map((key) => [nameOfKey(key), key])).values()];
    const [, found] = await attempt(connection, { name: 'begin', text: 'BEGIN' }, lockRows(sorted));
    // After a checkpoint it is told anew how far the others go.
    if (state.others === undefined) {
      const [ends] = await attempt(connection, endsBut(state.chain));
      current.state = { ...state, others: ends?.rows as unknown as readonly ChainEnd[] };
    }
    return new Map(found?.rows.map(toRow));
  }

  async function holders(claims: readonly Claim[]): Promise<ReadonlyMap<string, Holder | undefined>> {
    const { connection } = mustHave(session);
    const [found] = await attempt(connection, holdersOf(claims));
    const stored = new Map(found?.rows.map(toHolder));
    return new Map(claims.map((claim) => [nameOfClaim(claim), stored.get(nameOfClaim(claim))]));
  }

  async function commit(writes: Writes, at: number): Promise<undefined> {
    const { state } = mustHave(session);
    await write(recordStatements(writes), chainWrites(log, state, writes.events, at));
  }

  async function write(deeds: readonly Statement[], added: ChainWrites | undefined): Promise<void> {
    const current = mustHave(session);
    if (deeds.length === 0 && added === undefined) return release();
    const batch = randomUUID();
    const statements = [...deeds, ...logStatements(current, added, batch), { name: 'commit', text: 'COMMIT' }];
    try {
      const answers = await current.connection.run(...statements);
      if (answers.at(-1)?.command !== 'COMMIT') throw new TryAgain('the database gave the transaction up');
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw orTryAgain(error);
      inTransaction = false;
      if (!(await wasCommitted(connect, current, batch)))
        throw new TryAgain('the connection was lost', { cause: error });
    }
    inTransaction = false;
    current.batch = batch;
    current.state = after(current.state, added);
  }

  /** Ends a transaction in which nothing went wrong, and nothing was written. */
  async function release(): Promise<void> {
    await attempt(mustHave(session).connection, { name: 'rollback', text: 'ROLLBACK' });
    inTransaction = false;
  }

  async function rollback(): Promise<void> {
    if (!inTransaction) return;
    inTransaction = false;
    if (session?.connection.isOpen() !== true) return;
    await session.connection.run({ name: 'rollback', text: 'ROLLBACK' });
    // Whatever was in the way may have been somebody at our chain.
    const { others, chain } = session.state;
    session.state = { ...(await readState(session.connection, chain)), others };
    session.batch = await markOf(session.connection, chain);
  }

  return {
    begin,
    holders,
    commit,
    rollback,
    state: () => session?.state,
    async sign(at) {
      const last = session === undefined ? undefined : lastWrites(log, session.state, at);
      if (last === undefined) return;
      await begin([]);
      await write([], last);
    },
    close: async () => session?.connection.end(),
  };
}

async function attempt(connection: PostgresConnection, ...statements: readonly Statement[]) {
  try {
    return await connection.run(...statements);
  } catch (error) {
    // Nothing was committed, so nothing is lost with the connection.
    throw error instanceof ConnectionLost ? new TryAgain(error.message, { cause: error }) : orTryAgain(error);
  }
}

/**
 * Whether a batch was committed whose connection was lost before the answer.
 *
 * The row of the chain tells: the batch has left its name in it. Reading it waits for a commit that is still under way, and a batch that has not
 * come so far is shut out by the name that is put in its place.
 *
 * @throws Error when nobody answers in time: then it is not known
 */
async function wasCommitted(
  connect: () => Promise<PostgresConnection>,
  session: Session,
  batch: string,
): Promise<boolean> {
  const deadline = performance.now() + learnMs;
  for (;;) {
    try {
      return await ask(await connect(), session, batch);
    } catch (error) {
      if (performance.now() > deadline) throw new Error('whether it was written is not known', { cause: error });
      await pause(50);
    }
  }
}

async function ask(connection: PostgresConnection, { state, batch: before }: Session, batch: string): Promise<boolean> {
  try {
    const [, found] = await connection.run(
      { text: 'BEGIN' },
      {
        text: 'SELECT batch = $2 OR $2 = ANY(before) AS done FROM chain WHERE number = $1 FOR UPDATE',
        values: [state.chain, batch],
      },
    );
    if (found?.rows[0]?.['done'] === true) return true;
    // Another name than before is that of a process which has the chain now: ours cannot come any more.
    const [, ended] = await connection.run(
      {
        text: 'UPDATE chain SET batch = $3 WHERE number = $1 AND batch = $2',
        values: [state.chain, before, `gave up ${batch}`],
      },
      { text: 'COMMIT' },
    );
    if (ended?.command !== 'COMMIT') throw new Error('the database gave the transaction up');
    return false;
  } finally {
    connection.destroy();
  }
}

/** Takes the lowest chain that no process writes into: an advisory lock, which ends with the connection, keeps others off it. */
async function openSession(connection: PostgresConnection): Promise<Session> {
  const schema = 'hashtext(current_schema())';
  for (let chain = 1; ; chain += 1) {
    const [taken] = await connection.run({
      text: `SELECT pg_try_advisory_lock(${schema}, $1::int) AS taken`,
      values: [chain],
    });
    if (taken?.rows[0]?.['taken'] !== true) continue;
    await connection.run({
      text: `INSERT INTO chain (number, seq, hash, mac, batch) VALUES ($1, 0, '', '', $2) ON CONFLICT (number)
        DO UPDATE SET batch = excluded.batch, before = (array_prepend(chain.batch, chain.before))[1:${remembered}]`,
      values: [chain, `taken ${randomUUID()}`],
    });
    return { connection, state: await readState(connection, chain), batch: await markOf(connection, chain) };
  }
}

async function readState(connection: PostgresConnection, chain: number): Promise<ChainState> {
  const values = [chain];
  const [heads, checkpoints, entries] = await connection.run(
    { name: 'head', text: 'SELECT seq, hash, mac FROM chain WHERE number = $1 AND seq > 0', values },
    { text: 'SELECT seq, at FROM checkpoint WHERE chain = $1 ORDER BY seq DESC LIMIT 1', values },
    { text: 'SELECT 1 FROM event WHERE chain = $1 LIMIT 1', values },
  );
  const head = heads?.rows[0] as LogHead | undefined;
  const lastCheckpoint = checkpoints?.rows[0] as ChainState['lastCheckpoint'];
  return { chain, head, lastCheckpoint, isEmpty: lastCheckpoint === undefined && entries?.rows.length === 0 };
}

function after(state: ChainState, log: ChainWrites | undefined): ChainState {
  if (log === undefined) return state;
  const { checkpoint, head } = log;
  const others = checkpoint === undefined ? [] : undefined;
  return { ...state, head, isEmpty: false, lastCheckpoint: checkpoint ?? state.lastCheckpoint, others };
}

function endsBut(chain: number): Statement {
  const text = 'SELECT number AS chain, seq, hash FROM chain WHERE number <> $1 AND seq > 0 ORDER BY number';
  return { name: 'ends', text, values: [chain] };
}

function lockRows(keys: readonly Key<unknown>[]): Statement {
  return {
    name: 'lock',
    text: `SELECT kind, id, value, expires_at FROM record JOIN unnest($1::text[], $2::text[]) AS wanted (wanted_kind, wanted_id)
      ON kind = wanted_kind AND id = wanted_id ORDER BY kind, id FOR UPDATE OF record`,
    values: [keys.map(({ kind }) => kind.name), keys.map(({ id }) => toStored(id))],
  };
}

function holdersOf(claims: readonly Claim[]): Statement {
  return {
    name: 'holders',
    text: `SELECT claim.kind, claim, holder, expires_at FROM claim JOIN unnest($1::text[], $2::text[]) AS wanted (wanted_kind, wanted_claim)
      ON kind = wanted_kind AND claim = wanted_claim JOIN record ON record.kind = claim.kind AND record.id = holder`,
    values: [claims.map(({ kind }) => kind), claims.map(({ name }) => toStored(name))],
  };
}

function toRow(row: Row): [string, RecordRow] {
  const name = `${row['kind']}\n${fromStored(String(row['id']))}`;
  return [name, { value: String(row['value']), expiresAt: row['expires_at'] as number | null }];
}

function toHolder(row: Row): [string, Holder] {
  const name = nameOfClaim({ kind: String(row['kind']), name: fromStored(String(row['claim'])) });
  return [name, { id: fromStored(String(row['holder'])), expiresAt: row['expires_at'] as number | null }];
}

function mustHave(session: Session | undefined): Session {
  if (session === undefined) throw new TryAgain('there is no connection');
  return session;
}
