import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyPassword } from '../../adapters/argon2.ts';
import { createHttpClient } from '../../adapters/http-client.ts';
import type { Config } from '../../config/schema.ts';
import type { CallerRequest } from './caller-request.ts';
import type { CallerSettings } from './caller-settings.ts';
import { type CallersOptions, createCallers } from './callers.ts';

/** When the tests take place, unless a test lets time pass. */
export const noon = Date.UTC(2026, 5, 1, 12);

/** Callers of one tenant, `t1`, with a real HTTP client and real slow hashes; time stands still until `pass`. */
export function callersOf(
  callers: readonly CallerSettings[],
  { listen = {}, ...parts }: Partial<Omit<CallersOptions, 'listen'>> & { listen?: Partial<Config['listen']> } = {},
) {
  let at = noon;
  const logged: string[] = [];
  const { prove, challenge, addressOf } = createCallers({
    listen: { host: '127.0.0.1', port: 0, allowOpenTenants: false, ...listen },
    tenants: { t1: { realm: 'default', operations: ['any'], callers: [...callers] } },
    http: createHttpClient(),
    clock: { now: () => at },
    verifyPassword,
    log: (what) => logged.push(what),
    ...parts,
  });
  return {
    addressOf,
    logged,
    pass: (seconds: number) => {
      at += seconds * 1000;
    },
    /** Whether `prove` answers without waiting. */
    atOnce: (request: CallerRequest) => {
      const given = prove('t1', request);
      if (given instanceof Promise) given.catch(() => undefined);
      return typeof given === 'string';
    },
    prove: async (request: CallerRequest) => prove('t1', request),
    challenge: (request: CallerRequest) => challenge('t1', request),
  };
}

/** A request from this machine with these headers. */
export function request(headers: CallerRequest['headers'] = {}, peer = '127.0.0.1'): CallerRequest {
  return { headers: { host: '127.0.0.1:8080', ...headers }, peer };
}

/** A request from elsewhere. */
export function remote(headers: CallerRequest['headers'] = {}): CallerRequest {
  return request({ host: 'api.example', ...headers }, '203.0.113.9');
}

/** What a refused caller is refused with. */
export function refusal(code: string) {
  return { name: 'Problem', code };
}

/** A server on this machine; `answer` may be exchanged and `calls` counts. Close it when done. */
export async function issuer(answer: RequestListener) {
  const state = { answer, calls: 0 };
  const server = createServer((asked, response) => {
    state.calls += 1;
    state.answer(asked, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close });
}

/** Answers with this as JSON. */
export function json(value: unknown, status = 200): RequestListener {
  return (_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
