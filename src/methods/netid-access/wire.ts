import type { ProblemCode } from '../../core/problem.ts';
import type { TransactionState } from '../../core/transaction.ts';

/**
 * Every value the outside is told: the list of `niasStatus` (Fortified ID, authenticator NiasOnOtherDevice).
 *
 * PhenixID's guide for this API names `COMPLETE` only ("Net iD Access collect"); that its `status` has these values is our choice.
 */
export const niasStatuses = [
  'INVALID_PARAMETERS',
  'ACCESS_DENIED_RP',
  'SIGN_VALIDATION_FAILED',
  'RETRY',
  'USER_SIGN',
  'COMPLETE',
  'USER_BLOCKED',
  'INTERNAL_ERROR',
  'UNKNOWN_USER',
  'ALREADY_COLLECTED',
  'INVALID_DEVICESW',
  'ALREADY_IN_PROGRESS',
  'USER_CANCEL',
  'CANCELLED',
  'EXPIRED_TRANSACTION',
  'OUTSTANDING_TRANSACTION',
  'PENDING',
  'UNKNOWN',
] as const;

/** See {@link niasStatuses}. */
export type NiasStatus = (typeof niasStatuses)[number];

interface Meaning {
  /** Where an order stands of which the server says this; `as-before` tells nothing new. */
  readonly state: TransactionState | 'as-before';
  /** What the outside is told. */
  readonly status: NiasStatus;
  /** What becomes of a start that is answered so; only words that may stand in a SOAP fault have it. */
  readonly atStart?: ProblemCode;
}

/**
 * The server's words: values of `progressStatus`, and those that may also come as a SOAP fault.
 *
 * From the vendor's pages on the interface and from public clients of it (Curity's Net iD authenticator, webcert). States of the failures,
 * and what a start gets, are our choice; `RETRY` is a temporary fault, and clients go on asking.
 */
export const niasWords = {
  OUTSTANDING_TRANSACTION: { state: 'pending', status: 'OUTSTANDING_TRANSACTION' },
  NO_CLIENT: { state: 'pending', status: 'PENDING' },
  PENDING: { state: 'pending', status: 'PENDING' },
  STARTED: { state: 'in-progress', status: 'PENDING' },
  USER_SIGN: { state: 'in-progress', status: 'USER_SIGN' },
  COMPLETE: { state: 'approved', status: 'COMPLETE' },
  FAILED: { state: 'failed', status: 'UNKNOWN', atStart: 'vendor-fault' },
  INVALID_PARAMETERS: { state: 'failed', status: 'INVALID_PARAMETERS', atStart: 'property-invalid' },
  ACCESS_DENIED_RP: { state: 'failed', status: 'ACCESS_DENIED_RP', atStart: 'vendor-fault' },
  UNKNOWN_USER: { state: 'failed', status: 'UNKNOWN_USER', atStart: 'refused' },
  USER_BLOCKED: { state: 'failed', status: 'USER_BLOCKED', atStart: 'refused' },
  ALREADY_IN_PROGRESS: { state: 'failed', status: 'ALREADY_IN_PROGRESS', atStart: 'already-in-progress' },
  SIGN_VALIDATION_FAILED: { state: 'failed', status: 'SIGN_VALIDATION_FAILED', atStart: 'vendor-fault' },
  RETRY: { state: 'as-before', status: 'RETRY', atStart: 'unavailable' },
  INTERNAL_ERROR: { state: 'failed', status: 'INTERNAL_ERROR', atStart: 'vendor-fault' },
  CLIENT_ERR: { state: 'failed', status: 'UNKNOWN', atStart: 'vendor-fault' },
  CERTIFICATE_ERR: { state: 'failed', status: 'UNKNOWN', atStart: 'vendor-fault' },
  EXPIRED_TRANSACTION: { state: 'expired', status: 'EXPIRED_TRANSACTION', atStart: 'vendor-fault' },
  USER_CANCEL: { state: 'rejected', status: 'USER_CANCEL', atStart: 'vendor-fault' },
  CANCELLED: { state: 'cancelled', status: 'CANCELLED', atStart: 'vendor-fault' },
  START_FAILED: { state: 'failed', status: 'UNKNOWN', atStart: 'vendor-fault' },
  ALREADY_COLLECTED: { state: 'failed', status: 'ALREADY_COLLECTED', atStart: 'vendor-fault' },
  INVALID_DEVICESW: { state: 'failed', status: 'INVALID_DEVICESW', atStart: 'vendor-fault' },
} as const satisfies Record<string, Meaning>;

/** A key of the table above. */
export type NiasWord = keyof typeof niasWords;

/**
 * Words of our own for results that are no proof, whatever the server says. All end an identification as failed.
 *
 * To the outside they are `INTERNAL_ERROR`, as Fortified ID's authenticators say of a result they cannot use.
 */
export const ownWords = [
  /** The server was asked several times in a row and did not answer. */
  'no-answer',
  /** An answer without a status. */
  'status-missing',
  /** Approved, but by whom is not said. */
  'person-missing',
  /** Approved by another person than the one who was asked for. */
  'person-mismatch',
  'certificate-missing',
  /** What should be a certificate is none. */
  'certificate-unreadable',
  /** The certificate names another person than the result. */
  'certificate-mismatch',
  /** It is not valid yet, or no longer. */
  'certificate-not-valid',
  /** It is not of the authorities that were configured. */
  'certificate-untrusted',
] as const;

/** See {@link ownWords}. */
export type OwnWord = (typeof ownWords)[number];

/** What the server's word means; undefined for one that is not in its documents. */
export function meaningOf(word: string): Meaning | undefined {
  return Object.hasOwn(niasWords, word) ? niasWords[word as NiasWord] : undefined;
}

/** True for what could be a word of the server, documented or not: such a one may be repeated in the log. */
export function isWord(text: string): boolean {
  return /^[A-Z][A-Z0-9_]{1,63}$/.test(text);
}

/**
 * The failure in the text of a SOAP fault: the first documented one that stands there as a whole word, as frameworks decorate the text. `FAILED`
 * says nothing of why, so it counts only without another.
 *
 * Words of progress do not count: no fault says yes. A text that is one unknown word is given back; any other is `INTERNAL_ERROR`.
 */
export function wordInFault(text: string): string {
  const failures = (text.match(/\w+/g) ?? []).filter((word) => meaningOf(word)?.atStart !== undefined);
  const known = failures.find((word) => word !== 'FAILED') ?? failures[0];
  if (known !== undefined) return known;
  const alone = text.trim();
  return isWord(alone) && meaningOf(alone) === undefined ? alone : 'INTERNAL_ERROR';
}

const byState: Readonly<Record<TransactionState, NiasStatus>> = {
  pending: 'PENDING',
  'in-progress': 'PENDING',
  approved: 'COMPLETE',
  rejected: 'USER_CANCEL',
  cancelled: 'CANCELLED',
  expired: 'EXPIRED_TRANSACTION',
  failed: 'UNKNOWN',
};

/** What the outside is told of a transaction. Total; `COMPLETE` for an approved one and no other. */
export function statusOf({ state, word }: { readonly state: TransactionState; readonly word: string }): NiasStatus {
  const meaning = meaningOf(word);
  if (meaning !== undefined && meaning.state === state) return meaning.status;
  const isOwn = state === 'failed' && (ownWords as readonly string[]).includes(word);
  return isOwn ? 'INTERNAL_ERROR' : byState[state];
}
