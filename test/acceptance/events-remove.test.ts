import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { inPlainWords } from '../../src/commands/plain-words.ts';
import { createProgram } from '../../src/commands/program.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { personWith, simpleConfig, startTestServer, type TestServer } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.end());

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const day = 86_400_000;
const attempts = { limit: 1_000_000 };

/** Several processes start, one after the other. */
const patient = 300_000;

/** A command in this process, which spares its start: what it says, and how it ends. */
async function run(...words: readonly string[]): Promise<{ status: number; said: string }> {
  let said = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  try {
    await createProgram().parseAsync([...words], { from: 'user' });
    return { status: 0, said };
  } catch (error) {
    return { status: 1, said: said + inPlainWords(error) };
  } finally {
    written.mockRestore();
  }
}

/** Two servers that have worked for five days until today, each with a chain of its own; they are still there. */
async function fiveDays() {
  // No midnight in the midst of a test.
  const left = day - (Date.now() % day);
  if (left < 120_000) await pause(left + 1000);
  const store = postgres.fresh();
  const config = simpleConfig(people, {
    store,
    keys,
    realms: { default: { directories: [{ type: 'built-in', people }], attempts } },
  });
  const today = Math.floor(Date.now() / day) * day;
  const servers = await Promise.all([1, 2].map(() => startTestServer(config, { at: today - 4 * day + 3_600_000 })));
  for (let days = 0; days < 5; days += 1) {
    await servers[0]?.portvakt.ports.store.sweep();
    for (const server of servers) {
      await use(server, 3);
      server.pass(86_400);
    }
  }
  for (const { clock } of servers) clock.set(Date.now());
  const site = makeSite(config);
  const on = (...words: readonly string[]) => run('events', ...words, '--config', site.file, '--data', site.data);
  const schema = /s\d+$/.exec(store)?.[0] ?? '';
  const dateOf = (days: number) => new Date(today + days * day).toISOString().slice(0, 10);
  const tables = async () => {
    const text = 'SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename ~ $2 ORDER BY 1';
    return (await postgres.query(text, [schema, '^event_\\d'])).map(({ tablename }) => String(tablename));
  };
  return { servers, site, on, schema, dateOf, tables };
}

async function use({ put }: TestServer, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1)
    expect((await put('otp_token_auth', { username: 'alovelace', otp: '000000' })).status).toBe(403);
}

const tableOf = (date: string) => `event_${date.replaceAll('-', '')}`;

