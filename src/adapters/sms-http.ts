import { type Bulkhead, createBulkhead } from '../core/bulkhead.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../core/http.ts';
import { Problem } from '../core/problem.ts';
import type { Gateway, ReceiptReader, RefusalReason, Sending, Sms } from './messages-gateway.ts';

/** What one provider's HTTP interface looks like. */
export interface HttpDialect {
  /** undefined when this gateway cannot carry the message. */
  toRequest(sms: Sms): HttpRequest | undefined;
  /** What a complete answer means. A success that cannot be read is `unknown`: the message may be on its way. */
  fromAnswer(answer: HttpAnswer): Sending;
  readonly receipts?: ReceiptReader;
}

/** What all gateways over HTTP share. */
export interface HttpGatewayOptions {
  readonly name: string;
  /** For everything together: waiting for a turn, connecting, the whole answer. */
  readonly timeoutMs: number;
  /** For connecting alone; the client is made with the same. */
  readonly connectTimeoutMs: number;
  /** Must not queue calls and have no breaker of its own, or a call that never began could not be told from one that did. */
  readonly http: HttpClient;
}

/** Calls to one gateway in flight, and such that wait; our choice. */
const turns = { atOnce: 16, waiting: 64 };

/** A gateway that is asked over HTTP. */
export function createHttpGateway(options: HttpGatewayOptions, dialect: HttpDialect): Gateway {
  const bulkhead = createBulkhead(turns);
  return {
    name: options.name,
    ...(dialect.receipts && { receipts: dialect.receipts }),
    async send(sms) {
      const request = dialect.toRequest(sms);
      if (request === undefined) return { outcome: 'refused', reason: 'content' };
      return inTurn(bulkhead, options, async (timeoutMs) => {
        try {
          return dialect.fromAnswer(await options.http.request({ ...request, headers: headersOf(request), timeoutMs }));
        } catch (error) {
          return fromFailure(error);
        }
      });
    },
  };
}

async function inTurn(
  bulkhead: Bulkhead,
  { timeoutMs, connectTimeoutMs }: HttpGatewayOptions,
  ask: (timeoutMs: number) => Promise<Sending>,
): Promise<Sending> {
  const deadline = performance.now() + timeoutMs;
  let begun = false;
  try {
    return await bulkhead.run(async () => {
      begun = true;
      const left = Math.ceil(deadline - performance.now());
      // With less time than connecting may take, running out of it would not tell whether anything was sent.
      return left > connectTimeoutMs || left > timeoutMs - 50 ? await ask(left) : busy;
    }, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    if (begun) throw error;
    return busy;
  }
}

const busy: Sending = { outcome: 'not-reached', code: 'too many are waiting' };

/** A connection for each message: one that the far side closes while idle could swallow a request, and nobody would know. */
function headersOf({ headers = {} }: HttpRequest): Readonly<Record<string, string>> {
  return { accept: '*/*', ...headers, connection: 'close' };
}

/** Failures that come before anything of the request is sent: looking up, connecting, checking the certificate. */
const beforeSending =
  /^(UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ERR_SSL_WRONG_VERSION_NUMBER|ERR_TLS_CERT_ALTNAME_INVALID|\w*CERT\w*|UNABLE_TO_\w+)$/;

function fromFailure(error: unknown): Sending {
  if (!(error instanceof Problem)) throw error;
  const code = codeOf(error.cause);
  return { outcome: code !== undefined && beforeSending.test(code) ? 'not-reached' : 'unknown', code };
}

function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

const reasonOfStatus: Readonly<Record<number, RefusalReason>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  407: 'auth',
  408: 'unavailable',
  429: 'throttled',
};

/**
 * What an answer means whose provider has no own words for it. Statuses: RFC 9110 §15.
 *
 * Of 504 we know only that somebody on the way waited in vain: the message may have arrived.
 */
export function refusalOf({ status }: HttpAnswer, code?: string): Sending {
  if (status === 504) return { outcome: 'unknown', code: '504' };
  const reason = reasonOfStatus[status] ?? (status >= 500 ? 'unavailable' : 'other');
  return { outcome: 'refused', reason, code: code ?? String(status) };
}

/** An accepted message; without an id there will be no receipt for it. */
export function accepted(...ids: readonly unknown[]): Sending {
  return { outcome: 'accepted', ids: ids.filter((id) => typeof id === 'string' && id !== '').map(String) };
}

/** The answer says yes, but not in the words it should. */
export const unreadable: Sending = { outcome: 'unknown', code: 'answer not understood' };

/** A provider's words, or numbers, and what we make of them; undefined for a word that is not in its documents. */
export function wordTable<Meaning>(words: Readonly<Record<string, Meaning>>): (word: unknown) => Meaning | undefined {
  const table = new Map(Object.entries(words));
  return (word) => (typeof word === 'string' || typeof word === 'number' ? table.get(String(word)) : undefined);
}

/** A JSON object; undefined when the text is none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A request whose body is a form, in UTF-8. */
export function postForm(
  url: string,
  fields: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>> = {},
): HttpRequest {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return {
    method: 'POST',
    url,
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(given).toString(),
  };
}

/** A request whose body is JSON. */
export function postJson(url: string, body: object, headers: Readonly<Record<string, string>> = {}): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

/** The header of HTTP Basic (RFC 7617). */
export function basicAuth(username: string, password: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
