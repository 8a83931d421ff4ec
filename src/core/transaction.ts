import type { Chance, Sealed } from './ports.ts';
import type { Key, Kind } from './store.ts';

/** Where an identification stands. The first two are not final; every other one stays for ever. */
export type TransactionState = 'pending' | 'in-progress' | FinalState;

/** How an identification ends. `failed` is every end that is neither the person’s nor the caller’s doing. */
export type FinalState = 'approved' | 'rejected' | 'cancelled' | 'expired' | 'failed';

/** One identification that takes time: BankID, Freja, Net iD Access, an approval on the phone. */
export interface Transaction {
  /** The method it belongs to, `bankid`; no other method’s operations know it. */
  readonly method: string;
  readonly tenant: string;
  /** The sign-in page that began it: nobody else is told of it. Absent for what was asked by the API. */
  readonly page?: string;
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
  /** How many turns of asking the vendor there have been. */
  readonly turn: number;
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

/** How long an id is, in characters. */
export const transactionIdLength = 36;

/** A new id: a random UUID (RFC 9562 §5.4), 122 bits nobody can guess. UUIDs are what the documented examples show. */
export function newTransactionId(chance: Chance): string {
  const bytes = chance.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

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

/**
 * Milliseconds until the vendor should be asked: 0 is now, infinity is never.
 *
 * Nobody asks while somebody else does. A clock that was set back by an interval or more holds nobody up; one that is a little off
 * does not make the interval shorter.
 */
export function dueIn(transaction: Transaction, at: number, intervalMs: number): number {
  const { askedAt, askingUntil = at, endsAt } = transaction;
  if (isFinal(transaction) || at >= endsAt) return Number.POSITIVE_INFINITY;
  if (askedAt === undefined || askedAt - at >= intervalMs) return 0;
  return Math.max(askedAt + intervalMs - at, askingUntil - at, 0);
}
