import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { onceEach, requestFor, ring } from './lanes.ts';
import { drive } from './load.ts';
import { pace } from './pace.ts';

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const request = requestFor('anything', { some: 'thing' });

it('sends each request once and keeps the answers in order', async () => {
  let count = 0;
  const port = await serve((_, response) => {
    count += 1;
    response.end(`${count}`);
  });
  const { lanes, bodies } = onceEach([request, request, request]);
  const { answered } = await drive(port, lanes, { status: 200, milliseconds: 60_000 });
  expect([answered, count, [...bodies()].sort()]).toEqual([3, 3, ['1', '2', '3']]);
});

it('sends as many as the rate says, and one before the clock starts over each connection', async () => {
  let count = 0;
  const port = await serve((_, response) => {
    count += 1;
    response.end('ok');
  });
  const load = { status: 200, milliseconds: 100, perSecond: 500 };
  const { latencies } = await pace(port, ring([request], 2), load);
  expect([latencies.length, count]).toEqual([50, 2 + 50]);
});

it.each([
  ['all the time', drive],
  [
    'at a rate',
    (port: number, lanes: ReturnType<typeof ring>, load: { status: number; milliseconds: number }) =>
      pace(port, lanes, { ...load, perSecond: 100 }),
  ],
])('fails when it asks %s and one answer is not as hoped', async (_, ask) => {
  const port = await serve((_request, response) => response.writeHead(403).end('no'));
  await expect(ask(port, ring([request], 2), { status: 200, milliseconds: 1000 })).rejects.toThrow('answered 403');
});
