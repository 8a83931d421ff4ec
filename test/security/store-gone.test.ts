import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hotpOf } from '../support/oath.ts';
import { personWith, rfcSeed, simpleConfig } from '../support/server.ts';
import { makeSite, type ServerProcess } from '../support/server-process.ts';
import { workersOf } from '../support/worker-processes.ts';

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };

async function ask(server: ServerProcess, counter: number): Promise<number | undefined> {
  const [line] = await server.connect(1);
  const code = hotpOf({ secret: rfcSeed }, counter);
  return (await line?.put('otp_token_auth', { username: 'alovelace', otp: code }))?.status;
}

/** A server with two workers whose store has been taken away while it runs. */
async function robbed() {
  const site = makeSite(simpleConfig(people, { log: { level: 'error' }, management: { port: 0 } }));
  const server = await site.serve('--workers', '2');
  expect(await ask(server, 0)).toBe(200);
  const path = join(site.data, 'portvakt.db');
  for (const ending of ['', '-wal', '-shm']) renameSync(path + ending, `${path}.away${ending}`);
  return { site, server, path };
}

// Codes that were used before would count as new in a new store.
it('says no to everybody once the file of its store is gone, and makes no new one', { timeout: 300_000 }, async () => {
  const { server, path } = await robbed();
  expect([await ask(server, 0), await ask(server, 1)]).toEqual([503, 503]);
  expect((await fetch(`${server.managementUrl}/readyz`)).status).toBe(503);
  for (const pid of workersOf(server)) process.kill(pid, 'SIGKILL');
  await server.hear(/portvakt\.db is gone, though a server runs on it/);
  server.child.kill('SIGHUP');
  await server.hear(/Not reloaded/);
  expect(existsSync(path)).toBe(false);
});

it('says no as well when another file lies there, until it is started again', { timeout: 300_000 }, async () => {
  const { site, server, path } = await robbed();
  const other = await site.serve();
  await other.stop();
  expect(existsSync(path)).toBe(true);
  expect([await ask(server, 0), await ask(server, 1)]).toEqual([503, 503]);
  await server.stop();
  rmSync(path);
  for (const ending of ['', '-wal', '-shm']) {
    if (existsSync(`${path}.away${ending}`)) renameSync(`${path}.away${ending}`, path + ending);
  }
  const again = await site.serve();
  expect([await ask(again, 0), await ask(again, 1)]).toEqual([403, 200]);
});
