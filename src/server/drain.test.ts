import { setTimeout as pause } from 'node:timers/promises';
import { fastify } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { openRaw } from '../../test/support/raw.ts';
import { createDrain } from './drain.ts';

/** A server whose answers wait until they are let go. */
async function start() {
  const server = fastify({ forceCloseConnections: 'idle', return503OnClosing: false });
  const drain = createDrain(server);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  server.get('/held', () => held.then(() => 'held'));
  server.get('/quick', async () => 'quick');
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  return { url, drain, letGo };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

it('takes no new connections, answers what was asked, and asks to leave', async () => {
  const { url, drain, letGo } = await start();
  const connection = await openRaw(url);
  connection.send(get('/quick'));
  expect((await connection.receive())?.header('connection')).not.toBe('close');
  connection.send(get('/held'));
  await pause(50);
  expect(drain.isDraining()).toBe(false);
  const closed = drain.close({ seconds: 5, cutsIdle: true });
  expect(drain.isDraining()).toBe(true);
  await expect(openRaw(url)).rejects.toThrow('ECONNREFUSED');
  letGo();
  expect(await connection.receive()).toMatchObject({ status: 200, body: 'held' });
  await closed;
});

it('answers a request that comes late on a connection that was there', async () => {
  const { url, drain } = await start();
  const connection = await openRaw(url);
  connection.send(get('/quick'));
  await connection.receive();
  const closed = drain.close({ seconds: 5, cutsIdle: true });
  await pause(200);
  connection.send(get('/quick'));
  const answer = await connection.receive();
  expect([answer?.body, answer?.header('connection')]).toEqual(['quick', 'close']);
  await closed;
});

it('cuts what is not answered when the time is over', async () => {
  const { url, drain } = await start();
  const connection = await openRaw(url);
  connection.send(get('/held'));
  await pause(50);
  await drain.close({ seconds: 0.3, cutsIdle: true });
  expect(await connection.receive()).toBeUndefined();
});
