import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import type { LogEvent, Violation } from './facts.ts';

/** The log as it was exported, read and checked. */
export interface ReadLog {
  readonly events: readonly LogEvent[];
  readonly violations: readonly Violation[];
  /** The last entry that a right signature vouches for. */
  readonly signedUpTo: number;
  readonly signatures: number;
}

interface Checkpoint {
  readonly seq: number;
  readonly hash: string;
  readonly at: number;
  readonly signature: string;
}

/**
 * Reads the lines of `portvakt events export`: numbers without gaps, each hash over the one before and the entry, each signature by a published key.
 *
 * `keys`: what `portvakt keys list` prints. Written from docs/operating.md and docs/events.md, without any code of the server.
 */
export async function readLog(lines: AsyncIterable<string>, keys: string): Promise<ReadLog> {
  const known = parseKeys(keys);
  const events: LogEvent[] = [];
  const faults: string[] = [];
  let last = '0'.repeat(64);
  let signedUpTo = 0;
  let signatures = 0;
  for await (const line of lines) {
    const entry = readEntry(line);
    if (entry === undefined) {
      const fault = faultOf(line, { seq: events.length, last, known });
      if (fault === undefined) signedUpTo = events.length;
      else faults.push(fault);
      signatures += 1;
      continue;
    }
    const { event, body, linked } = entry;
    faults.push(...faultsIn(event, events.length + 1, hash('sha256', `${last}\n${body}`, 'hex') === linked));
    last = linked;
    events.push(event);
  }
  if (events.length > 0 && signedUpTo === 0) faults.push('no signature vouches for any of the log');
  return { events, violations: faults.map((what) => ({ rule: 'chain', what, requests: [] })), signedUpTo, signatures };
}

/** An entry with the text that was hashed, and the hash. */
function readEntry(line: string) {
  const [, start, linked] = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
  if (start === undefined || linked === undefined) return undefined;
  const body = `${start}}`;
  return { event: toEvent(body), body, linked };
}

function faultsIn({ seq }: LogEvent, expected: number, follows: boolean): readonly string[] {
  return [
    ...(seq === expected ? [] : [`entry ${expected} is missing; the next one is ${seq}`]),
    ...(follows ? [] : [`entry ${seq} does not follow from the one before`]),
  ];
}

/** What is wrong with a checkpoint that stands behind this entry. */
function faultOf(
  line: string,
  { seq, last, known }: { readonly seq: number; readonly last: string; readonly known: ReadonlyMap<string, KeyObject> },
): string | undefined {
  const checkpoint = readCheckpoint(line);
  if (checkpoint === undefined) return `what stands behind entry ${seq} is neither an entry nor a checkpoint`;
  const [id = '', text = ''] = checkpoint.signature.split('.');
  const key = known.get(id);
  if (key === undefined) return `the checkpoint of entry ${checkpoint.seq} is signed by a key that nobody knows`;
  const signed = Buffer.from(`portvakt-checkpoint\n${checkpoint.seq}\n${checkpoint.hash}\n${checkpoint.at}`);
  if (!verify(null, signed, key, Buffer.from(text, 'base64url'))) {
    return `the signature of the checkpoint of entry ${checkpoint.seq} is wrong`;
  }
  if (checkpoint.seq === seq && checkpoint.hash === last) return undefined;
  return `entry ${seq} is not the one that was signed as ${checkpoint.seq}`;
}

function readCheckpoint(line: string): Checkpoint | undefined {
  try {
    return (JSON.parse(line) as { readonly checkpoint?: Checkpoint }).checkpoint;
  } catch {
    return undefined;
  }
}

function toEvent(body: string): LogEvent {
  const { seq, at, event, trace, realm, user, subject, reason } = JSON.parse(body) as LogEvent;
  // Only what is looked at: there may be millions.
  return {
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
