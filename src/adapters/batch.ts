import { Problem } from '../core/problem.ts';
import type { Change, Key, Outcome } from '../core/store.ts';
import { eventText } from './audit-log.ts';

/** A record as it lies in the database. */
export interface RecordRow {
  /** JSON text. */
  readonly value: string;
  readonly expiresAt: number | null;
}

/** A claim and its kind. */
export interface Claim {
  readonly kind: string;
  readonly name: string;
}

/** The record that holds a claim, and until when it counts as there. */
export interface Holder {
  readonly id: string;
  readonly expiresAt: number | null;
}

/** Changes that belong together, and whom to tell. Most are alone. */
export interface PendingChanges {
  readonly changes: readonly Change[];
  /** Takes the result of each change. */
  resolve(results: readonly unknown[]): void;
  reject(error: unknown): void;
}

/** What is known of the database when a batch is run. */
export interface Known {
  /** By {@link nameOfKey}; those that are absent are absent. */
  readonly rows: ReadonlyMap<string, RecordRow>;
  /** By {@link nameOfClaim}; `undefined` for one that nobody holds. */
  readonly holders: ReadonlyMap<string, Holder | undefined>;
  readonly at: number;
}

/** A record as the batch sees it: as in the database, or as an earlier change of the same batch made it. */
export interface Draft {
  readonly key: Key<unknown>;
  /** Whether there is a row for it in the database, expired or not. */
  readonly isStored: boolean;
  value: unknown;
  /** The value as it will be written; undefined when the record is deleted. */
  text: string | undefined;
  expiresAt: number | null;
  changed: boolean;
}

/** A claim that a record takes, and from which expired record it is taken. */
export interface TakenClaim extends Claim {
  readonly holder: string;
  readonly stale: string | undefined;
}

/** What a batch wants written, all of it at once, and whom to tell afterwards. */
export interface Writes {
  readonly records: readonly Draft[];
  /** Records that lose every claim they hold in the database, before those of `claimed` are made. */
  readonly unclaimed: readonly Key<unknown>[];
  readonly claimed: readonly TakenClaim[];
  /** Each as {@link eventText} writes it. */
  readonly events: readonly string[];
  tell(): void;
}

/** What a batch has made so far. */
interface Batch {
  readonly known: Known;
  readonly drafts: Map<string, Draft>;
  /** Who holds a claim by now, where the batch changed that. */
  readonly claims: Map<string, Claim & { readonly holder: string | undefined }>;
  readonly unclaimed: Map<string, Key<unknown>>;
  readonly events: string[];
  /** Claims whose holders must be known before anything can be said. */
  readonly missing: Map<string, Claim>;
}

/**
 * Runs the changes of a batch one after the other, on what is known of the database. Changes nothing but what it returns.
 *
 * Who holds a claim cannot be known before a transition has asked for it: then the claims are returned that must be looked up, and the batch
 * is to be run again.
 */
export function runBatch(
  pending: readonly PendingChanges[],
  known: Known,
): Writes | { readonly missing: readonly Claim[] } {
  const batch: Batch = {
    known,
    drafts: new Map(),
    claims: new Map(),
    unclaimed: new Map(),
    events: [],
    missing: new Map(),
  };
  const tellers = pending.map((together) => run(batch, together));
  if (batch.missing.size > 0) return { missing: [...batch.missing.values()] };
  return {
    records: [...batch.drafts.values()].filter(({ changed }) => changed),
    unclaimed: [...batch.unclaimed.values()],
    claimed: claimedIn(batch),
    events: batch.events,
    tell() {
      for (const tell of tellers) tell();
    },
  };
}

/** Names a record within one of the maps here. */
export function nameOfKey({ kind, id }: Key<unknown>): string {
  return `${kind.name}\n${id}`;
}

/** Databases keep UTF-8, which knows no lone surrogates: ids that mean one row must be one id. */
export function wellFormed<T>({ kind, id }: Key<T>): Key<T> {
  return { kind, id: id.toWellFormed() };
}

/** Names a claim within one of the maps here. */
export function nameOfClaim({ kind, name }: Claim): string {
  return `${kind}\n${name}`;
}

/** True while a row with this instant counts as there. */
export function isLive({ expiresAt }: { readonly expiresAt: number | null }, at: number): boolean {
  return expiresAt === null || expiresAt > at;
}

/** The value of a row; undefined when there is none or it has expired. */
export function liveValue(row: RecordRow | undefined, at: number): unknown {
  return row === undefined || !isLive(row, at) ? undefined : JSON.parse(row.value);
}

