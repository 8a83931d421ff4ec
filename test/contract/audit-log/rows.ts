import { createHash } from 'node:crypto';
import { createLogCheck, type LogFinding, publicKeysOf } from '../../../src/adapters/audit-log.ts';
import type { KeyRing } from '../../../src/adapters/key-ring.ts';
import type { Checkpoint, LogEntry, LogHead, Store } from '../../../src/core/store.ts';

/** Everything of a log, as whoever can write to the database has it before them. */
export interface Rows {
  readonly entries: readonly LogEntry[];
  readonly checkpoints: readonly Checkpoint[];
  readonly head: LogHead | undefined;
}

/** Reads all rows of a log. */
export async function rowsOf(store: Store): Promise<Rows> {
  const all = 1_000_000;
  return {
    entries: await store.events(0, all),
    checkpoints: await store.checkpoints(0, all),
    head: await store.head(),
  };
}

interface Checking {
  /** Whose public keys are known. */
  readonly signers: KeyRing;
  /** Absent: the check knows the public keys only. */
  readonly ring?: KeyRing;
  /** Checkpoints that were kept elsewhere. */
  readonly outside?: readonly Checkpoint[];
  /** How many entries are handed over at a time, after their checkpoints. */
  readonly piece?: number;
}

/** What the check finds in the rows. */
export function findingIn(rows: Rows, { signers, ring, outside = [], piece = 100 }: Checking): LogFinding {
  const check = createLogCheck(publicKeysOf(signers), ring);
  for (const row of inPieces(rows.entries, [...outside, ...rows.checkpoints], piece)) {
    const finding = 'body' in row ? check.entry(row) : check.checkpoint(row);
    if (finding !== undefined) return finding;
  }
  return check.end(ring === undefined ? 'exported' : rows.head);
}

function* inPieces(entries: readonly LogEntry[], checkpoints: readonly Checkpoint[], piece: number) {
  const signed = checkpoints.toSorted((a, b) => a.seq - b.seq);
  for (let from = 0; from < entries.length; from += piece) {
    const some = entries.slice(from, from + piece);
    const upTo = some.at(-1)?.seq ?? 0;
    while (signed[0] !== undefined && signed[0].seq <= upTo) yield* signed.splice(0, 1);
    yield* some;
  }
  yield* signed;
}

/** The chain as anybody can compute it: hashes anew from an index on, and numbers too unless `numbered` is false. */
export function chained(entries: readonly LogEntry[], from: number, numbered = true): LogEntry[] {
  let previous = entries[from - 1]?.hash ?? '0'.repeat(64);
  return entries.map((entry, index) => {
    if (index < from) return entry;
    const seq = index + 1;
    const body = numbered ? JSON.stringify({ ...(JSON.parse(entry.body) as object), seq }) : entry.body;
    previous = createHash('sha256').update(`${previous}\n${body}`).digest('hex');
    return { seq, body, hash: previous };
  });
}
