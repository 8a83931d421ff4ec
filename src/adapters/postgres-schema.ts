import type { PostgresConnection } from './postgres-connection.ts';

/** How a schema is made, and which programs work on it. */
export interface SchemaPlan {
  /** What leads from each version to the next; the first makes the tables. There are as many versions as steps. */
  readonly steps: readonly string[];
  /** The oldest version of a program that can work on what the last step leaves. */
  readonly oldest: number;
}

/**
 * What leads from each version to the next. A step only adds (expand): servers of the version before go on working beside it. What it made
 * superfluous is removed by the step after it (contract), when no such server runs any more.
 *
 * Every key sorts by bytes (COLLATE "C"), which for UTF-8 is by code points.
 */
const steps: readonly string[] = [
  `CREATE TABLE record (kind text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, value text NOT NULL, expires_at bigint,
     PRIMARY KEY (kind, id)) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
   CREATE INDEX record_expiry ON record (expires_at) WHERE expires_at IS NOT NULL;
   CREATE TABLE claim (kind text COLLATE "C" NOT NULL, claim text COLLATE "C" NOT NULL, holder text COLLATE "C" NOT NULL, PRIMARY KEY (kind, claim));
   CREATE INDEX claim_holder ON claim (kind, holder);
   CREATE TABLE chain (number int PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL, mac text NOT NULL, batch text NOT NULL,
     before text[] NOT NULL DEFAULT '{}') WITH (fillfactor = 10);
   CREATE TABLE event (day date NOT NULL, chain int NOT NULL, seq bigint NOT NULL, body text NOT NULL, hash text NOT NULL,
     PRIMARY KEY (chain, seq, day)) PARTITION BY RANGE (day);
   CREATE TABLE event_rest PARTITION OF event DEFAULT;
   CREATE TABLE checkpoint (chain int NOT NULL, seq bigint NOT NULL, hash text NOT NULL, at bigint NOT NULL, signature text NOT NULL, PRIMARY KEY (chain, seq));
   CREATE FUNCTION portvakt_expect(actual bigint, expected bigint) RETURNS bigint LANGUAGE plpgsql AS $$
     BEGIN IF actual <> expected THEN RAISE EXCEPTION 'another node was faster' USING ERRCODE = 'PV001'; END IF; RETURN actual; END $$;`,
];

/** The schema that this Portvakt makes and works on. */
export const currentSchema: SchemaPlan = { steps, oldest: 1 };

/**
 * Makes the schema, or brings it to this version. Nodes that start at once do it one after the other.
 *
 * @throws Error when the database cannot be used: not UTF-8, older than 15, or made by a later Portvakt that this one cannot work beside
 */
export async function prepareSchema(connection: PostgresConnection, plan = currentSchema): Promise<void> {
  await mustServe(connection);
  await connection.run(
    { text: 'BEGIN' },
    { text: "SELECT pg_advisory_xact_lock(hashtext('portvakt'), hashtext(current_schema()))" },
  );
  try {
    await migrate(connection, plan);
    await connection.run({ text: 'COMMIT' });
  } catch (error) {
    await connection.run({ text: 'ROLLBACK' });
    throw error;
  }
}

async function mustServe(connection: PostgresConnection): Promise<void> {
  const [encoding, number, schema] = await connection.run(
    { text: 'SHOW server_encoding' },
    { text: 'SHOW server_version_num' },
    { text: 'SELECT current_schema() AS name' },
  );
  if (encoding?.rows[0]?.['server_encoding'] !== 'UTF8') throw new Error('the database is not in UTF-8');
  if (Number(number?.rows[0]?.['server_version_num']) < 150_000) throw new Error('PostgreSQL 15 or later is needed');
  if (schema?.rows[0]?.['name'] === null) throw new Error('the database has no schema that we may use (search_path)');
}

async function migrate(connection: PostgresConnection, { steps, oldest }: SchemaPlan): Promise<void> {
  const version = steps.length;
  const [, found] = await connection.run(
    { text: 'CREATE TABLE IF NOT EXISTS portvakt (version int NOT NULL, oldest int NOT NULL)' },
    { text: 'SELECT version, oldest FROM portvakt' },
  );
  const row = found?.rows[0];
  const stands = Number(row?.['version'] ?? 0);
  if (Number(row?.['oldest'] ?? 0) > version)
    throw new Error(
      `the database was made by a later version of Portvakt, beside which this one cannot work (schema ${stands}, this one knows ${version})`,
    );
  if (stands >= version) return;
  for (const text of steps.slice(stands)) await connection.run({ text });
  await connection.run(
    { text: 'DELETE FROM portvakt' },
    { text: `INSERT INTO portvakt VALUES (${version}, ${oldest})` },
  );
}
