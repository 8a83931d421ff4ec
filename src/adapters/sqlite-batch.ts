import type { AuditEvent } from '../core/event.ts';
import { Problem } from '../core/problem.ts';
import type { Change, Key, Outcome } from '../core/store.ts';
import type { AuditLog } from './audit-log.ts';
import { isSqliteError, type RecordRow, type SqliteFile } from './sqlite-file.ts';

/** Changes that belong together, and whom to tell. Most are alone. */
export interface PendingChanges {
  readonly changes: readonly Change[];
  /** Takes the result of each change. */
  resolve(results: readonly unknown[]): void;
  reject(error: unknown): void;
}

/** What a batch is run with. */
export interface BatchPorts {
  readonly file: SqliteFile;
  readonly log: AuditLog;
  /** Told after the commit of each record that was written, with its text; undefined when it was deleted. */
  changed(key: Key<unknown>, text: string | undefined): void;
}

/** What a batch has made so far. */
interface Batch {
  readonly file: SqliteFile;
  readonly at: number;
  readonly drafts: Map<string, Draft>;
  readonly events: AuditEvent[];
}

/** The value of a row; undefined when there is none or it has expired. */
export function live(row: RecordRow | undefined, at: number): unknown {
  if (row === undefined || (row.expires_at !== null && row.expires_at <= at)) return undefined;
  return JSON.parse(row.value);
}

/** A record as the batch sees it: as in the file, or as an earlier change of the same batch made it. */
interface Draft {
  readonly key: Key<unknown>;
  value: unknown;
  /** The value as it will be written. */
  text: string | undefined;
  expiresAt: number | null;
  changed: boolean;
}

/**
 * Runs a batch in the transaction that has begun, ends it, and only then tells the callers, and `changed` of each record it has written.
 *
 * @throws what SQLite complains of; nothing is written then, and nobody has been told
 */
export function commitBatch({ file, log, changed }: BatchPorts, pending: readonly PendingChanges[], at: number): void {
  const batch: Batch = { file, at, drafts: new Map(), events: [] };
  try {
    const tellers = pending.map((together) => run(batch, together));
    for (const draft of batch.drafts.values()) if (draft.changed) writeRecord(file, draft);
    if (batch.events.length > 0) writeLog(file, log, batch.events, at);
    file.commit();
    for (const tell of tellers) tell();
    for (const draft of batch.drafts.values()) if (draft.changed) changed(draft.key, draft.text);
  } catch (cause) {
    file.rollback();
    throw cause;
  }
}

function run(batch: Batch, { changes, resolve, reject }: PendingChanges): () => void {
  const alone = changes.length === 1;
  const before = alone ? undefined : mark(batch);
  try {
    const results = changes.map((change) => runOne(batch, change));
    return () => resolve(results);
  } catch (error) {
    if (isSqliteError(error)) throw error;
    // One that is alone throws before it has changed anything.
    before?.();
    return () => reject(error);
  }
}

function runOne(batch: Batch, { key, transition }: Change): unknown {
  const draft = draftOf(batch, key);
  const outcome = transition(draft.value, batch.at);
  applyTo(batch, draft, outcome);
  if (outcome.events !== undefined) batch.events.push(...outcome.events);
  return outcome.result;
}

/** Remembers how the batch stands; the function returned goes back to that. */
function mark({ file, drafts, events }: Batch): () => void {
  const stood = [...drafts].map(([name, draft]) => [name, { ...draft }] as const);
  const { length } = events;
  file.mark();
  return () => {
    file.undo();
    events.length = length;
    drafts.clear();
    for (const [name, draft] of stood) drafts.set(name, draft);
  };
}

function draftOf({ file, drafts, at }: Batch, key: Key<unknown>): Draft {
  const name = `${key.kind.name}\n${key.id}`;
  const known = drafts.get(name);
  if (known !== undefined) return known;
  const row = file.read(key.kind.name, key.id);
  const value = live(row, at);
  // Now, not at the end: while the expired row is there, claims that this batch takes for its successor would count as free.
  if (row !== undefined && value === undefined) drop(file, key);
  const draft = { key, value, text: row?.value, expiresAt: row?.expires_at ?? null, changed: false };
  drafts.set(name, draft);
  return draft;
}

function applyTo({ file, at }: Batch, draft: Draft, outcome: Outcome<unknown, unknown>): void {
  const { next, claims, expiresAt = null } = outcome;
  if (next === undefined) {
    if (draft.value !== undefined) takeClaims(file, draft.key, claims, at);
    return;
  }
  const value = next === null || (expiresAt !== null && expiresAt <= at) ? undefined : next;
  // Before the claims: a value that is no JSON fails here, and must leave nothing behind.
  const text = JSON.stringify(value);
  takeClaims(file, draft.key, value === undefined ? [] : claims, at);
  Object.assign(draft, { value, text, expiresAt, changed: true });
}

function takeClaims(
  file: SqliteFile,
  { kind, id }: Key<unknown>,
  wanted: Outcome<unknown, unknown>['claims'],
  at: number,
) {
  if (wanted === undefined) return;
  for (const claim of wanted) {
    const holder = file.holder(kind.name, claim, at);
    if (holder !== undefined && holder !== id)
      throw new Problem('claim-taken', `a ${kind.name} with this identifier exists already`);
  }
  file.unclaim(kind.name, id);
  for (const claim of wanted) file.claim(kind.name, claim, id);
}

function drop(file: SqliteFile, { kind, id }: Key<unknown>): void {
  file.unclaim(kind.name, id);
  file.remove(kind.name, id);
}

function writeRecord(file: SqliteFile, { key, text, expiresAt }: Draft): void {
  if (text === undefined) file.remove(key.kind.name, key.id);
  else file.write(key.kind.name, key.id, text, expiresAt);
}

/** Adds events to the log, and a checkpoint when one is due. */
export function writeLog(
  file: SqliteFile,
  log: AuditLog,
  events: readonly AuditEvent[],
  at: number,
  force = false,
): void {
  const before = file.head();
  // Whoever changed the end of the log wants us to seal what he made of it.
  if (before === undefined ? !file.isLogEmpty() : !log.trusts(before)) {
    throw new Problem('store-unavailable', 'the audit log was changed by others: portvakt events verify tells where');
  }
  const entries = log.extend(before, events, at);
  for (const entry of entries) file.addEvent(entry);
  const last = entries.at(-1);
  const head = last === undefined ? before : log.seal(last);
  if (head === undefined) return;
  if (last !== undefined) file.setHead(head);
  const due = log.checkpoint(head, file.lastCheckpoint(), at, force);
  if (due !== undefined) file.addCheckpoint(due);
}
