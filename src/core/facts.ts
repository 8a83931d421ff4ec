import type { Person } from './directory.ts';
import type { Origin } from './event.ts';
import type { TransactionState } from './transaction.ts';

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

/** A sign-in in two steps whose first step is done: the code that is awaited belongs to it. */
export interface LoginFact {
  /** What the store keeps it by; not what the caller was given. */
  readonly key: string;
  readonly endsAt: number;
}

/** A session as the one who opened it gets it, or as its access token proves it. */
export interface SessionFact {
  /** Who has it is the person, as far as we are asked: 64 hexadecimal digits. */
  readonly token: string;
  readonly user: string;
  readonly method: string;
}

/** An identification under way, as a start or a poll found it. */
export interface TransactionFact {
  readonly id: string;
  readonly method: string;
  readonly state: TransactionState;
  /** The vendor’s word for it. */
  readonly word: string;
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
  readonly session: SessionFact;
  readonly login: LoginFact;
  readonly transaction: TransactionFact;
  /** What a vendor has said of the person, by the names of its documents; empty until the transaction is approved. */
  readonly identity: Readonly<Record<string, string>>;
  /** What the authenticators of a sign-in have left for those after them; no operation has it. */
  readonly exports: Readonly<Record<string, string>>;
}

export type FactName = keyof Facts;

/** Facts every operation begins with. */
export const initialFacts = ['operation', 'tenant', 'caller', 'headers', 'input', 'origin', 'reply'] as const;

/** What every operation begins with. */
export type InitialFacts = Pick<Facts, (typeof initialFacts)[number]>;

/**
 * The closed vocabulary of `when` conditions and `${…}` expansions: fact → path below it → what is there.
 *
 * `''` is the fact itself; `*` stands for any one name.
 */
export const vocabulary: Readonly<Partial<Record<FactName, Readonly<Record<string, string>>>>> = {
  operation: { '': 'Name of the operation' },
  tenant: { id: 'Id of the tenant', realm: 'Id of its realm' },
  caller: { name: 'How the caller proved itself, e.g. basic:portal', address: 'Address of the caller' },
  headers: { '*': 'A header of the request' },
  input: { '*': 'A property of the request' },
  origin: { trace: 'Trace id of the request, 32 hexadecimal digits' },
  reply: { '*': 'A property of the answer so far' },
  claimant: { name: 'User name as it was given, by somebody who has proved nothing yet', realm: 'Id of the realm' },
  user: {
    id: 'User name as the directory spells it',
    realm: 'Id of the realm',
    'attributes.*': 'A directory attribute',
  },
  enrolment: {
    tokenid: 'Id of the new token',
    secret: 'Its secret, Base32; shown this once',
    otpauth: 'Its key URI, to be shown as a QR code; shown this once',
  },
  session: {
    token: 'Access token of the session',
    user: 'User name of the person whose session it is',
    method: 'How the person signed in, e.g. otp',
  },
  transaction: {
    id: 'Id of the identification, for polling',
    method: 'The method it belongs to, e.g. bankid',
    state: 'pending, in-progress, approved, rejected, cancelled, expired or failed',
    word: 'The service’s own word for where it stands',
  },
  identity: { '*': 'What the service has said of the person; nothing until approved' },
  exports: { '*': 'What an authenticator has exported; known to authenticators, not to operations' },
};
