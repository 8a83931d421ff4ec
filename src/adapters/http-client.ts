import { Agent } from 'undici';
import { type Bulkhead, createBulkhead } from '../core/bulkhead.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../core/http.ts';
import { Problem } from '../core/problem.ts';
import { RecentlyUsed } from '../core/recently-used.ts';
import { type Breaker, createBreaker } from './breaker.ts';

/** Limits per origin (scheme, host and port). The defaults are our choice. */
export interface HttpClientOptions {
  /** TCP and TLS together; 2000. */
  readonly connectTimeoutMs: number;
  /** Calls in flight; 16. */
  readonly atOnce: number;
  /** Calls that wait for one of those to end; 64. */
  readonly waiting: number;
  /** Failures in a row after which the origin is left alone; 5. */
  readonly failures: number;
  /** How long; then one call tries; 10,000. */
  readonly openMs: number;
  /** Who we are to the services, and whom we believe; nobody in particular, and those Node.js trusts. */
  readonly tls?: TlsMaterial;
}

/** What a TLS connection is made with. TLS 1.2 at least, and the service’s name is always checked. */
export interface TlsMaterial {
  /** Our certificate with its chain and its private key, PEM. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Both as PKCS#12. */
  readonly pfx?: Buffer;
  readonly passphrase?: string;
  /** The only authorities that are believed, PEM. */
  readonly ca?: readonly (string | Buffer)[];
}

const defaults: HttpClientOptions = { connectTimeoutMs: 2000, atOnce: 16, waiting: 64, failures: 5, openMs: 10_000 };

/** Answers by which a gateway says that the service behind it is away (RFC 9110 §15.6.3–15.6.5): they open the breaker too. */
const serviceAway: ReadonlySet<number> = new Set([502, 503, 504]);

/** Origins whose failures are remembered; settings name few, but those of push subscriptions come from browsers. */
const originsKept = 1000;

interface Origin {
  readonly bulkhead: Bulkhead;
  readonly breaker: Breaker;
}

/** The HTTP client over undici: HTTP/1.1, no redirects, no retries. `close` lets calls in flight end. */
export function createHttpClient(
  options: Partial<HttpClientOptions> = {},
): HttpClient & { readonly close: () => Promise<void> } {
  const limits = { ...defaults, ...options };
  const agent = new Agent({
    connect: { timeout: limits.connectTimeoutMs, ...toConnection(limits.tls) },
    connections: limits.atOnce,
    allowH2: false,
    // The total deadline is watched here; undici's own would only blur which of them ended a call.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const origins = new RecentlyUsed<string, Origin>(originsKept);

  function originOf(name: string): Origin {
    const known = origins.get(name);
    if (known !== undefined) return known;
    const origin = {
      bulkhead: createBulkhead(limits),
      breaker: createBreaker({ ...limits, now: () => performance.now() }),
    };
    origins.set(name, origin);
    return origin;
  }

  return {
    async request({ timeoutMs = 5000, ...request }) {
      const url = new URL(request.url);
      const { bulkhead, breaker } = originOf(url.origin);
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        return await bulkhead.run(() => guarded(breaker, () => exchange(agent, url, request, signal)), signal);
      } catch (cause) {
        throw new Problem('unavailable', `${url.origin} ${reasonOf(cause)}`, { cause });
      }
    },
    close: () => agent.close(),
  };
}

function toConnection({ ca, ...own }: TlsMaterial = {}) {
  return { ...own, ...(ca && { ca: [...ca] }), minVersion: 'TLSv1.2' as const, rejectUnauthorized: true };
}

async function guarded(breaker: Breaker, call: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  if (!breaker.enter()) throw new Problem('unavailable', 'failed repeatedly and is left alone for a while');
  let healthy = false;
  try {
    const answer = await call();
    healthy = !serviceAway.has(answer.status);
    return answer;
  } finally {
    breaker.leave(healthy);
  }
}

async function exchange(
  agent: Agent,
  url: URL,
  { method, headers = {}, body: sent, maxBytes = 1_000_000 }: Omit<HttpRequest, 'url' | 'timeoutMs'>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const answer = await agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers },
    body: sent ?? null,
    signal,
  });
  return { status: answer.statusCode, headers: answer.headers, body: await readText(answer.body, maxBytes) };
}

async function readText(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early destroys the stream, and the connection with it.
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new Problem('unavailable', `answered more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Problem) return cause.detail;
  if (!(cause instanceof Error)) return 'failed';
  if (cause.name === 'TimeoutError') return 'did not answer in time';
  return `failed: ${'code' in cause ? String(cause.code) : cause.name}`;
}
