/**
 * The floor: the least a server on `node:http` can do with the same request. It reads it, parses it and answers the bytes it was given.
 *
 * Started with one word of JSON, the {@link FixedAnswer}, and how many processes are to answer; prints its port and serves until it is
 * killed.
 */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the floor answers to everything. */
export interface FixedAnswer {
  readonly status: number;
  /** Without `Date`, `Connection` and `Keep-Alive`, which `node:http` adds. */
  readonly headers: Readonly<Record<string, string>>;
  /** A character for each byte. */
  readonly body: string;
}

const processes = Number(process.argv[3] ?? 1);
if (processes > 1 && cluster.isPrimary) {
  const workers = Array.from({ length: processes }, () => cluster.fork());
  const [first] = await Promise.all(workers.map((worker) => once(worker, 'listening')));
  const [{ port }] = first as [{ readonly port: number }];
  say(port);
} else {
  serve();
}

function serve(): void {
  const { status, headers, body } = JSON.parse(process.argv[2] ?? '') as FixedAnswer;
  const bytes = Buffer.from(body, 'latin1');
  const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const properties = Object.values(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      const isRequest = properties.every((value) => typeof value === 'string');
      response.writeHead(isRequest ? status : 400, headers).end(bytes);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    if (cluster.isPrimary) say((server.address() as AddressInfo).port);
  });
}

function say(port: number): void {
  process.stdout.write(`floor answers at http://127.0.0.1:${port}\n`);
}
