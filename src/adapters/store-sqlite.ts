import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { AuditEvent } from '../core/event.ts';
import type { Clock } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import type { Key, Kind, Outcome, Page, Store, Transition } from '../core/store.ts';
import type { AuditLog } from './audit-log.ts';
import { isSqliteError, openSqliteFile, type RecordRow, type SqliteFile } from './sqlite-file.ts';

interface SqliteStoreOptions {
  /** The database file. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: AuditLog;
  /** How long a change waits for other processes' changes before it fails as unavailable. */
  readonly waitMs?: number;
}

/** Records swept in one transaction: it holds up everybody else for a few milliseconds. */
const sweepAtOnce = 1000;

interface Pending {
  readonly key: Key<unknown>;
  /** Absent: only read. */
  readonly transition: Transition<unknown, unknown> | undefined;
  /** By `performance.now()`, which no change of the computer's clock moves. */
  readonly deadline: number;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * The embedded store: one SQLite file, any number of processes on one machine.
 *
 * Everything asked for in one turn of the event loop is one transaction and one flush (group commit). Transitions of one record run one
 * after the other because the transaction is the only writer over all processes.
 */
export function openSqliteStore({ path, clock, log, waitMs = 5000 }: SqliteStoreOptions): Store {
  // In WAL mode readers wait only for a recovery of the file, which is short unless the process at it hangs: then better no answer.
  const reader = openSqliteFile(path, Math.min(waitMs, 100));
  // Does not wait inside SQLite, which would hold up the event loop: `turn` tries again.
  const writer = openSqliteFile(path, 0);
  const waiting: { reads: Pending[]; changes: Pending[] } = { reads: [], changes: [] };
  let scheduled = false;
  let closing: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;

  function mustBeOpen(): void {
    if (closing !== undefined) throw new Problem('store-unavailable', 'the store is closed');
  }

  function ask(
    queue: 'reads' | 'changes',
    { kind, id }: Key<unknown>,
    transition?: Transition<unknown, unknown>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      mustBeOpen();
      // SQLite keeps UTF-8, where all lone surrogates are one character: ids that mean one row must be one id.
      const key = { kind, id: id.toWellFormed() };
      waiting[queue].push({ key, transition, deadline: performance.now() + waitMs, resolve, reject });
      if (!scheduled) setImmediate(turn);
      scheduled = true;
    });
  }

  function turn(): void {
    scheduled = false;
    const { reads } = waiting;
    waiting.reads = [];
    if (reads.length > 0) answer(reader, reads, clock.now());
    if (waiting.changes.length > 0) commitOrWait();
    if (!scheduled) onIdle?.();
  }

  function commitOrWait(): void {
    const { changes } = waiting;
    waiting.changes = [];
    try {
      if (writer.beginWrite()) commit(writer, log, changes, clock.now());
      else waitForOthers(changes);
    } catch (cause) {
      rejectAll(changes, cause);
    }
  }

  function waitForOthers(changes: readonly Pending[]): void {
    const now = performance.now();
    const late = changes.filter(({ deadline }) => deadline <= now);
    rejectAll(late, 'another process holds the store');
    waiting.changes.push(...changes.filter(({ deadline }) => deadline > now));
    scheduled = true;
    setTimeout(turn, 1 + Math.random());
  }

  /** Work in a transaction of its own, as administration needs. */
  function alone<R>(file: SqliteFile, work: () => R): R {
    try {
      return work();
    } catch (cause) {
      file.rollback();
      throw new Problem('store-unavailable', 'the store did not answer', { cause });
    }
  }
  const reading = async <R>(query: () => R): Promise<R> => {
    mustBeOpen();
    return alone(reader, () => {
      reader.beginRead();
      const result = query();
      reader.commit();
      return result;
    });
  };
  const writing = <R>(work: () => R, onBusy: R): R =>
    alone(writer, () => {
      if (!writer.beginWrite()) return onBusy;
      const result = work();
      writer.commit();
      return result;
    });

  async function sweep(): Promise<number> {
    let total = 0;
    for (;;) {
      mustBeOpen();
      const swept = writing(() => writer.sweep(clock.now(), sweepAtOnce), 0);
      total += swept;
      if (swept < sweepAtOnce) return total;
      await turnOfOthers();
    }
  }

  async function shut(): Promise<void> {
    if (scheduled) await new Promise<void>((resolve) => (onIdle = resolve));
    try {
      writing(() => writeLog(writer, log, [], clock.now(), true), undefined);
    } finally {
      reader.close();
      writer.close();
    }
  }

  return {
    read: <T>(key: Key<T>) => ask('reads', key as Key<unknown>) as Promise<T | undefined>,
    change: <T, R>(key: Key<T>, transition: Transition<T, R>) =>
      ask('changes', key as Key<unknown>, transition as Transition<unknown, unknown>) as Promise<R>,
    list: <T>(kind: Kind<T>, { prefix = '', after = '', limit }: Page) =>
      reading(() => {
        const rows = reader.list(kind.name, after, prefix, clock.now(), limit + 1);
        const items = rows.slice(0, limit).map(({ id, value }) => ({ id, value: JSON.parse(value) as T }));
        return { items, more: rows.length > limit };
      }),
    holder: ({ name }, claim) => reading(() => reader.holder(name, claim, clock.now())),
    events: (after, limit) => reading(() => reader.events(after, limit)),
    checkpoints: (after, limit) => reading(() => reader.checkpoints(after, limit)),
    head: () => reading(() => reader.head()),
    sweep,
    close() {
      closing ??= shut();
      return closing;
    },
  };
}

