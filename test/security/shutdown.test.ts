import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openRaw, putBytes, type RawConnection } from '../support/raw.ts';
import { simpleConfig } from '../support/server.ts';
import { makeSite, runPortvakt, type ServerProcess } from '../support/server-process.ts';

const config = simpleConfig({}, { drainSeconds: 5, management: { port: 0 } });
const request = putBytes('otp_token_auth', JSON.stringify({ username: 'nobody', otp: '755224' }));

/** Asks one thing after the other until nobody listens any more; keeps the connection unless it is told to leave. Counts what became of it. */
async function ask(url: string, count: { whole: number; lost: number }): Promise<void> {
  for (;;) {
    const connection = await openRaw(url).catch(() => undefined);
    if (connection === undefined) return;
    await askOver(connection, count);
  }
}

async function askOver(connection: RawConnection, count: { whole: number; lost: number }): Promise<void> {
  for (;;) {
    connection.send(request);
    const answer = await connection.receive();
    if (answer === undefined) count.lost += 1;
    else count.whole += 1;
    if (answer?.header('connection') === 'close' || answer === undefined) return connection.close();
  }
}

it('answers every request that was written before it ends', async () => {
  const server = await makeSite(config).serve();
  const counts = Array.from({ length: 16 }, () => ({ whole: 0, lost: 0 }));
  const asking = counts.map((count) => ask(server.url, count));
  // A connection that nobody has accepted yet is lost with the listener.
  while (counts.some(({ whole }) => whole === 0)) await pause(10);
  expect(await server.stop()).toBe(0);
  await Promise.all(asking);
  expect(counts.filter(({ lost }) => lost > 0)).toEqual([]);
  expect(server.output()).toMatch(/Stopped\.\n$/);
});

it('answers a request whose body was still to come', async () => {
  const server = await makeSite(config).serve();
  const connection = await openRaw(server.url);
  connection.send(request.subarray(0, -10));
  await pause(100);
  const ended = server.stop();
  await pause(100);
  connection.send(request.subarray(-10));
  expect(await connection.receive()).toMatchObject({ status: 403 });
  expect(await ended).toBe(0);
});

it('takes its leave of connections that ask for nothing', async () => {
  const server = await makeSite(config).serve();
  const [line] = await server.connect(1);
  expect(await line?.put('otp_token_auth', { username: 'nobody', otp: '755224' })).toMatchObject({ status: 403 });
  const began = performance.now();
  expect(await server.stop()).toBe(0);
  await line?.connection.closed;
  expect(performance.now() - began).toBeLessThan(4500);
});

it('is not ready any more, but alive, while it answers what is left', async () => {
  const server = await makeSite(config).serve();
  const connection = await openRaw(server.url);
  connection.send(request.subarray(0, -10));
  const health = async (path: string) => (await fetch(`${server.managementUrl}/${path}`)).status;
  expect([await health('healthz'), await health('readyz')]).toEqual([200, 200]);
  const ended = server.stop();
  await pause(200);
  expect([await health('healthz'), await health('readyz')]).toEqual([200, 503]);
  connection.send(request.subarray(-10));
  expect(await ended).toBe(0);
});

async function startBeside(server: ServerProcess, file: string, ...words: string[]) {
  const { port } = new URL(server.url);
  const other = runPortvakt('serve', '--config', file, '--port', port, ...words);
  return { code: await other.ended, output: other.output() };
}

it('says in one line that its port is taken', async () => {
  const site = makeSite(config);
  const server = await site.serve();
  const { port } = new URL(server.url);
  const { code, output } = await startBeside(server, site.file, '--data', site.data);
  expect(code).toBe(1);
  expect(output).toBe(`Port ${port} of 127.0.0.1 is taken. Choose another with --port, or stop what listens there.\n`);
});

it('ends, and says that it could not do so in good order, when the store is gone', async () => {
  const site = makeSite(config);
  const server = await site.serve();
  const other = new DatabaseSync(join(site.data, 'portvakt.db'));
  other.exec('BEGIN IMMEDIATE');
  expect(await server.stop()).toBe(1);
  other.close();
  expect(server.output()).toMatch(/Stopping failed: .+\n$/);
});
