import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { loadPortvaktConfig, openPortvakt, type Portvakt, startPortvakt } from '../../src/compose.ts';
import type { Clock } from '../../src/core/ports.ts';
import { apiCheck } from './api-check.ts';
import { keepEvents, keptLog, neverWrite } from './output.ts';

/** A clock that stands still until a test lets time pass. */
export interface FixedClock extends Clock {
  set(instant: number): void;
}

/** An answer as a caller sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when there is none. */
  readonly body: Record<string, unknown> | undefined;
}

interface AskOptions {
  readonly tenant?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

/** A server of its own for one test, over real sockets, with a clock that the test holds. */
export interface TestServer {
  readonly url: string;
  readonly managementUrl: string | undefined;
  readonly clock: FixedClock;
  readonly portvakt: Portvakt;
  /** Asks for an operation as tenant `t1`, unless told otherwise. Every answer is checked against the OpenAPI document. */
  put(operation: string, body: unknown, options?: AskOptions): Promise<Answer>;
  /** Lets so many seconds pass. */
  pass(seconds: number): void;
  /** The audit log so far. */
  events(): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** 2026-11-22 12:00:10 UTC: ten seconds into a step of thirty. */
export const noon = Date.UTC(2026, 10, 22, 12, 0, 10);

/** Basic credentials of the demo's tenant `ot`. */
export const portal = { authorization: `Basic ${Buffer.from('portal:demo-secret').toString('base64')}` };

interface ServerOptions {
  readonly at?: number;
  readonly data?: string;
  /** Gets each line of its technical log. */
  onLog?(line: string): void;
  /** Takes what ends the server; the end of the test, unless told otherwise. */
  until?(end: () => Promise<void>): void;
}

/** A server that the tests of a `describe` share, for those that leave nothing behind; it ends with the last of them. */
export function sharedServer(config: object): () => TestServer {
  let server: TestServer | undefined;
  beforeAll(async () => {
    let end = async () => {};
    const until = (given: typeof end) => {
      end = given;
    };
    server = await startTestServer(config, { until });
    return end;
  });
  return () => {
    if (server === undefined) throw new Error('the server is there once the tests run');
    return server;
  };
}

/** Starts a server with the given configuration (see {@link simpleConfig}); it ends with the test. */
export async function startTestServer(
  config: object,
  { until = onTestFinished, ...options }: ServerOptions = {},
): Promise<TestServer> {
  let now = options.at ?? noon;
  const set = (instant: number) => {
    now = instant;
  };
  const clock = { now: () => now, set };
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-test-'));
  const file = join(folder, 'portvakt.yaml');
  writeFileSync(file, stringify(config));
  const loaded = loadPortvaktConfig(file, { port: 0, data: options.data ?? join(folder, 'data') });
  const { log, keep } = keptLog(options.onLog);
  neverWrite(config);
  const portvakt = await openPortvakt(loaded, { clock, log });
  const server = await startPortvakt(portvakt);
  // Over HTTPS a test brings its own client, with its own authority.
  const check = server.url.startsWith('https:') ? () => {} : await apiCheck(server.url);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= server.stop();
    return stopped;
  };
  until(async () => {
    await stop().finally(keep);
    neverWrite(portvakt.messages.outbox());
    keepEvents(loaded.config.data);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    url: server.url,
    managementUrl: server.managementUrl,
    clock,
    portvakt,
    stop,
    pass: (seconds) => set(now + seconds * 1000),
    async put(operation, body, { tenant = 't1', headers = {}, method = 'PUT' } = {}) {
      neverWrite([body, headers]);
      const response = await fetch(`${server.url}/api/authentication/${operation}`, {
        method,
        headers: { 'content-type': 'application/json', tenant, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = {
        status: response.status,
        headers: response.headers,
        text,
        body: text === '' ? undefined : JSON.parse(text),
      };
      neverWrite(answer.body);
      if (method === 'PUT') check(operation, answer);
      return answer;
    },
    async events() {
      const entries = await portvakt.ports.store.events(0, 100_000);
      return entries.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    },
  };
}

/** The seed of RFC 4226 appendix D and RFC 6238 appendix B, Base32. */
export const rfcSeed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** A small configuration: tenant `t1` open on loopback, tenant `ot` by basic; people with the tokens given. */
export function simpleConfig(
  people: object = { wgretzky: personWith({ type: 'totp', id: 'totp-1' }) },
  more: object = {},
): object {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    log: { level: 'silent' },
    drainSeconds: 0,
    realms: { default: { directories: [{ type: 'built-in', people }] } },
    tenants: {
      t1: { operations: ['otp_token_auth'], callers: [{ open: true }] },
      ot: {
        operations: ['otp_token_auth', 'token_enroll', 'token_delete'],
        callers: [{ basic: { username: 'portal', password: 'demo-secret' } }],
      },
    },
    ...more,
  };
}

/** A person with these tokens; each has the seed of the RFCs unless it says otherwise. */
export function personWith(...tokens: readonly object[]): object {
  return {
    attributes: { displayName: 'Wayne Gretzky', mail: 'wayne@example.org' },
    tokens: tokens.map((token) => ({ secret: rfcSeed, ...token })),
  };
}
