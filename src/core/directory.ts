import type { AttemptPolicy } from './attempts.ts';

/** Who a directory says a person is. `id` is the directory's own spelling of the user name; accounts are kept by it. */
export interface Person {
  readonly id: string;
  /** Attribute name → values, in the directory's order. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** A place where people are looked up. */
export interface Directory {
  /** The person with this user name, whatever its case. @throws Problem 'unavailable' when the directory does not answer */
  find(userName: string): Promise<Person | undefined>;
}

/** The set of people a tenant sees, and the rules for them. */
export interface Realm {
  readonly id: string;
  readonly attempts: AttemptPolicy;
  /** Asks the realm's directories in their order; the first that knows the person answers. */
  find: Directory['find'];
}
