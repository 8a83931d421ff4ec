import type { Checkpoint, Key, LogEntry, LogHead } from '../core/store.ts';
import type { RecordRow } from './batch.ts';
import type { Rows } from './grouped-reads.ts';
import type { PostgresConnection, Row, Statement } from './postgres-connection.ts';
import { fromStored, toStored } from './postgres-text.ts';

/** What is only looked at, on a connection of its own. */
export interface PostgresReads {
  rows(keys: readonly Key<unknown>[]): Promise<Rows>;
  list(kind: string, range: ListRange): Promise<readonly { readonly id: string; readonly value: string }[]>;
  holder(kind: string, claim: string, at: number): Promise<string | undefined>;
  chains(): Promise<readonly number[]>;
  events(chain: number, after: number, limit: number): Promise<readonly LogEntry[]>;
  checkpoints(chain: number, after: number, limit: number): Promise<readonly Checkpoint[]>;
  head(chain: number): Promise<LogHead | undefined>;
  /** Differs from the last answer when another process has written anything; `own` is the chain of this one. */
  version(own: number | undefined): Promise<string>;
}

/** Which records to list. */
export interface ListRange {
  readonly prefix: string;
  readonly after: string;
  readonly at: number;
  readonly limit: number;
}

/** Reads over whatever connection `connect` has. */
export function createPostgresReads(connect: () => Promise<PostgresConnection>): PostgresReads {
  async function ask(statement: Statement): Promise<readonly Row[]> {
    const [answer] = await (await connect()).run(statement);
    return answer?.rows ?? [];
  }
  return {
    async rows(keys) {
      const values = [keys.map(({ kind }) => kind.name), keys.map(({ id }) => toStored(id))];
      const rows = new Array<RecordRow | undefined>(keys.length).fill(undefined);
      for (const { place, value, expires_at: expiresAt } of await ask({ name: 'rows', text: rowsText, values }))
        rows[Number(place) - 1] = { value: String(value), expiresAt: expiresAt as number | null };
      return rows;
    },
    async list(kind, { prefix, after, at, limit }) {
      const values = [kind, toStored(after), toStored(prefix), at, limit];
      return (await ask({ text: listText, values })).map((row) => ({
        id: fromStored(String(row['id'])),
        value: String(row['value']),
      }));
    },
    async holder(kind, claim, at) {
      const [found] = await ask({ text: holderText, values: [kind, toStored(claim), at] });
      return found === undefined ? undefined : fromStored(String(found['holder']));
    },
    async chains() {
      const found = await ask({ text: chainsText });
      return found.map(({ number }) => Number(number));
    },
    async events(chain, after, limit) {
      const found = await ask({ text: eventsText, values: [chain, after, limit] });
      return found.map((row) => ({ ...where(chain), ...row })) as unknown as LogEntry[];
    },
    async checkpoints(chain, after, limit) {
      const found = await ask({ text: checkpointsText, values: [chain, after, limit] });
      return found.map((row) => ({ ...where(chain), ...row })) as unknown as Checkpoint[];
    },
    async head(chain) {
      const [found] = await ask({
        text: 'SELECT seq, hash, mac FROM chain WHERE number = $1 AND seq <> 0',
        values: [chain],
      });
      return found as LogHead | undefined;
    },
    async version(own = 0) {
      const text = 'SELECT number, batch FROM chain WHERE number <> $1 ORDER BY number';
      return JSON.stringify(await ask({ name: 'version', text, values: [own] }));
    },
  };
}

const rowsText = `SELECT place, value, expires_at FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (wanted_kind, wanted_id, place)
  JOIN record ON kind = wanted_kind AND id = wanted_id`;
const listText = `SELECT id, value FROM record WHERE kind = $1 AND id > $2 AND id >= $3 AND starts_with(id, $3)
  AND (expires_at IS NULL OR expires_at > $4) ORDER BY id LIMIT $5`;
const holderText = `SELECT holder FROM claim JOIN record ON record.kind = claim.kind AND id = holder
  WHERE claim.kind = $1 AND claim = $2 AND (expires_at IS NULL OR expires_at > $3)`;
// Also those that have lost their row, and those that have rows of the log only: somebody may have taken the others away. From one chain to the next
// by the index, so that it does not read the whole log.
const chainsText = `WITH RECURSIVE logged (number) AS (SELECT min(chain) FROM event
    UNION ALL SELECT (SELECT min(chain) FROM event WHERE chain > logged.number) FROM logged WHERE logged.number IS NOT NULL)
  SELECT 1 AS number UNION SELECT number FROM chain WHERE seq <> 0 UNION SELECT chain FROM checkpoint
  UNION SELECT number FROM logged WHERE number IS NOT NULL ORDER BY 1`;
const eventsText = 'SELECT seq, body, hash FROM event WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3';
const checkpointsText =
  'SELECT seq, hash, at, signature FROM checkpoint WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3';

function where(chain: number): { chain?: number } {
  return chain === 1 ? {} : { chain };
}
