import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Call {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** What a simulated provider says. */
export interface SimulatedAnswer {
  readonly status: number;
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What happens to the next call instead of the usual: no answer at all, a broken connection, or this answer. */
export type Fault = 'hang' | 'reset' | SimulatedAnswer;

/** A provider on a socket of its own. */
export interface SimulatedProvider {
  readonly url: string;
  /** Everything that was asked so far. */
  readonly calls: readonly Call[];
  /** What happens to the next calls, one each. */
  fail(...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** Starts a provider that answers so. `port` 0 takes any free one. */
export async function startProvider(
  answer: (call: Call) => SimulatedAnswer,
  { port = 0 }: { readonly port?: number } = {},
): Promise<SimulatedProvider> {
  const calls: Call[] = [];
  const faults: Fault[] = [];
  const server = createServer(async (request, response) => {
    const call = await toCall(request);
    calls.push(call);
    const fault = faults.shift();
    if (fault === 'hang') return;
    if (fault === 'reset') request.socket.resetAndDestroy();
    else send(response, fault ?? answer(call));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    fail: (...next) => void faults.push(...next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function toCall(request: IncomingMessage): Promise<Call> {
  const { method = '', url = '' } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return { method, target: url, headers, body: Buffer.concat(await request.toArray()) };
}

function send(response: ServerResponse, { status, body = '', headers = {} }: SimulatedAnswer): void {
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The fields of a form. */
export function formOf({ body }: Call): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

/** A JSON body; undefined when it is none. */
export function jsonOf({ body }: Call): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** True when the call proves itself by HTTP Basic with these. */
export function hasBasic({ headers }: Call, username: string, password: string): boolean {
  return headers['authorization'] === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