it('removes old days while servers write on; the rest of every chain can be verified from where it begins', {
  timeout: patient,
}, async () => {
  const { servers, site, on, schema, dateOf, tables } = await fiveDays();
  const whole = (await on('export')).said;
  expect(await tables()).toContain(tableOf(dateOf(-3)));
  const lines = whole
    .split('\n')
    .filter((line) => line.startsWith('{"seq"'))
    .map((line) => JSON.parse(line));
  const old = lines.filter(({ at }) => at < Date.parse(dateOf(-1)));
  expect(new Set(old.map(({ chain = 1 }) => chain)).size).toBe(2);

  let goesOn = true;
  const using = servers.map(async (server) => {
    while (goesOn) await use(server, 1);
  });
  const command = ['--config', site.file, '--data', site.data];
  const { ended, output } = runPortvakt('events', 'remove', '--before', dateOf(-1), ...command);
  expect({ status: await ended, said: output() }).toMatchObject({
    status: 0,
    said: expect.stringContaining(` ${old.length} of them from before ${dateOf(-1)} removed`),
  });
  goesOn = false;
  await Promise.all(using);

  expect((await tables()).filter((name) => name < tableOf(dateOf(-1)))).toEqual([]);
  const left = await postgres.query(`SELECT body FROM ${schema}.event`);
  expect(left.filter(({ body }) => JSON.parse(String(body)).at < Date.parse(dateOf(-1)))).toEqual([]);
  const { status, said } = await on('verify');
  expect({ status, said }).toMatchObject({
    status: 0,
    said: expect.stringMatching(/all in order\.\nEntries up to 1:\d+ were removed on .*\nEntries up to 2:\d+ were/),
  });
  expect((await on('list', '--event', 'log.removed')).said).toMatch(/log\.removed reason=before .* subject=1:\d+:/);
  expect((await on('remove', '--before', dateOf(-1))).said).toContain('There is nothing from before');

  // What is exported from now on can be verified by who has the public keys; also put behind what was exported before.
  const { said: rest } = await on('export');
  const publicKey = /k1:\S{43}/.exec((await run('keys', 'list', ...command)).said)?.[0] ?? '';
  const verifyFile = async (text: string) => {
    const file = join(site.folder, 'log.jsonl');
    writeFileSync(file, text);
    return run('events', 'verify', '--file', file, '--public-keys', publicKey);
  };
  expect(await verifyFile(rest)).toEqual({ status: 0, said: expect.stringContaining('in order') });
  expect(await verifyFile(rest.replace(/^\{"beginning".*\n/m, ''))).toMatchObject({ status: 1 });

  // A second removal goes on from the first, and who knows an entry from elsewhere is told what became of it.
  expect(await on('remove', '--before', dateOf(0))).toMatchObject({ status: 0 });
  expect(await on('verify')).toMatchObject({ status: 0 });
  const known = ({ chain = 1, seq, hash }: Record<string, unknown>) => `${chain}:${seq}:${hash}`;
  const late = rest
    .split('\n')
    .filter((line) => line.startsWith('{"seq"'))
    .map((line) => JSON.parse(line));
  const ends = [1, 2].map((number) => late.findLast(({ chain = 1 }) => chain === number));
  expect(await on('verify', '--checkpoint', ends.map(known).join(','))).toMatchObject({ status: 0 });
  expect(
    await on('verify', '--checkpoint', `${known(ends[0])},${known({ ...ends[1], hash: 'f'.repeat(64) })}`),
  ).toMatchObject({
    status: 1,
    said: expect.stringContaining(`entry 2:${ends[1].seq}: the entry is not the one you know of`),
  });
  expect(await on('verify', '--checkpoint', known(old[0]))).toMatchObject({
    status: 1,
    said: expect.stringContaining('it was removed'),
  });
  expect(await on('verify', '--checkpoint', `9:1:${'f'.repeat(64)}`)).toMatchObject({ status: 1 });

  // The servers go on in their chains.
  for (const server of servers) await use(server, 2);
  expect(await on('verify')).toMatchObject({ status: 0 });
});

it('removes nothing of today, nothing that is not in order, and nothing from the embedded store', {
  timeout: patient,
}, async () => {
  const { on, schema, dateOf, tables } = await fiveDays();
  expect(await on('remove', '--before', dateOf(1))).toMatchObject({
    status: 1,
    said: expect.stringContaining('Today'),
  });
  expect(await on('remove', '--before', '2026-02-30')).toMatchObject({
    status: 1,
    said: expect.stringContaining('a day'),
  });
  const before = await tables();
  await postgres.query(`UPDATE ${schema}.event SET body = body || ' ' WHERE chain = 2 AND seq = 2`);
  expect(await on('remove', '--before', dateOf(-1))).toMatchObject({
    status: 1,
    said: expect.stringMatching(/broken at entry 2:2: .* Nothing was removed/),
  });
  expect(await tables()).toEqual(before);

  const embedded = makeSite(simpleConfig(people));
  const server = await embedded.serve();
  expect(
    await run('events', 'remove', '--before', dateOf(-1), '--config', embedded.file, '--data', embedded.data),
  ).toMatchObject({
    status: 1,
    said: expect.stringContaining('embedded store'),
  });
  expect(await server.stop()).toBe(0);
});

it('goes by what entries say, not by the day in whose table somebody has put them', { timeout: patient }, async () => {
  const { servers, on, schema, dateOf } = await fiveDays();
  await postgres.query(`UPDATE ${schema}.event SET day = $1 WHERE chain = 1`, [dateOf(-3)]);
  await postgres.query(`UPDATE ${schema}.event SET day = $1 WHERE chain = 2`, [dateOf(0)]);
  expect(await on('remove', '--before', dateOf(-1))).toMatchObject({ status: 0 });
  const left = await postgres.query(`SELECT body FROM ${schema}.event`);
  const old = left.filter(({ body }) => JSON.parse(String(body)).at < Date.parse(dateOf(-1)));
  expect([old.length, left.length > 10]).toEqual([0, true]);
  for (const server of servers) await use(server, 1);
  expect(await on('verify')).toMatchObject({ status: 0 });
});

it('finds whoever changes where the log begins, or removes more than was removed in good order', {
  timeout: patient,
}, async () => {
  const { servers, on, schema, dateOf } = await fiveDays();
  expect(await on('remove', '--before', dateOf(-2))).toMatchObject({ status: 0 });
  for (const server of servers) await server.stop();
  const beginnings = `FROM ${schema}.record WHERE id = 'log-beginnings'`;
  const [{ value } = {}] = await postgres.query(`SELECT value ${beginnings}`);
  const write = (text: unknown) =>
    postgres.query(`UPDATE ${schema}.record SET value = $1 WHERE id = 'log-beginnings'`, [text]);
  const { chains } = JSON.parse(String(value));
  const [next] = await postgres.query(
    `SELECT seq::int, hash FROM ${schema}.event WHERE chain = 2 AND seq > $1 ORDER BY seq LIMIT 1`,
    [chains[1].seq],
  );
  const expectFound = async (pattern: RegExp) =>
    expect(await on('verify')).toMatchObject({ status: 1, said: expect.stringMatching(pattern) });

  // Another place; the place of another chain; a place that was signed for a checkpoint; none at all.
  await write(JSON.stringify({ chains: [chains[0], { ...chains[1], ...next }] }));
  await expectFound(/the signature of where the log begins is wrong/);
  await write(JSON.stringify({ chains: [{ ...chains[1], chain: 1 }, chains[1]] }));
  await expectFound(/the signature of where the log begins is wrong/);
  await write(JSON.stringify({ chains: [chains[0]] }));
  await expectFound(/broken at entry 2:1: the entry is missing/);
  await write('{}');
  await expectFound(/broken at entry 1: the entry is missing/);
  await write(value);
  expect(await on('verify')).toMatchObject({ status: 0 });

  // One entry more is gone than was removed; and an old one is put back in.
  await postgres.query(`UPDATE ${schema}.event SET seq = seq - 1000000 WHERE chain = 2 AND seq = $1`, [next?.['seq']]);
  await expectFound(/broken at entry 2:-?\d+: /);
  await postgres.query(`DELETE FROM ${schema}.event WHERE seq < 0`);
  await expectFound(new RegExp(`broken at entry 2:${next?.['seq']}: the entry is missing`));
});
