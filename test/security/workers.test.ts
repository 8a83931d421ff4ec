import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { hotpOf } from '../support/oath.ts';
import { askRaw, openRaw, putBytes } from '../support/raw.ts';
import { personWith, rfcSeed, simpleConfig } from '../support/server.ts';
import { makeSite, type ServerProcess } from '../support/server-process.ts';
import { haveEnded, keepAsking, workersOf } from '../support/worker-processes.ts';

/** Several processes start, one after the other. */
const patient = 300_000;

const names = Array.from({ length: 12 }, (_, index) => `person-${index}`);
const people = Object.fromEntries(names.map((name) => [name, personWith({ type: 'hotp', id: `token-of-${name}` })]));
const attempts = { limit: 1_000_000 };
const config = simpleConfig(people, {
  realms: { default: { directories: [{ type: 'built-in', people }], attempts } },
  drainSeconds: 20,
});
const code = (counter: number) => hotpOf({ secret: rfcSeed }, counter);
const serveTwo = (site = makeSite(config)) => site.serve('--workers', '2');
/** Over a connection of its own. */
const ask = async ({ url }: ServerProcess, username: string, otp: string, headers = {}) =>
  (await askRaw(url, putBytes('otp_token_auth', JSON.stringify({ username, otp }), headers)))?.status;

it('accepts one of many simultaneous uses of a code over two workers', { timeout: patient }, async () => {
  const server = await serveTwo();
  const lines = await server.connect(200);
  for (const username of names.slice(0, 5)) {
    const answers = await Promise.all(lines.map((line) => line.put('otp_token_auth', { username, otp: code(0) })));
    const statuses = answers.map((answer) => answer?.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(199);
  }
  const workers = workersOf(server);
  expect(workers).toHaveLength(2);
  expect(await server.stop()).toBe(0);
  await haveEnded(workers);
  expect(server.output()).toMatch(/Stopped\.\n$/);
});

it('replaces a worker that is killed; nothing that was acknowledged is lost, and the other answers on', {
  timeout: patient,
}, async () => {
  const site = makeSite(config);
  const server = await serveTwo(site);
  const before = workersOf(server);
  const accepted = new Map(names.map((name): [string, number[]] => [name, []]));
  let goesOn = true;
  let lost = 0;
  // Each person uses one code after the other, each over a connection of its own.
  const using = names.map(async (username) => {
    for (let counter = 0; goesOn; counter += 1) {
      const status = await ask(server, username, code(counter));
      await pause(5);
      if (status === undefined) lost += 1;
      else expect([username, counter, status]).toEqual([username, counter, 200]);
      if (status === 200) accepted.get(username)?.push(counter);
    }
  });
  const answered = () => [...accepted.values()].flat().length;
  const more = async (count: number) => {
    const until = answered() + count;
    while (answered() < until) await pause(20);
  };
  await more(60);
  process.kill(before[0] ?? 0, 'SIGKILL');
  await haveEnded(before.slice(0, 1));
  await more(60);
  while (workersOf(server).length < 2) await pause(50);
  await more(60);
  goesOn = false;
  await Promise.all(using);
  // Those that the killed one had read: at most one of each person's, and none is left without an end.
  expect(lost).toBeLessThanOrEqual(names.length);
  expect(workersOf(server)).toContain(before[1]);
  for (const [username, counters] of accepted) {
    for (const counter of counters.slice(-5)) expect(await ask(server, username, code(counter))).toBe(403);
  }
  expect(await server.stop()).toBe(0);
  const logged = (await site.events()).filter(({ event }) => event === 'otp-token.accepted');
  for (const [username, counters] of accepted) {
    expect(logged.filter(({ user }) => user === username).length).toBeGreaterThanOrEqual(counters.length);
  }
});

it('changes its configuration under load without losing a request, and keeps the one it has for a faulty one', {
  timeout: patient,
}, async () => {
  const site = makeSite(config);
  const server = await serveTwo(site);
  const first = workersOf(server);
  const asking = Array.from({ length: 24 }, () => keepAsking(server.url));
  const idle = await openRaw(server.url);
  idle.send(putBytes('otp_token_auth', JSON.stringify({ username: 'person-1', otp: code(0) })));
  expect(await idle.receive()).toMatchObject({ status: 200 });
  while (asking.some(({ count }) => count.whole < 3)) await pause(20);

  const written = parse(readFileSync(site.file, 'utf8'));
  writeFileSync(site.file, stringify({ ...written, drainSeconds: 'long' }));
  server.child.kill('SIGHUP');
  await server.hear(/portvakt\.yaml:\d+:\d+: drainSeconds: .*\nNot reloaded: /);
  expect(workersOf(server)).toEqual(first);

  const { t1 } = written.tenants;
  writeFileSync(site.file, stringify({ ...written, tenants: { ...written.tenants, t3: t1 } }));
  expect(await ask(server, 'person-0', code(0), { tenant: 't3' })).toBe(403);
  server.child.kill('SIGHUP');
  await server.hear(/\nReloaded\.\n/);
  expect(await ask(server, 'person-0', code(0), { tenant: 't3' })).toBe(200);
  // A connection that asked for nothing meanwhile is still good for a question; it goes to one of the old ones.
  idle.send(putBytes('otp_token_auth', JSON.stringify({ username: 'person-1', otp: code(1) })));
  const late = await idle.receive();
  expect([late?.status, late?.header('connection')]).toEqual([200, 'close']);
  await haveEnded(first);

  const counts = await Promise.all(asking.map((each) => each.stop()));
  expect(counts.filter(({ lost }) => lost > 0)).toEqual([]);
  expect(workersOf(server)).toHaveLength(2);
  expect(await server.stop()).toBe(0);
});

it('leaves no worker behind when it is killed itself, and ends at once when it is told twice', {
  timeout: patient,
}, async () => {
  const site = makeSite(config);
  const server = await serveTwo(site);
  const workers = workersOf(server);
  server.child.kill('SIGKILL');
  await haveEnded(workers);

  const other = await serveTwo(site);
  const others = workersOf(other);
  const connection = await openRaw(other.url);
  const request = putBytes('otp_token_auth', JSON.stringify({ username: 'nobody', otp: '755224' }));
  // Whose body never comes: it would be waited for as long as drainSeconds says.
  connection.send(request.subarray(0, -10));
  await ask(other, 'nobody', '755224');
  const ended = other.stop();
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    await pause(200);
    other.child.kill('SIGTERM');
  }
  expect(await ended).toBe(1);
  expect(other.output()).toContain('Stopped at once');
  await haveEnded(others);
});
