import type { ProblemCode } from '../../core/problem.ts';
import type { FinalState, TransactionState } from '../../core/transaction.ts';
import type { TextKey } from './user-texts.ts';

/** What an order is for. */
export type Purpose = 'auth' | 'sign' | 'phone-auth' | 'phone-sign';

/** What an order is for → the vendor’s method, and what it calls that in the signature (`funcId`). */
export const methods = {
  auth: { path: 'auth', functionId: 'Identification' },
  sign: { path: 'sign', functionId: 'Signing' },
  'phone-auth': { path: 'phone/auth', functionId: 'Identification' },
  'phone-sign': { path: 'phone/sign', functionId: 'Signing' },
} as const satisfies Record<Purpose, { path: string; functionId: 'Identification' | 'Signing' }>;

interface Pending {
  readonly state: Extract<TransactionState, 'pending' | 'in-progress'>;
  readonly status: string;
  readonly text: TextKey;
}

/** Hint codes of `pending` (BankID reference 3.1). `pending` with us: no app has taken the order yet, and a QR code is of use. */
export const pendingHints = {
  outstandingTransaction: { state: 'pending', status: 'OUTSTANDING_TRANSACTION', text: 'start' },
  noClient: { state: 'pending', status: 'NO_CLIENT', text: 'start' },
  started: { state: 'in-progress', status: 'STARTED', text: 'searching' },
  userMrtd: { state: 'in-progress', status: 'USER_MRTD', text: 'document' },
  userCallConfirm: { state: 'in-progress', status: 'USER_CALL_CONFIRM', text: 'call' },
  userSign: { state: 'in-progress', status: 'USER_SIGN', text: 'code' },
  processing: { state: 'in-progress', status: 'PROCESSING', text: 'working' },
  userStepUp: { state: 'in-progress', status: 'USER_STEP_UP', text: 'extraStep' },
  userFace: { state: 'in-progress', status: 'USER_FACE', text: 'face' },
} as const satisfies Record<string, Pending>;

/** A hint code of `pending` that is in no document, or none at all: the order goes on (BankID: new codes may come at any time). */
export const unknownPending: Pending & { readonly word: string } = {
  word: 'unknownPending',
  state: 'in-progress',
  status: 'PENDING',
  text: 'working',
};

interface Failed {
  readonly state: FinalState;
  readonly text: TextKey;
}

/** Hint codes of `failed` (BankID reference 3.1). */
export const failedHints = {
  expiredTransaction: { state: 'expired', text: 'tooLate' },
  certificateErr: { state: 'failed', text: 'blocked' },
  userCancel: { state: 'rejected', text: 'cancelledByPerson' },
  cancelled: { state: 'cancelled', text: 'cancelled' },
  startFailed: { state: 'failed', text: 'notStarted' },
  userDeclinedCall: { state: 'rejected', text: 'callDeclined' },
  notSupportedByUserApp: { state: 'failed', text: 'appTooOld' },
  transactionRiskBlocked: { state: 'failed', text: 'risk' },
  mrtdVerificationFailed: { state: 'failed', text: 'documentFailed' },
  facialRecognitionFailed: { state: 'failed', text: 'faceFailed' },
  nfcNotSupportedByDevice: { state: 'failed', text: 'noNfc' },
  multipleBankIdsOnDevice: { state: 'failed', text: 'severalBankIds' },
  stepUpFailed: { state: 'failed', text: 'extraStepFailed' },
} as const satisfies Record<string, Failed>;

interface VendorError {
  /** What becomes of a start. */
  readonly atStart: ProblemCode;
  /** What becomes of an order that was asked about: it ends, or that it was asked is forgotten. */
  readonly atCollect: 'failed' | 'missed';
  readonly text: TextKey;
}

