import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { parsePostgresAddress } from '../../../src/adapters/postgres-address.ts';
import { connectPostgres } from '../../../src/adapters/postgres-connection.ts';
import { checkPostgres } from '../../../src/adapters/postgres-connector.ts';
import { currentSchema, prepareSchema, type SchemaPlan } from '../../../src/adapters/postgres-schema.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { event, findingIn, increment, keyOf } from './fixture.ts';
import { placeAt } from './processes.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.end());

const version = currentSchema.steps.length;

/** What the next version adds: a column, with a value for rows of programs that do not know it, and a table. */
const expanded: SchemaPlan = {
  steps: [
    ...currentSchema.steps,
    "ALTER TABLE record ADD COLUMN more text NOT NULL DEFAULT ''; CREATE TABLE addition (one int PRIMARY KEY); INSERT INTO addition VALUES (1)",
  ],
  oldest: version,
};

/** What the one after that takes away: no program of now runs any more. */
const contracted: SchemaPlan = {
  steps: [...expanded.steps, 'ALTER TABLE record RENAME COLUMN value TO content'],
  oldest: version + 1,
};

/** Brings a store to a plan, as a server of that version does when it starts. */
async function bring(url: string, plan: SchemaPlan): Promise<void> {
  const address = parsePostgresAddress(url);
  const connection = await connectPostgres(address, {
    deadlineMs: 60_000,
    settings: 'SET client_min_messages = warning',
  });
  try {
    await prepareSchema(connection, plan);
  } finally {
    await connection.end();
  }
}

function place() {
  const url = postgres.fresh();
  const schema = /s\d+$/.exec(url)?.[0];
  return { url, schema, stands: () => postgres.query(`SELECT * FROM ${schema}.portvakt`), ...placeAt(url, 20_000) };
}

it('lets servers of the version before work on beside the new one, and start anew', async () => {
  const { url, open, start, ring, stands } = place();
  const before = open();
  const writing = start('count', '2000');
  await before.change(keyOf('old'), () => ({ ...increment(undefined), claims: ['name'], events: [event('old')] }));
  await bring(url, expanded);
  expect(await stands()).toEqual([{ version: version + 1, oldest: version }]);
  expect(await before.change(keyOf('old'), increment)).toBe(2);
  expect(await before.change(keyOf('made by the old one'), increment)).toBe(1);
  const again = open();
  expect(await again.read(keyOf('old'))).toEqual({ count: 2 });
  expect(await again.change(keyOf('old'), increment)).toBe(3);
  // Neither does it take back what the new one made, nor make it again.
  expect(await stands()).toEqual([{ version: version + 1, oldest: version }]);
  expect(await writing.ended).toBe(0);
  expect((await again.read(keyOf('shared/0')))?.count).toBe(667);
  await bring(url, expanded);
  expect(await findingIn(again, ring)).toBeUndefined();
});

it('refuses a server that cannot work on what later ones have left, and changes nothing', async () => {
  const { url, open, stands, schema } = place();
  const store = open();
  await store.change(keyOf('a'), increment);
  await store.close();
  await bring(url, contracted);
  const why = 'was made by a later version of Portvakt, beside which this one cannot work';
  await expect(checkPostgres(parsePostgresAddress(url))).rejects.toThrow(why);
  await expect(bring(url, currentSchema)).rejects.toThrow(why);
  // The version in between still may.
  await bring(url, expanded);
  expect(await stands()).toEqual([{ version: version + 2, oldest: version + 1 }]);
  expect(await postgres.query(`SELECT content FROM ${schema}.record`)).toEqual([{ content: '{"count":1}' }]);
});

it('makes each step once, however many servers start at the same moment', async () => {
  const { url, open, stands, schema } = place();
  // Seen to fail without the lock: the second one finds the table there.
  await Promise.all(Array.from({ length: 6 }, () => bring(url, expanded)));
  expect(await stands()).toEqual([{ version: version + 1, oldest: version }]);
  expect(await postgres.query(`SELECT one FROM ${schema}.addition`)).toEqual([{ one: 1 }]);
  expect(await open().change(keyOf('a'), increment)).toBe(1);
});

it('leaves the version before as it is when a step fails, for the next start to try again', async () => {
  const { url, open, stands, schema } = place();
  const store = open();
  onTestFinished(() => store.close());
  await store.change(keyOf('a'), increment);
  const [last = ''] = expanded.steps.slice(-1);
  const failing = { ...expanded, steps: [...currentSchema.steps, `${last}; SELECT 1 / 0`] };
  await expect(bring(url, failing)).rejects.toThrow('division by zero');
  expect(await stands()).toEqual([{ version, oldest: currentSchema.oldest }]);
  expect(await store.change(keyOf('a'), increment)).toBe(2);
  await bring(url, expanded);
  expect(await postgres.query(`SELECT more FROM ${schema}.record`)).toEqual([{ more: '' }]);
});
