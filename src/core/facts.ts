import type { Person } from './directory.ts';
import type { Origin } from './event.ts';

/** The tenant a request belongs to. */
export interface TenantFact {
  readonly id: string;
  readonly realm: string;
}

/** The program that asks. `name` is how it proved itself, e.g. `basic:portal`, or `open`. */
export interface CallerFact {
  readonly name: string;
  readonly address: string;
}

/**
 * Somebody who says to be this person and has proved nothing yet (NIST SP 800-63-4 "claimant").
 *
 * `person` is absent when no directory knows the name: the operation goes on all the same, so that refusing costs the same.
 */
export interface Claimant {
  readonly realm: string;
  readonly name: string;
  readonly person?: Person;
}

/** A person the realm's directory knows. */
export interface User extends Person {
  readonly realm: string;
}

/** A token as it is handed to its new owner, once. */
export interface Enrolment {
  readonly tokenid: string;
  /** Base32 without padding (RFC 4648 §6). */
  readonly secret: string;
  /** Key URI, `otpauth://…`. */
  readonly otpauth: string;
}

/** Everything a step may need or give, by name. Steps see only the facts they declare. */
export interface Facts {
  readonly operation: string;
  readonly tenant: TenantFact;
  readonly caller: CallerFact;
  /** Request headers, names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The request body; has no prototype. */
  readonly input: Readonly<Record<string, string | undefined>>;
  readonly origin: Origin;
  /** Becomes the body of the answer. */
  readonly reply: Readonly<Record<string, string>>;
  readonly claimant: Claimant;
  readonly user: User;
  readonly enrolment: Enrolment;
}

export type FactName = keyof Facts;

/** Facts every operation begins with. */
export const initialFacts = ['operation', 'tenant', 'caller', 'headers', 'input', 'origin', 'reply'] as const;

/** What every operation begins with. */
export type InitialFacts = Pick<Facts, (typeof initialFacts)[number]>;

/**
 * The closed vocabulary of `when` conditions and `${…}` expansions: fact → the paths below it.
 *
 * `''` is the fact itself; `*` stands for any one name.
 */
export const paths: Readonly<Partial<Record<FactName, readonly string[]>>> = {
  operation: [''],
  tenant: ['id', 'realm'],
  caller: ['name', 'address'],
  headers: ['*'],
  input: ['*'],
  origin: ['trace'],
  reply: ['*'],
  claimant: ['name', 'realm'],
  user: ['id', 'realm', 'attributes.*'],
  enrolment: ['tokenid', 'secret', 'otpauth'],
};