/** Error codes (BankID reference 5). No start is ever tried again by us. */
export const errorCodes = {
  alreadyInProgress: { atStart: 'already-in-progress', atCollect: 'failed', text: 'otherOrder' },
  invalidParameters: { atStart: 'refused', atCollect: 'failed', text: 'technical' },
  unauthorized: { atStart: 'vendor-fault', atCollect: 'failed', text: 'technical' },
  notFound: { atStart: 'vendor-fault', atCollect: 'failed', text: 'technical' },
  methodNotAllowed: { atStart: 'vendor-fault', atCollect: 'failed', text: 'technical' },
  requestTimeout: { atStart: 'vendor-fault', atCollect: 'failed', text: 'technical' },
  unsupportedMediaType: { atStart: 'vendor-fault', atCollect: 'failed', text: 'technical' },
  tooManyRequests: { atStart: 'vendor-fault', atCollect: 'missed', text: 'technical' },
  internalError: { atStart: 'vendor-fault', atCollect: 'failed', text: 'technical' },
  maintenance: { atStart: 'vendor-fault', atCollect: 'missed', text: 'technical' },
} as const satisfies Record<string, VendorError>;

/** A key of {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes;

/** What a status means whose body says nothing: that of the service itself, or of something in front of it (BankID reference 5). */
export const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'notFound',
  405: 'methodNotAllowed',
  408: 'requestTimeout',
  415: 'unsupportedMediaType',
  429: 'tooManyRequests',
  500: 'internalError',
  503: 'maintenance',
};

/** Ends that are not in the vendor’s words. `message` is what the caller is told. */
export const ownEnds = {
  /** Past our own time. */
  expired: { message: 'expiredTransaction', text: 'tooLate' },
  unknownFailure: { message: 'unknownFailure', text: 'unknown' },
  unknownStatus: { message: 'unknownFailure', text: 'unknown' },
  unknownError: { message: 'unknownFailure', text: 'unknown' },
  noAnswer: { message: 'noAnswer', text: 'technical' },
  completionUnreadable: { message: 'noAnswer', text: 'technical' },
  'signature-invalid': { message: 'verificationFailed', text: 'technical' },
  'certificate-untrusted': { message: 'verificationFailed', text: 'technical' },
  'revocation-unclear': { message: 'verificationFailed', text: 'technical' },
  'policy-refused': { message: 'verificationFailed', text: 'technical' },
  'other-person': { message: 'verificationFailed', text: 'technical' },
  'other-text': { message: 'verificationFailed', text: 'technical' },
  'other-purpose': { message: 'verificationFailed', text: 'technical' },
  'other-relying-party': { message: 'verificationFailed', text: 'technical' },
  'document-unread': { message: 'verificationFailed', text: 'documentFailed' },
} as const satisfies Record<string, { message: string; text: TextKey }>;

/** A key of {@link ownEnds}. */
export type OwnEnd = keyof typeof ownEnds;

/** How a transaction is told to the caller. HTTP API reference 3.5: `OK`, `ERROR` with a `message`, anything else is "ask again". */
export interface Told {
  readonly status: string;
  readonly message?: string;
  readonly text?: TextKey;
}

/** What the caller is told of a transaction in this state with this word. */
export function tell(state: TransactionState, word: string): Told {
  if (state === 'approved') return { status: 'OK' };
  if (state === 'pending' || state === 'in-progress') {
    const { status, text } = (own(pendingHints, word) as Pending | undefined) ?? unknownPending;
    return { status, text };
  }
  const end = own(ownEnds, word) ?? own(failedHints, word) ?? own(errorCodes, word);
  if (end === undefined) return { status: 'ERROR', ...ownEnds.unknownFailure };
  return { status: 'ERROR', message: 'message' in end ? end.message : word, text: end.text };
}

/** The row of a table; nothing for a word that only every object has. */
export function own<T extends object>(table: T, word: string): T[keyof T] | undefined {
  return Object.hasOwn(table, word) ? table[word as keyof T] : undefined;
}
