import pg from 'pg';
import { TryAgain, Unreachable } from './grouped-commit.ts';
import type { PostgresAddress } from './postgres-address.ts';

/** A statement with its values. One with a name is prepared once in each connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** A row as it comes, with numbers for integers of any size. */
export type Row = Readonly<Record<string, unknown>>;

/** What one statement answered. */
export interface Answer {
  /** The word for what was done, e.g. `COMMIT`. */
  readonly command: string;
  readonly rows: readonly Row[];
}

/** One connection. */
export interface PostgresConnection {
  /** False once it is lost; it does not come back. */
  isOpen(): boolean;
  /** Sends the statements at once and waits for all answers. @throws PostgresError of the first that failed; ConnectionLost */
  run(...statements: readonly Statement[]): Promise<readonly Answer[]>;
  /** Tells of each notification that somebody else sent. */
  onNotification(hear: (payload: string) => void): void;
  /** Ends it in good order. */
  end(): Promise<void>;
  /** Ends it at once. */
  destroy(): void;
}

/** How a connection is made. */
interface ConnectOptions {
  /** How long one answer may take, in milliseconds. */
  readonly deadlineMs: number;
  /** Statements that each new connection begins with. */
  readonly settings: string;
  onLost?(): void;
}

/** PostgreSQL refused a statement. `code` is its SQLSTATE (PostgreSQL appendix A). */
export class PostgresError extends Error {
  readonly code: string;
  constructor(cause: Error & { readonly code?: string | undefined }) {
    super(cause.message, { cause });
    this.code = cause.code ?? '';
  }
}

/** The connection broke, or did not answer in time: what became of the statements is not known. */
export class ConnectionLost extends Error {}

const connectMs = 2000;

/** The transaction has failed before this statement (PostgreSQL appendix A). */
const afterFailure = '25P02';

/** Opens a connection. @throws Unreachable */
export async function connectPostgres(address: PostgresAddress, options: ConnectOptions): Promise<PostgresConnection> {
  const { deadlineMs, settings, onLost } = options;
  const { options: own, password, ...rest } = address;
  const client = new pg.Client({
    ...rest,
    ...(password === undefined ? {} : { password }),
    ...(own === undefined ? {} : { options: own }),
    application_name: 'portvakt',
    connectionTimeoutMillis: connectMs,
    query_timeout: deadlineMs,
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  let isOpen = true;
  const lose = () => {
    if (!isOpen) return;
    isOpen = false;
    onLost?.();
  };
  client.on('error', lose);
  client.on('end', lose);
  try {
    await client.connect();
    await client.query(settings);
  } catch (cause) {
    lose();
    client.end().catch(() => {});
    throw new Unreachable('the database does not answer', { cause });
  }
  return {
    isOpen: () => isOpen,
    async run(...statements) {
      if (!isOpen) throw new ConnectionLost('the connection is gone');
      const stream = streamOf(client);
      stream.cork();
      const asked = statements.map((statement) => client.query(toQuery(statement)));
      stream.uncork();
      const settled = await Promise.allSettled(asked);
      const failed = settled.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
      if (failed.length > 0)
        throw worstOf(
          failed.map(({ reason }) => reason as Error),
          isOpen,
        );
      return settled.map((one) => (one as PromiseFulfilledResult<Answer>).value);
    },
    onNotification(hear) {
      client.on('notification', ({ payload, processId }) => {
        if (processId !== processIdOf(client)) hear(payload ?? '');
      });
    },
    async end() {
      isOpen = false;
      await client.end().catch(() => {});
    },
    destroy() {
      streamOf(client).destroy();
      lose();
    },
  };
}

/** Turns what went wrong into whether another attempt may do better; anything else stays what it is. */
export function orTryAgain(error: unknown): unknown {
  if (!(error instanceof PostgresError)) return error;
  // Serialisation failure, deadlock, lock not available, statement cancelled; PV001: another node made the same row.
  const passes = ['40001', '40P01', '55P03', '57014', 'PV001'].includes(error.code);
  return passes ? new TryAgain('another node was in the way', { cause: error }) : error;
}

function toQuery({ name, text, values = [] }: Statement): pg.QueryConfig {
  return { text, values: [...values], ...(name === undefined ? {} : { name }) };
}

function worstOf(reasons: readonly Error[], isOpen: boolean): Error {
  const refused = reasons.filter(isRefusal).find(({ code }) => code !== afterFailure);
  if (refused !== undefined && isOpen) return new PostgresError(refused);
  return new ConnectionLost('the connection was lost', { cause: refused ?? reasons[0] });
}

/** SQLSTATE has five characters; Node's own codes are longer. Class 57P and 08, and time-outs of a session (25P03, 25P04), end the connection. */
function isRefusal(reason: Error): reason is pg.DatabaseError {
  return reason instanceof pg.DatabaseError && !/^(57P|08|25P0[34])/.test(reason.code ?? '');
}

/** Integers of eight bytes are numbers here: none is larger than a number holds. */
function parserOf(oid: number): (text: string) => unknown {
  return oid === 20 || oid === 23 ? Number : oid === 16 ? (text) => text === 't' : (text) => text;
}

// What the types of the library do not tell.
function streamOf(client: pg.Client) {
  return (client as unknown as { readonly connection: { readonly stream: import('node:stream').Duplex } }).connection
    .stream;
}
function processIdOf(client: pg.Client): number {
  return (client as unknown as { readonly processID: number }).processID;
}
