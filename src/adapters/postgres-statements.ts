import type { Draft, Writes } from './batch.ts';
import type { ChainState, ChainWrites } from './chain-writes.ts';
import type { PostgresConnection, Statement } from './postgres-connection.ts';
import { dayOf, toStored } from './postgres-text.ts';

/** A chain as we left it: whoever has changed it since shows by another mark. */
export interface Marked {
  readonly state: ChainState;
  /** Name of the last batch. */
  batch: string;
}

/** The name of the last batch that wrote into a chain. */
export async function markOf(connection: PostgresConnection, chain: number): Promise<string> {
  const [found] = await connection.run({ text: 'SELECT batch FROM chain WHERE number = $1', values: [chain] });
  return String(found?.rows[0]?.['batch'] ?? '');
}

/** Statements that write the records and claims of a batch: one for each table and deed. */
export function recordStatements({ records, unclaimed, claimed }: Writes): Statement[] {
  const present = records.filter(({ text }) => text !== undefined);
  const statements = [
    insertion(present.filter(({ isStored }) => !isStored)),
    update(present.filter(({ isStored }) => isStored)),
    deletion(records.filter(({ text, isStored }) => text === undefined && isStored)),
  ];
  if (unclaimed.length > 0) {
    statements.push({
      name: 'unclaim',
      text: 'DELETE FROM claim WHERE (kind, holder) IN (SELECT * FROM unnest($1::text[], $2::text[]))',
      values: [unclaimed.map(({ kind }) => kind.name), unclaimed.map(({ id }) => toStored(id))],
    });
  }
  const stale = claimed.filter((claim) => claim.stale !== undefined);
  if (stale.length > 0) {
    statements.push({
      name: 'stale',
      text: 'DELETE FROM claim WHERE (kind, claim, holder) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))',
      values: [...namesOf(stale), stale.map((claim) => toStored(claim.stale ?? ''))],
    });
  }
  if (claimed.length > 0) {
    statements.push({
      name: 'claim',
      text: `WITH made AS (INSERT INTO claim (kind, claim, holder) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS new (kind, claim, holder)
        ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING 1) SELECT portvakt_expect((SELECT count(*) FROM made), $4)`,
      values: [...namesOf(claimed), claimed.map(({ holder }) => toStored(holder)), claimed.length],
    });
  }
  return statements.filter((one) => one !== undefined);
}

function namesOf(claims: Writes['claimed']): [string[], string[]] {
  return [claims.map(({ kind }) => kind), claims.map(({ name }) => toStored(name))];
}

/** Rows that were absent. If another node has made one of them since, nothing is written. */
function insertion(drafts: readonly Draft[]): Statement | undefined {
  if (drafts.length === 0) return undefined;
  return {
    name: 'insert',
    text: `WITH made AS (INSERT INTO record (kind, id, value, expires_at)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS new (kind, id, value, expires_at) ORDER BY 1, 2
        ON CONFLICT DO NOTHING RETURNING 1) SELECT portvakt_expect((SELECT count(*) FROM made), $5)`,
    values: [...columnsOf(drafts), drafts.length],
  };
}

function update(drafts: readonly Draft[]): Statement | undefined {
  if (drafts.length === 0) return undefined;
  return {
    name: 'update',
    text: `UPDATE record SET value = new_value, expires_at = new_expiry
      FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS new (new_kind, new_id, new_value, new_expiry)
      WHERE kind = new_kind AND id = new_id`,
    values: columnsOf(drafts),
  };
}

function deletion(drafts: readonly Draft[]): Statement | undefined {
  if (drafts.length === 0) return undefined;
  const [kinds, ids] = columnsOf(drafts);
  return {
    name: 'delete',
    text: 'DELETE FROM record WHERE (kind, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))',
    values: [kinds, ids],
  };
}

function columnsOf(drafts: readonly Draft[]): unknown[] {
  return [
    drafts.map(({ key }) => key.kind.name),
    drafts.map(({ key }) => toStored(key.id)),
    drafts.map(({ text }) => text),
    drafts.map(({ expiresAt }) => expiresAt),
  ];
}

/** Statements that put a batch into the chain, if only by its name; they fail when somebody else was at the chain. */
export function logStatements(
  { state, batch: before }: Marked,
  log: ChainWrites | undefined,
  batch: string,
): Statement[] {
  const { seq = 0, hash = '', mac = '' } = log?.head ?? state.head ?? {};
  const statements: Statement[] = [
    {
      name: 'chain',
      text: `WITH done AS (UPDATE chain SET seq = $2, hash = $3, mac = $4, batch = $5 WHERE number = $1 AND batch = $6 AND mac = $7 RETURNING 1)
        SELECT portvakt_expect((SELECT count(*) FROM done), 1)`,
      values: [state.chain, seq, hash, mac, batch, before, state.head?.mac ?? ''],
    },
  ];
  if (log === undefined) return statements;
  const { at, entries, checkpoint, chain } = log;
  if (entries.length > 0) {
    statements.push({
      name: 'events',
      text: `INSERT INTO event (day, chain, seq, body, hash)
        SELECT day, $1, seq, body, hash FROM unnest($2::date[], $3::bigint[], $4::text[], $5::text[]) AS new (day, seq, body, hash)`,
      values: [
        chain,
        entries.map(() => dayOf(at)),
        entries.map((one) => one.seq),
        entries.map(({ body }) => body),
        entries.map((one) => one.hash),
      ],
    });
  }
  if (checkpoint !== undefined) {
    statements.push({
      name: 'checkpoint',
      text: 'INSERT INTO checkpoint (chain, seq, hash, at, signature) VALUES ($1, $2, $3, $4, $5)',
      values: [chain, checkpoint.seq, checkpoint.hash, checkpoint.at, checkpoint.signature],
    });
  }
  return statements;
}
