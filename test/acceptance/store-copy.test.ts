import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hotpOf } from '../support/oath.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { personWith, rfcSeed, simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres(2);
});
afterAll(() => postgres.end());

/** Several processes start, one after the other. */
const patient = 300_000;

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const code = (counter: number) => hotpOf({ secret: rfcSeed }, counter);

/** More records than are written at once. */
const many = 3000;

it('moves an embedded store by a command that may be killed and given again', { timeout: patient }, async () => {
  const store = postgres.fresh();
  const schema = /s\d+$/.exec(store)?.[0];
  const embedded = makeSite(simpleConfig(people, { keys }));
  const { data } = embedded;
  const before = await startTestServer(simpleConfig(people, { keys }), { data });
  const use = (server: typeof before, counter: number) =>
    server.put('otp_token_auth', { username: 'alovelace', otp: code(counter) }).then(({ status }) => status);
  expect(await use(before, 0)).toBe(200);
  const site = makeSite(simpleConfig(people, { keys, store }));
  const copy = () => runPortvakt('store', 'copy', '--from', data, '--config', site.file);
  const run = async () => {
    const { ended, output } = copy();
    return { status: await ended, said: output() };
  };
  const left = async () => (await postgres.query(`SELECT count(*)::int AS rows FROM ${schema}.record`))[0]?.['rows'];

  expect(await run()).toMatchObject({ status: 1, said: expect.stringContaining('is in use. Stop the server first.') });
  await before.stop();
  const file = new DatabaseSync(join(data, 'portvakt.db'));
  file.exec(`WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${many})
    INSERT INTO record (kind, id, value) SELECT 'thing', 'n/' || n, '{"count":' || n || '}' FROM n`);
  file.close();

  // Killed in the midst of it, when the records are written and the claims are not: nothing is there, and nothing in the way of the next.
  const lock = `BEGIN; LOCK TABLE ${schema}.claim; SELECT pg_sleep(600)`;
  const inTheWay = postgres.query(lock).catch(() => {});
  await seen("query LIKE 'BEGIN; LOCK%' AND wait_event = 'PgSleep'");
  const killed = copy();
  await seen("application_name = 'portvakt' AND wait_event_type = 'Lock'");
  expect(killed.child.kill('SIGKILL')).toBe(true);
  expect(await killed.ended).toBe(null);
  await postgres.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%'");
  await inTheWay;
  expect(await left()).toBe(0);

  const { status, said } = await run();
  expect({ status, said }).toMatchObject({
    status: 0,
    said: expect.stringMatching(/^Copied and compared: (\d+) records, 1 claims, \d+ events; the audit log is whole\./),
  });
  const records = Number(/compared: (\d+)/.exec(said)?.[1]);
  expect([records > many, await left()]).toEqual([true, records]);
  expect(await run()).toMatchObject({ status: 1, said: 'The target is not empty. Nothing was copied.\n' });

  const verified = runPortvakt('events', 'verify', '--config', site.file);
  expect(await verified.ended).toBe(0);
  const after = await startTestServer(simpleConfig(people, { keys, store }));
  expect(await use(after, 0)).toBe(403);
  expect(await use(after, 1)).toBe(200);
});

/** Waits until the database has a session of this kind. */
async function seen(kind: string): Promise<void> {
  const text = `SELECT 1 FROM pg_stat_activity WHERE ${kind} AND pid <> pg_backend_pid()`;
  while ((await postgres.query(text)).length === 0) await pause(20);
}

it('shows on a terminal how far it has come', { timeout: patient }, async () => {
  const { file, data } = makeSite(simpleConfig(people, { keys, store: postgres.fresh() }));
  const before = await startTestServer(simpleConfig(people, { keys }), { data });
  await before.stop();
  // script(1) runs it on a terminal of its own.
  const words = ['store', 'copy', '--from', data, '--config', file];
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const { stdout, status } = spawnSync('script', ['-qec', [process.execPath, main, ...words].join(' '), '/dev/null'], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/Copying █+░+ \d+ % of \d+/);
  expect(stdout).toMatch(/Copying █{30} 100 % of \d+/);
});
