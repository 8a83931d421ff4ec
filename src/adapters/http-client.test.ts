import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createHttpClient, type HttpClientOptions } from './http-client.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server that answers so, and a client. */
async function service(answer: RequestListener, options: Partial<HttpClientOptions> = {}) {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createHttpClient(options);
  closing.push(
    () => server.close(),
    () => server.closeAllConnections(),
    client.close,
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`;
  return { client, url, server, calls: () => calls, get: () => client.request({ method: 'GET', url }) };
}

const unavailable = { code: 'unavailable', cause: expect.anything() };

it('sends what it was given and reads what comes back', async () => {
  const { client, url } = await service(async (request, response) => {
    const sent = Buffer.concat(await request.toArray()).toString();
    response
      .writeHead(201, { 'x-kind': 'test' })
      .end(`${request.method} ${request.url} ${request.headers['x-a']} ${sent}`);
  });
  const answer = await client.request({ method: 'POST', url, headers: { 'x-a': '1' }, body: 'blåbär' });
  expect(answer).toMatchObject({ status: 201, body: 'POST /a?b=c 1 blåbär', headers: { 'x-kind': 'test' } });
});

it('does not follow a redirect', async () => {
  const { get, calls } = await service((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
  expect(await get()).toMatchObject({ status: 302 });
  expect(calls()).toBe(1);
});

it('gives up when the answer does not begin in time', async () => {
  const { client, url } = await service(() => undefined);
  await expect(client.request({ method: 'GET', url, timeoutMs: 100 })).rejects.toMatchObject(unavailable);
});

it('gives up when the answer trickles past the deadline', async () => {
  const { client, url } = await service(async (_, response) => {
    while (!response.destroyed) {
      response.write('x');
      await pause(20);
    }
  });
  await expect(client.request({ method: 'GET', url, timeoutMs: 150 })).rejects.toMatchObject({
    ...unavailable,
    detail: expect.stringContaining('in time'),
  });
});

it('reads no more than it may', async () => {
  const { client, url } = await service((_, response) => response.end('x'.repeat(1001)));
  await expect(client.request({ method: 'GET', url, maxBytes: 1001 })).resolves.toMatchObject({ status: 200 });
  await expect(client.request({ method: 'GET', url, maxBytes: 1000 })).rejects.toMatchObject(unavailable);
});

it('reports a broken connection and a refused one', async () => {
  const { get, server } = await service((request) => request.socket.destroy());
  await expect(get()).rejects.toMatchObject(unavailable);
  server.close();
  await expect(get()).rejects.toMatchObject(unavailable);
});

it('keeps so many calls in flight, lets so many wait, and turns the others away', async () => {
  let inFlight = 0;
  let most = 0;
  const slow: RequestListener = async (_, response) => {
    most = Math.max(most, ++inFlight);
    await pause(30);
    inFlight -= 1;
    response.end();
  };
  const { get } = await service(slow, { atOnce: 2, waiting: 3 });
  const results = await Promise.allSettled(Array.from({ length: 8 }, get));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  expect(most).toBe(2);
});

it('leaves a failing service alone, then tries it with one call', async () => {
  let healthy = false;
  const answer: RequestListener = async (_, response) => {
    await pause(20);
    response.writeHead(healthy ? 200 : 503).end();
  };
  const { get, calls } = await service(answer, { failures: 3, openMs: 1000 });
  for (const status of [503, 503, 503]) expect(await get()).toMatchObject({ status });
  await expect(get()).rejects.toMatchObject(unavailable);
  expect(calls()).toBe(3);

  await pause(1020);
  const probes = await Promise.allSettled([get(), get(), get()]);
  expect(probes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(get()).rejects.toMatchObject(unavailable);
  expect(calls()).toBe(4);

  healthy = true;
  await pause(1020);
  expect(await get()).toMatchObject({ status: 200 });
  expect(await get()).toMatchObject({ status: 200 });
});

it('does not count answers that only say no as failures', async () => {
  const { get } = await service((_, response) => response.writeHead(500).end(), { failures: 2 });
  for (const status of [500, 500, 500]) expect(await get()).toMatchObject({ status });
});