function rejectAll(batch: readonly Pending[], cause: unknown): void {
  for (const { reject } of batch) reject(new Problem('store-unavailable', 'nothing was written', { cause }));
}

function answer(file: SqliteFile, batch: readonly Pending[], at: number): void {
  try {
    file.beginRead();
    const values = batch.map(({ key }) => live(file.read(key.kind.name, key.id), at));
    file.commit();
    batch.forEach(({ resolve }, index) => void resolve(values[index]));
  } catch (cause) {
    file.rollback();
    rejectAll(batch, cause);
  }
}

function live(row: RecordRow | undefined, at: number): unknown {
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

/** Runs a batch in the transaction that has begun, ends it, and only then tells the callers. */
function commit(file: SqliteFile, log: AuditLog, batch: readonly Pending[], at: number): void {
  const drafts = new Map<string, Draft>();
  const events: AuditEvent[] = [];
  const tellers: (() => void)[] = [];
  try {
    for (const { key, transition, resolve, reject } of batch) {
      try {
        const draft = draftOf(file, drafts, key, at);
        const outcome = transition?.(draft.value, at) ?? { result: undefined };
        applyTo(file, draft, outcome, at);
        if (outcome.events !== undefined) events.push(...outcome.events);
        tellers.push(() => resolve(outcome.result));
      } catch (error) {
        if (isSqliteError(error)) throw error;
        tellers.push(() => reject(error));
      }
    }
    for (const draft of drafts.values()) if (draft.changed) writeRecord(file, draft);
    if (events.length > 0) writeLog(file, log, events, at);
    file.commit();
  } catch (cause) {
    file.rollback();
    rejectAll(batch, cause);
    return;
  }
  for (const tell of tellers) tell();
}

function draftOf(file: SqliteFile, drafts: Map<string, Draft>, key: Key<unknown>, at: number): Draft {
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

function applyTo(file: SqliteFile, draft: Draft, outcome: Outcome<unknown, unknown>, at: number): void {
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

function writeLog(file: SqliteFile, log: AuditLog, events: readonly AuditEvent[], at: number, force = false): void {
  const before = file.head();
  const entries = log.extend(before, events, at);
  for (const entry of entries) file.addEvent(entry);
  const last = entries.at(-1);
  const head = last === undefined ? before : log.seal(last);
  if (head === undefined) return;
  if (last !== undefined) file.setHead(head);
  const due = log.checkpoint(head, file.lastCheckpoint(), at, force);
  if (due !== undefined) file.addCheckpoint(due);
}
