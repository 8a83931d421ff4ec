import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { type LogEvent, nameOf, type Violation } from './facts.ts';

/** The log as it was exported, read and checked. */
export interface ReadLog {
  readonly events: readonly LogEvent[];
  readonly violations: readonly Violation[];
  readonly chains: number;
  /** Entries that a right signature behind them vouches for. */
  readonly signedFor: number;
  readonly signatures: number;
}

interface Checkpoint {
  readonly chain?: number;
  readonly seq: number;
  readonly hash: string;
  readonly at: number;
  readonly signature: string;
}

/** One chain as far as it has been read. */
interface Chain {
  readonly number: number;
  /** The hash of each entry. */
  readonly links: string[];
  /** What the next entry is linked to. */
  last: string;
  signedFor: number;
}

/** What one chain says of another: that it went as far as this entry. */
interface Claim {
  readonly by: LogEvent;
  readonly chain: number;
  readonly seq: number;
  readonly link: string;
}

/**
 * Reads the lines of `portvakt events export`: numbers without gaps, each hash over the one before and the entry, each signature by a published key.
 *
 * `keys`: what `portvakt keys list` prints. Written from the documents of the audit log, without any code of the server.
 */
export async function readLog(lines: AsyncIterable<string>, keys: string): Promise<ReadLog> {
  const known = parseKeys(keys);
  const events: LogEvent[] = [];
  const faults: string[] = [];
  const chains = new Map<number, Chain>();
  const claims: Claim[] = [];
  let signatures = 0;
  for await (const line of lines) {
    const entry = readEntry(line);
    if (entry === undefined) {
      faults.push(...faultsOfSignature(line, chains, known));
      signatures += 1;
      continue;
    }
    const chain = chainOf(entry.event.chain, chains);
    faults.push(...faultsOfEntry(entry, chain));
    chain.last = entry.linked;
    chain.links.push(entry.linked);
    events.push(entry.event);
    claims.push(...claimsIn(entry.event));
  }
  const all = [...chains.values()];
  faults.push(
    ...all.filter(({ signedFor }) => signedFor === 0).map(({ number }) => `no signature vouches for chain ${number}`),
  );
  faults.push(
    ...claims
      .filter(({ chain, seq, link }) => chains.get(chain)?.links[seq - 1] !== link)
      .map(({ by, chain, seq }) => `${nameOf(by)} says that chain ${chain} had an entry ${seq} that is not there`),
  );
  return {
    events,
    violations: faults.map((what) => ({ rule: 'chain', what, requests: [] })),
    chains: all.length,
    signedFor: all.reduce((sum, { signedFor }) => sum + signedFor, 0),
    signatures,
  };
}

function chainOf(number: number, chains: Map<number, Chain>): Chain {
  const known = chains.get(number);
  if (known !== undefined) return known;
  // The first is chained to nothing; every other to its own number, so that no entry fits into another chain.
  const last = number === 1 ? '0'.repeat(64) : hash('sha256', `portvakt-chain\n${number}`, 'hex');
  const chain = { number, links: [], last, signedFor: 0 };
  chains.set(number, chain);
  return chain;
}

/** docs/events.md, `log.chains`. */
function claimsIn(by: LogEvent): readonly Claim[] {
  if (by.event !== 'log.chains') return [];
  return (by.subject ?? '').split(' ').map((text) => {
    const [chain, seq, link = ''] = text.split(':');
    return { by, chain: Number(chain), seq: Number(seq), link };
  });
}

interface Entry {
  readonly event: LogEvent;
  /** The text that was hashed. */
  readonly body: string;
  readonly linked: string;
}

function readEntry(line: string): Entry | undefined {
  const [, start, linked] = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
  if (start === undefined || linked === undefined) return undefined;
  const body = `${start}}`;
  return { event: toEvent(body), body, linked };
}

function faultsOfEntry({ event, body, linked }: Entry, { last, links }: Chain): readonly string[] {
  const expected = links.length + 1;
  const isNext = event.seq === expected;
  const follows = hash('sha256', `${last}\n${body}`, 'hex') === linked;
  return [
    ...(isNext ? [] : [`${nameOf({ ...event, seq: expected })} is missing; the next one is ${event.seq}`]),
    ...(follows ? [] : [`${nameOf(event)} does not follow from the one before`]),
  ];
}

/** What is wrong with a line that is no entry: it should be a checkpoint, and stand behind the entry that it signs. */
function faultsOfSignature(
  line: string,
  chains: Map<number, Chain>,
  known: ReadonlyMap<string, KeyObject>,
): readonly string[] {
  const checkpoint = readCheckpoint(line);
  if (checkpoint === undefined) return ['a line is neither an entry nor a checkpoint'];
  const chain = chainOf(checkpoint.chain ?? 1, chains);
  const { seq, hash: signedHash, at, signature } = checkpoint;
  const [id = '', text = ''] = signature.split('.');
  const key = known.get(id);
  const name = `the checkpoint of entry ${seq} of chain ${chain.number}`;
  if (key === undefined) return [`${name} is signed by a key that nobody knows`];
  const signed = Buffer.from(`portvakt-checkpoint\n${seq}\n${signedHash}\n${at}`);
  if (!verify(null, signed, key, Buffer.from(text, 'base64url'))) return [`the signature of ${name} is wrong`];
  if (seq !== chain.links.length || signedHash !== chain.last) return [`${name} is not of the entry before it`];
  chain.signedFor = seq;
  return [];
}

function readCheckpoint(line: string): Checkpoint | undefined {
  try {
    return (JSON.parse(line) as { readonly checkpoint?: Checkpoint }).checkpoint;
  } catch {
    return undefined;
  }
}

function toEvent(body: string): LogEvent {
  const {
    chain = 1,
    seq,
    at,
    event,
    trace,
    realm,
    user,
    subject,
    reason,
  } = JSON.parse(body) as Omit<LogEvent, 'chain'> & { readonly chain?: number };
  // Only what is looked at: there may be millions.
  return {
    chain,
    seq,
    at,
    event,
    trace,
    ...(realm !== undefined && { realm }),
    ...(user !== undefined && { user }),
    ...(subject !== undefined && { subject }),
    ...(reason !== undefined && { reason }),
  };
}

/** Ed25519 keys, `<id>:<base64url of 32 bytes>`, one in a line; what follows in the line is a remark. */
function parseKeys(text: string): ReadonlyMap<string, KeyObject> {
  const items = text.split('\n').map((line) => line.trim().split(/\s/)[0] ?? '');
  return new Map(
    items.filter(Boolean).map((item) => {
      const [id = '', x = ''] = item.split(':');
      return [id, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })];
    }),
  );
}
