import type { AttemptPolicy } from './attempts.ts';

/** Who a directory says a person is. `id` is the directory's own spelling of the user name; accounts are kept by it. */
export interface Person {
  readonly id: string;
  /** Which of the realm's directories knows the person, counted from 0; set by the realm. */
  readonly directory?: number;
  /** How the directory itself names the person, e.g. the distinguished name; for asking it again. */
  readonly entry?: string;
  /** Attribute name → values, in the directory's order. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/**
 * What a directory said to a password. Anything but `right` is a refusal; the word goes into the event, never into the answer.
 *
 * The words after `wrong` are what Active Directory tells apart (bind sub-codes 525, 530, 531, 532, 533, 701, 773, 775).
 */
export type PasswordVerdict =
  | 'right'
  | 'wrong'
  | 'person-unknown'
  | 'logon-hours'
  | 'workstation'
  | 'password-expired'
  | 'disabled'
  | 'account-expired'
  | 'must-change-password'
  | 'locked-in-directory';

/** A place where people are looked up. All may throw Problem 'unavailable' when the directory does not answer. */
export interface Directory {
  /** The person with this user name, whatever its case. */
  find(userName: string): Promise<Person | undefined>;
  /** Everyone with this telephone number, compared normalised; two are enough to know that it is not one. */
  findByPhone(number: string): Promise<readonly Person[]>;
  /**
   * Everyone with this value of an attribute, as the person has it; two are enough to know that it is not one. Compared whole, without
   * regard to case and Unicode form. An attribute that nobody has, and one whose values are bytes, finds nobody.
   */
  findByAttribute(attribute: string, value: string): Promise<readonly Person[]>;
  /** Whether this is the person's password. An empty one is `wrong` before anybody is asked. */
  checkPassword(person: Person, password: string): Promise<PasswordVerdict>;
}

/** The set of people a tenant sees, and the rules for them. */
export interface Realm {
  readonly id: string;
  readonly attempts: AttemptPolicy;
  /** Asks the realm's directories in their order; the first that knows the person answers. */
  find: Directory['find'];
  /** Asks all of them. */
  findByPhone: Directory['findByPhone'];
  /** Asks all of them. */
  findByAttribute: Directory['findByAttribute'];
  /** Asks the directory that the person was found in. */
  checkPassword: Directory['checkPassword'];
}