function run(batch: Batch, { changes, resolve, reject }: PendingChanges): () => void {
  // One that is alone throws before it has changed anything.
  const goBack = changes.length === 1 ? undefined : mark(batch);
  try {
    const results = changes.map((change) => runOne(batch, change));
    return () => resolve(results);
  } catch (error) {
    goBack?.();
    return () => reject(error);
  }
}

function runOne(batch: Batch, { key, transition }: Change): unknown {
  const draft = draftOf(batch, key);
  const outcome = transition(draft.value, batch.known.at);
  // Before anything is changed: an event that is no JSON fails here.
  const events = outcome.events?.map(eventText) ?? [];
  applyTo(batch, draft, outcome);
  batch.events.push(...events);
  return outcome.result;
}

/** Remembers how the batch stands; the function returned goes back to that. */
function mark(batch: Batch): () => void {
  const drafts = [...batch.drafts].map(([name, draft]) => [name, { ...draft }] as const);
  const claims = [...batch.claims];
  const unclaimed = [...batch.unclaimed];
  const { length } = batch.events;
  return () => {
    batch.events.length = length;
    refill(batch.drafts, drafts);
    refill(batch.claims, claims);
    refill(batch.unclaimed, unclaimed);
  };
}

function refill<V>(map: Map<string, V>, entries: readonly (readonly [string, V])[]): void {
  map.clear();
  for (const [name, value] of entries) map.set(name, value);
}

function draftOf({ known: { rows, at }, drafts, unclaimed }: Batch, key: Key<unknown>): Draft {
  const name = nameOfKey(key);
  const drafted = drafts.get(name);
  if (drafted !== undefined) return drafted;
  const row = rows.get(name);
  const value = liveValue(row, at);
  // An expired record has lost what it held; otherwise claims that this batch takes for its successor would count as free.
  if (row !== undefined && value === undefined) unclaimed.set(name, key);
  const expiresAt = row?.expiresAt ?? null;
  const draft = { key, isStored: row !== undefined, value, text: row?.value, expiresAt, changed: false };
  drafts.set(name, draft);
  return draft;
}

function applyTo(batch: Batch, draft: Draft, outcome: Outcome<unknown, unknown>): void {
  const { next, claims, expiresAt = null } = outcome;
  if (next === undefined) {
    if (draft.value !== undefined) takeClaims(batch, draft.key, claims);
    return;
  }
  const value = next === null || (expiresAt !== null && expiresAt <= batch.known.at) ? undefined : next;
  // Before the claims: a value that is no JSON fails here, and must leave nothing behind.
  const text = JSON.stringify(value);
  takeClaims(batch, draft.key, value === undefined ? [] : claims);
  Object.assign(draft, { value, text, expiresAt, changed: true });
}

function takeClaims(batch: Batch, key: Key<unknown>, wanted: Outcome<unknown, unknown>['claims']): void {
  if (wanted === undefined) return;
  const { kind, id } = key;
  for (const name of wanted) {
    const holder = holderOf(batch, { kind: kind.name, name });
    if (holder !== undefined && holder !== id)
      throw new Problem('claim-taken', `a ${kind.name} with this identifier exists already`);
  }
  batch.unclaimed.set(nameOfKey(key), key);
  for (const [name, claim] of batch.claims)
    if (claim.kind === kind.name && claim.holder === id) batch.claims.set(name, { ...claim, holder: undefined });
  for (const name of wanted) {
    const claim = { kind: kind.name, name };
    batch.claims.set(nameOfClaim(claim), { ...claim, holder: id });
  }
}

function holderOf({ known, claims, unclaimed, missing }: Batch, claim: Claim): string | undefined {
  const name = nameOfClaim(claim);
  const drafted = claims.get(name);
  if (drafted !== undefined) return drafted.holder;
  if (!known.holders.has(name)) missing.set(name, claim);
  const stored = known.holders.get(name);
  if (stored === undefined || !isLive(stored, known.at)) return undefined;
  return unclaimed.has(`${claim.kind}\n${stored.id}`) ? undefined : stored.id;
}

function claimedIn({ known, claims }: Batch): TakenClaim[] {
  return [...claims.values()].flatMap(({ kind, name, holder }) =>
    holder === undefined ? [] : [{ kind, name, holder, stale: known.holders.get(nameOfClaim({ kind, name }))?.id }],
  );
}
