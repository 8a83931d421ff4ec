import { type AuditEvent, defineEvent, type EventType, type Origin } from './event.ts';
import type { Chance, Sealed } from './ports.ts';
import type { Key, Kind, Transition } from './store.ts';

/** Where an identification stands. The first two are not final; every other one stays for ever. */
export type TransactionState = 'pending' | 'in-progress' | FinalState;

/** How an identification ends. `failed` is every end that is neither the person’s nor the caller’s doing. */
export type FinalState = 'approved' | 'rejected' | 'cancelled' | 'expired' | 'failed';

/** One identification that takes time: BankID, Freja, Net iD Access, an approval on the phone. */
export interface Transaction {
  /** The method it belongs to, `bankid`; no other method’s operations know it. */
  readonly method: string;
  readonly tenant: string;
  readonly realm: string;
  readonly state: TransactionState;
  /** The vendor’s own word for where it stands, as the method keeps it. */
  readonly word: string;
  readonly openedAt: number;
  /** When it expires, unless something final happens first. */
  readonly endsAt: number;
  /** What the method must remember, the vendor’s reference above all: JSON, sealed. */
  readonly memory: Sealed;
  /** What the vendor said of the person, once approved: JSON of texts by name, sealed. */
  readonly result?: Sealed;
  /** When the vendor was last asked. */
  readonly askedAt?: number;
  /** Somebody is asking; until then nobody else does. */
  readonly askingUntil?: number;
  /** How often in a row the vendor was asked and did not answer. */
  readonly misses: number;
}

/** How long a final answer is repeated to the tenant whose it is, in milliseconds. Architecture: five minutes. */
export const keptMs = 300_000;

/** The kind of {@link Transaction} records. */
export const transactions: Kind<Transaction> = { name: 'transaction' };

/** The record of a transaction. */
export function transactionOf(id: string): Key<Transaction> {
  return { kind: transactions, id };
}

/** A new id: a random UUID (RFC 9562 §5.4), 122 bits nobody can guess. UUIDs are what the documented examples show. */
export function newTransactionId(chance: Chance): string {
  const bytes = chance.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Events of every transaction. `subject` is the method, `reason` the vendor’s word. */
export const transactionEvents = {
  opened: defineEvent({ name: 'transaction.opened', summary: 'An identification was begun', severity: 3 }),
  approved: defineEvent({ name: 'transaction.approved', summary: 'A person was identified', severity: 3 }),
  rejected: defineEvent({ name: 'transaction.rejected', summary: 'A person said no', severity: 5 }),
  cancelled: defineEvent({ name: 'transaction.cancelled', summary: 'An identification was cancelled', severity: 3 }),
  expired: defineEvent({
    name: 'transaction.expired',
    summary: 'An identification was not finished in time',
    severity: 3,
  }),
  failed: defineEvent({ name: 'transaction.failed', summary: 'An identification failed', severity: 5 }),
  wordUnknown: defineEvent({
    name: 'transaction.word-unknown',
    summary: 'The service behind an identification method said something that is not in its documents',
    severity: 7,
  }),
} as const satisfies Record<FinalState | 'opened' | 'wordUnknown', EventType>;

/** True when nothing will change any more. */
export function isFinal({ state }: Pick<Transaction, 'state'>): boolean {
  return state !== 'pending' && state !== 'in-progress';
}

/**
 * The transaction as it stands at `at`: an unfinished one past its time has expired.
 *
 * Our choice: no timers. A transaction expires when somebody looks.
 */
export function asOf(transaction: Transaction, at: number): Transaction {
  if (isFinal(transaction) || at < transaction.endsAt) return transaction;
  return { ...transaction, state: 'expired', word: 'expired' };
}

/** True when the vendor should be asked now, and nobody else is at it. A clock that was set back holds nobody up. */
export function isDue(transaction: Transaction, at: number, intervalMs: number): boolean {
  const { askedAt, askingUntil } = transaction;
  if (isFinal(transaction) || at >= transaction.endsAt) return false;
  if (askedAt === undefined || askedAt > at) return true;
  return at - askedAt >= intervalMs && (askingUntil === undefined || at >= askingUntil);
}

/** What a vendor said, in our words. */
export interface Learnt {
  readonly state: TransactionState;
  readonly word: string;
  /** For `approved`: what it said of the person, JSON, sealed. */
  readonly result?: Sealed;
  /** Replaces what the method remembers, sealed. */
  readonly memory?: Sealed;
  /** The vendor did not answer; the state is what it was. */
  readonly missed?: boolean;
  /** A word that is not in the vendor’s documents. */
  readonly unknownWord?: string;
}

/** Opens the record; the vendor has taken the order already. */
export function open(transaction: Transaction, origin: Origin): Transition<Transaction, void> {
  return () => ({
    next: transaction,
    expiresAt: transaction.endsAt + keptMs,
    events: [{ ...about(transaction, origin), type: transactionEvents.opened }],
    result: undefined,
  });
}

/** Whoever gets `true` asks the vendor, alone, for at most `leaseMs`. */
export function claimTurn(
  { intervalMs, leaseMs }: { readonly intervalMs: number; readonly leaseMs: number },
  origin: Origin,
): Transition<Transaction, { readonly transaction: Transaction | undefined; readonly mine: boolean }> {
  return (current, at) => {
    if (current === undefined) return { result: { transaction: undefined, mine: false } };
    if (isDue(current, at, intervalMs)) {
      const next = { ...current, askedAt: at, askingUntil: at + leaseMs };
      return { next, expiresAt: next.endsAt + keptMs, result: { transaction: next, mine: true } };
    }
    const now = asOf(current, at);
    return { ...become(current, now, at, origin), result: { transaction: now, mine: false } };
  };
}

/** Writes what was learnt. What is final already stays as it is, whoever comes later with what news. */
export function advance(learnt: Learnt, origin: Origin): Transition<Transaction, Transaction | undefined> {
  return (current, at) => {
    if (current === undefined) return { result: undefined };
    const now = asOf(current, at);
    if (isFinal(now)) return { ...become(current, now, at, origin), result: now };
    const { askingUntil: _, ...rest } = now;
    const { state, word, result, memory, missed = false, unknownWord } = learnt;
    const next: Transaction = {
      ...rest,
      state,
      word,
      misses: missed ? now.misses + 1 : 0,
      ...(memory !== undefined && { memory }),
      ...(state === 'approved' && result !== undefined && { result }),
    };
    return { ...become(current, next, at, origin, unknownWord), result: next };
  };
}

function become(current: Transaction, next: Transaction, at: number, origin: Origin, unknownWord?: string) {
  if (next === current) return {};
  const events: AuditEvent[] = [];
  if (unknownWord !== undefined) {
    events.push({ ...about(next, origin), type: transactionEvents.wordUnknown, reason: plain(unknownWord) });
  }
  if (next.state !== current.state && next.state !== 'pending' && next.state !== 'in-progress') {
    events.push({ ...about(next, origin), type: transactionEvents[next.state], reason: plain(next.word) });
  }
  return { next, events, expiresAt: (isFinal(next) ? at : next.endsAt) + keptMs };
}

/** A vendor’s word as it may stand in the log: they are short and of letters; anything else is not repeated. */
function plain(word: string): string {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(word) ? word : 'unreadable';
}

function about({ method, realm }: Transaction, origin: Origin) {
  return { ...origin, realm, subject: method };
}
