import type { AuditEvent } from './event.ts';

/** A sort of record, e.g. `account`. The type parameter is the shape of its value: plain JSON. */
export interface Kind<T> {
  readonly name: string;
  /** Carries `T`; never present at run time. */
  readonly shape?: T;
}

/** Names one record. `id` is unique within the kind; at most 600 characters. */
export interface Key<T> {
  readonly kind: Kind<T>;
  readonly id: string;
}

/** What the server itself remembers, one record each. */
export const settings: Kind<object> = { name: 'setting' };

/** What a transition wants done. Everything in it becomes durable together, or not at all. */
export interface Outcome<T, R> {
  /** The record's new value; `null` deletes it; absent leaves it as it is. */
  readonly next?: T | null;
  readonly events?: readonly AuditEvent[];
  /** Names only this record may hold, over all records of the kind: replaces what it held. Absent leaves that as it is. */
  readonly claims?: readonly string[];
  /** Instant after which the record counts as absent. Given together with `next`; absent means never. */
  readonly expiresAt?: number;
  readonly result: R;
}

/**
 * Decides what becomes of a record, from the record as it is now and the store's time.
 *
 * Pure, quick, and free of side effects: the store may run it more than once, and alone decides when.
 */
export type Transition<T, R> = (current: T | undefined, at: number) => Outcome<T, R>;

/** One change among several that belong together. */
export interface Change {
  readonly key: Key<unknown>;
  readonly transition: Transition<unknown, unknown>;
}

/** A change for {@link Store.changeAll}, with its types checked against each other. */
export function changeOf<T>(key: Key<T>, transition: Transition<T, unknown>): Change {
  return { key, transition: transition as Transition<unknown, unknown> };
}

/** Which part of a kind to list: records whose id starts with `prefix`, in id order, after `after`. */
export interface Page {
  readonly prefix?: string;
  readonly after?: string;
  /** At most this many, 1–1000. */
  readonly limit: number;
}

/** One page of records; `more` tells whether asking again with `after` = the last id finds any. */
export interface Listing<T> {
  readonly items: readonly { readonly id: string; readonly value: T }[];
  readonly more: boolean;
}

/**
 * An audit event as it stands in the log. `body` is exactly the text that was hashed.
 *
 * Where several processes write into one database, each writes a chain of its own; absent means chain 1, the only one of the embedded store.
 */
export interface LogEntry {
  readonly chain?: number;
  /** 1, 2, 3 … without gaps within the chain. */
  readonly seq: number;
  /** JSON text of one object: `seq`, `chain` when it is not 1, `at`, `event`, and the fields of the event. */
  readonly body: string;
  /** SHA-256 over the hash before it and the body, hex. */
  readonly hash: string;
}

/** A signed statement that a chain of the log stood at this entry at this time. */
export interface Checkpoint {
  /** Absent means 1. */
  readonly chain?: number;
  readonly seq: number;
  readonly hash: string;
  readonly at: number;
  /** Ed25519 signature over `portvakt-checkpoint\n<seq>\n<hash>\n<at>`, base64url. */
  readonly signature: string;
}

/** Where a chain of the log ends, sealed with a key that does not lie in the database, so that a cut tail shows. */
export interface LogHead {
  readonly seq: number;
  readonly hash: string;
  /** HMAC over seq and hash, hex. */
  readonly mac: string;
}

/** Notices changes of one record, whoever makes them. */
export interface Watch {
  /**
   * Resolves when the record has changed since the watch began, or since the last call; at the latest after `ms`, at most 60,000. May resolve
   * without a change.
   *
   * Tells how many milliseconds went by, by a clock that nobody sets; infinity once all watches have been ended.
   */
  next(ms: number): Promise<number>;
  stop(): void;
}

/**
 * Everything that must survive. One primitive, so that "only once", "at most five" and "first wins" are pure functions.
 *
 * The store runs the transitions of one record one after the other, over any number of processes; there is no read-then-write.
 */
export interface Store {
  /** The record as it was last made durable, or undefined when absent or expired. @throws Problem 'store-unavailable' */
  read<T>(key: Key<T>): Promise<T | undefined>;
  /**
   * Runs `transition` on the record as it is now. What it returns is durable when the promise resolves.
   *
   * @throws Problem 'claim-taken' when a claim belongs to another record; 'store-unavailable' when nothing was written, or nobody could be
   * asked whether it was
   */
  change<T, R>(key: Key<T>, transition: Transition<T, R>): Promise<R>;
  /** Watches a record until stopped; changes of other processes are noticed within a second. Ten thousand watches cost little. */
  watch(key: Key<unknown>): Watch;
  /** Ends all watches, present and future: the server is about to stop, and whoever waits is to answer now. */
  endWatches(): void;
  /** Several changes that become durable together, or not at all when one of them throws. For administration. */
  changeAll(changes: readonly Change[]): Promise<void>;
  /** For administration, never on the way of a request. */
  list<T>(kind: Kind<T>, page: Page): Promise<Listing<T>>;
  /** The record that holds the claim. */
  holder<T>(kind: Kind<T>, claim: string): Promise<string | undefined>;
  /** Numbers of the chains of the audit log, in order. Never empty: chain 1 is there, if only without an entry. */
  chains(): Promise<readonly number[]>;
  /** Entries of a chain of the audit log with `seq` > `after`, in order, at most `limit`; of chain 1 unless told otherwise. */
  events(after: number, limit: number, chain?: number): Promise<readonly LogEntry[]>;
  /** All signed checkpoints of a chain with `seq` > `after`, in order, at most `limit`. */
  checkpoints(after: number, limit: number, chain?: number): Promise<readonly Checkpoint[]>;
  /** Where a chain of the log says it ends; undefined when nothing was written into it. */
  head(chain?: number): Promise<LogHead | undefined>;
  /** Resolves when the store answers and, after a change that could not be written, when one can be written again. @throws Problem 'store-unavailable' */
  probe(): Promise<void>;
  /** Deletes what has expired; returns how many records. */
  sweep(): Promise<number>;
  /** Writes what is waiting, signs a last checkpoint, closes. */
  close(): Promise<void>;
}
