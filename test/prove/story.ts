import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { check } from '../../prove/checker/check.ts';
import { codeAt } from '../../prove/codes.ts';
import type { HistoryLine, RequestLine, RunLine, TokenLine } from '../../prove/history.ts';

/** What one request of a story was, beside what it was for. */
export interface Telling {
  readonly body?: Readonly<Record<string, unknown>>;
  /** Events that it left, as `name` or `name reason`. */
  readonly log?: readonly string[];
  /** Seconds; after everything before when not given. */
  readonly begin?: number;
  readonly end?: number;
  readonly tenant?: string;
  /** The server's clock, in seconds from the beginning of the story; the true time when not given. */
  readonly clock?: number;
  /** The chain of the log that has its events; 1 when not given. */
  readonly chain?: number;
}

/** A run that never was: its history and its log, made by hand. */
export interface Story {
  ask(operation: string, input: Readonly<Record<string, string>>, status: number, telling?: Telling): RequestLine;
  /** An event that no request left. */
  log(event: object): void;
  /** Rules that the checker finds broken; `tamper` changes the exported log first. */
  broken(tamper?: (lines: string[]) => readonly string[]): Promise<readonly string[]>;
}

const secret = '3132333435363738393031323334353637383930';
const beginning = Date.UTC(2026, 10, 22, 12);

const run: RunLine = {
  kind: 'run',
  at: new Date(beginning).toISOString(),
  arrangement: 'by hand',
  seed: 1,
  policies: {
    open: { limit: 1000, windowSeconds: 1, lockSeconds: 1, maxLockSeconds: 1, hard: false },
    guessed: { limit: 3, windowSeconds: 60, lockSeconds: 10, maxLockSeconds: 20, hard: false },
    strict: { limit: 3, windowSeconds: 600, lockSeconds: 10, maxLockSeconds: 20, hard: true },
  },
  lookAhead: 20,
  driftSteps: 1,
  knownMs: 120_000,
};

const tokenOf = (realm: string, user: string, type: 'hotp' | 'totp'): TokenLine => ({
  kind: 'token',
  realm,
  user,
  id: `token-of-${user}`,
  type,
  secret,
  digits: 8,
  periodSeconds: 30,
});

/** The code of everybody's token at a counter or step. */
export function code(counter: number): string {
  return codeAt(Buffer.from(secret, 'hex'), counter, 8);
}

/** The time step in which a story begins. */
export const firstStep = beginning / 30_000;

/** Begins a story about `ann` (a token by counter, in every realm) and `tom` (one by time). */
export function story(): Story {
  const lines: HistoryLine[] = [run];
  for (const realm of Object.keys(run.policies)) lines.push(tokenOf(realm, 'ann', 'hotp'));
  lines.push(tokenOf('open', 'tom', 'totp'));
  const events: object[] = [];
  let now = 0;
  let traces = 0;

  function ask(operation: string, input: RequestLine['input'], status: number, telling: Telling = {}): RequestLine {
    const { body, log = [], begin = now + 1, end = begin + 1, tenant = 'open', clock = end, chain = 1 } = telling;
    now = Math.max(now, end);
    traces += 1;
    const trace = String(traces).padStart(32, '0');
    for (const text of log) {
      const [event = '', reason] = text.split(' ');
      const user = input['username'];
      const at = beginning + clock * 1000;
      const who = { trace, realm: tenant, ...(user && { user }), ...(reason && { reason }) };
      events.push({ ...(chain > 1 && { chain }), at, event, ...who });
    }
    const request: RequestLine = {
      kind: 'request',
      trace,
      node: 'node-1',
      begin: begin * 1e6,
      end: end * 1e6,
      tenant,
      operation,
      input,
      status,
      ...(body && { body }),
    };
    lines.push(request);
    return request;
  }

  return {
    ask,
    log: (event) => void events.push({ at: beginning, ...event }),
    async broken(tamper = (same) => same) {
      const { log, keys } = toLog(events);
      const { violations } = await check(each(lines), each(tamper(log)), keys);
      return [...new Set(violations.map(({ rule }) => rule))];
    },
  };
}

/** The events as an exported log, with a signature at the end of each chain, and the public key that checks it. */
function toLog(events: readonly { readonly chain?: number }[]): { readonly log: string[]; readonly keys: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const ends = new Map<number, { seq: number; hash: string }>();
  const log = events.map((event) => {
    const { chain = 1 } = event;
    const { seq, hash: last } = ends.get(chain) ?? { seq: 0, hash: firstLink(chain) };
    const body = JSON.stringify({ seq: seq + 1, ...event });
    const link = hash('sha256', `${last}\n${body}`, 'hex');
    ends.set(chain, { seq: seq + 1, hash: link });
    return `${body.slice(0, -1)},"hash":"${link}"}`;
  });
  for (const [chain, { seq, hash: last }] of ends) {
    const text = `portvakt-checkpoint\n${seq}\n${last}\n5`;
    const signature = `key-1.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
    log.push(JSON.stringify({ checkpoint: { ...(chain > 1 && { chain }), seq, hash: last, at: 5, signature } }));
  }
  return { log, keys: `key-1:${publicKey.export({ format: 'jwk' }).x}  seals and signs\n` };
}

function firstLink(chain: number): string {
  return chain === 1 ? '0'.repeat(64) : hash('sha256', `portvakt-chain\n${chain}`, 'hex');
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
