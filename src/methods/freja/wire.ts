import type { ProblemCode } from '../../core/problem.ts';
import type { TransactionState } from '../../core/transaction.ts';

/** Freja's words for where an authentication stands ("Authentication Services", getOneResult). The single L is theirs. */
export const frejaStatuses = {
  /** Created, not yet fetched by the phone. */
  STARTED: 'pending',
  /** The app has it. */
  DELIVERED_TO_MOBILE: 'in-progress',
  APPROVED: 'approved',
  /** The person declined. */
  REJECTED: 'rejected',
  /** The person backed out. */
  CANCELED: 'rejected',
  /** We cancelled, or another authentication of the same person did. */
  RP_CANCELED: 'cancelled',
  EXPIRED: 'expired',
} as const satisfies Record<string, TransactionState>;

/** A key of the table above. */
export type FrejaStatus = keyof typeof frejaStatuses;

/** The state that a status means; undefined for one that is not in the documents. */
export function stateOf(status: string): TransactionState | undefined {
  return Object.hasOwn(frejaStatuses, status) ? frejaStatuses[status as FrejaStatus] : undefined;
}

const byState: Readonly<Record<TransactionState, FrejaStatus>> = {
  pending: 'STARTED',
  'in-progress': 'DELIVERED_TO_MOBILE',
  approved: 'APPROVED',
  rejected: 'REJECTED',
  cancelled: 'RP_CANCELED',
  expired: 'EXPIRED',
  failed: 'RP_CANCELED',
};

/**
 * What the outside is told of a transaction. Total; `APPROVED` for an approved one and no other.
 *
 * Our choice: one that failed is told as cancelled by the relying party, which is what we are to Freja and what turning a result down comes
 * to. PhenixID's guide has no word for it, and callers that follow the guide would go on polling at any other.
 */
export function statusOf({ state, word }: { readonly state: TransactionState; readonly word: string }): FrejaStatus {
  return stateOf(word) === state ? (word as FrejaStatus) : byState[state];
}

/** What becomes of a start that Freja did not take. */
interface Refusal {
  readonly atStart: Extract<
    ProblemCode,
    'property-invalid' | 'refused' | 'vendor-fault' | 'already-in-progress' | 'person-unknown'
  >;
  /** The property of our API that the code is about. */
  readonly property?: 'userInfoType' | 'userIdentifier' | 'reqiredRegistrationLevel' | 'attributesToGet';
  /** True when a poll that is answered so has told nothing: it may be asked again. */
  readonly isMiss?: true;
}

/**
 * Freja's error codes (numbers: the vendor's open-source client). All end a transaction that is polled, but for `isMiss`.
 *
 * Those of other services (3000: signing, 4000: organisation ids, 5000: custom identifiers) are here so that none is unknown.
 */
export const frejaErrors: Readonly<Record<number, Refusal>> = {
  /** Internal. */
  0: { atStart: 'vendor-fault', isMiss: true },
  /** Parameters. */
  1000: { atStart: 'refused' },
  1001: { atStart: 'property-invalid', property: 'userInfoType' },
  1002: { atStart: 'property-invalid', property: 'userIdentifier' },
  1003: { atStart: 'refused' },
  /** This relying party may not call this. */
  1004: { atStart: 'refused' },
  /** The person has blocked this relying party. */
  1005: { atStart: 'refused' },
  1006: { atStart: 'refused' },
  1007: { atStart: 'property-invalid', property: 'reqiredRegistrationLevel' },
  /** Relying party unknown. */
  1008: { atStart: 'refused' },
  1009: { atStart: 'refused' },
  /** Our JSON. */
  1010: { atStart: 'refused' },
  1011: { atStart: 'refused' },
  /** No such person. */
  1012: { atStart: 'person-unknown' },
  1013: { atStart: 'refused' },
  /** Reference invalid or expired. */
  1100: { atStart: 'refused' },
  1200: { atStart: 'refused' },
  /** Refused, and the earlier one dropped, as one person can have one authentication at a time. */
  2000: { atStart: 'already-in-progress' },
  2002: { atStart: 'property-invalid', property: 'attributesToGet' },
  2003: { atStart: 'refused' },
  3000: { atStart: 'refused' },
  3001: { atStart: 'refused' },
  3002: { atStart: 'refused' },
  3003: { atStart: 'refused' },
  3004: { atStart: 'refused' },
  3005: { atStart: 'refused' },
  3006: { atStart: 'refused' },
  3007: { atStart: 'refused' },
  4000: { atStart: 'refused' },
  4001: { atStart: 'refused' },
  4002: { atStart: 'refused' },
  4003: { atStart: 'refused' },
  4004: { atStart: 'refused' },
  4005: { atStart: 'refused' },
  5000: { atStart: 'refused' },
  5001: { atStart: 'refused' },
  5002: { atStart: 'refused' },
};

/**
 * Words of our own for results that prove nothing, whatever Freja says of them. All end an identification as failed; beside them there are
 * those of {@link import('../../core/jws.ts').JwsFault}, `code-<n>` for error codes and `http-<n>` for statuses without one.
 */
export const ownWords = [
  /** Asked several times in a row, without a usable answer. */
  'no-answer',
  'status-missing',
  'status-unknown',
  /** Approved, without the signed details. */
  'details-missing',
  /** The signature is right; what it signs cannot be read. */
  'details-unreadable',
  /** Of another authentication than ours. */
  'reference-mismatch',
  /** The answer says approved, the signed details do not. */
  'status-mismatch',
  'level-too-low',
  'person-mismatch',
  /** Signed too long ago, or in the future. */
  'time-mismatch',
] as const;

/** See {@link ownWords}. */
export type OwnWord = (typeof ownWords)[number];

/** Levels of registration, from the lowest. Freja's own list has `INFERRED` too, which says nothing of how high it is. */
export const levels = ['BASIC', 'EXTENDED', 'PLUS'] as const;

/** See {@link levels}. */
export type Level = (typeof levels)[number];

/** True when a level is one of the known ones, and not below the one that was asked for. */
export function reaches(level: unknown, asked: Level): boolean {
  return levels.indexOf(level as Level) >= levels.indexOf(asked);
}

/** What a person can be asked for by. */
export const userInfoTypes = ['SSN', 'EMAIL', 'PHONE', 'ORG_ID', 'UPI', 'INFERRED'] as const;

/** See {@link userInfoTypes}. */
export type UserInfoType = (typeof userInfoTypes)[number];
