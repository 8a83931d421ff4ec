import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '../../../simulator-kit/authority.ts';

/** One request with its whole body. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a stand-in says. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A stand-in that listens on loopback. */
export interface Listening {
  /** https://localhost:port */
  readonly url: string;
  /** Its authority, PEM. */
  readonly ca: string;
  close(): Promise<void>;
}

/** HTTPS on loopback, with a certificate of an authority of its own. What `handle` throws is a 500. */
export async function listenHttps(handle: (request: Received) => Promise<Reply>): Promise<Listening> {
  const authority = await createAuthority({ name: 'Push service simulator' });
  const { certificatePem: cert, keyPem: key } = await authority.issue({ subject: 'CN=localhost', use: 'server' });
  const server = createServer({ cert, key }, (request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '/', headers } = request;
    try {
      const reply = await handle({ method, path, headers, body: await readAll(request) });
      response.writeHead(reply.status, reply.headers).end(reply.body);
    } catch {
      response.writeHead(500).end();
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca: authority.certificatePem,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
