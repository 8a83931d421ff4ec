import type { Contestant } from '../contest.ts';
import type { Bench } from '../plan.ts';

/** Another product that checks codes, set up and started. */
export interface Peer {
  readonly contestant: Contestant;
  /** How it makes durable what it answers, and what one check is. */
  readonly words: string;
  /** Ways of sending one right code many times at once. */
  readonly races: readonly PeerRace[];
  end(): Promise<void>;
}

/** Makes that many requests that all hold the same right code, a new one each time. */
export interface PeerRace {
  readonly how: string;
  requests(count: number): Promise<readonly Buffer[]>;
}

/** How to set up a peer. */
export interface PeerSetUp {
  readonly name: string;
  /** @throws Error in words that say what is missing */
  open(bench: Bench): Promise<Peer>;
}

/** A request with a JSON body as bytes. */
export function postRequest(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Buffer {
  const text = JSON.stringify(body);
  const all = {
    host: 'localhost',
    accept: '*/*',
    'user-agent': 'bench',
    'content-type': 'application/json',
    ...headers,
    'content-length': String(Buffer.byteLength(text)),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`);
}
