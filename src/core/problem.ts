/**
 * Every way a request can fail: the code the programmers write, the HTTP status, and the words the caller reads.
 *
 * Several codes share one outward word on purpose: `refused` says no more than that, whoever asks and whatever the reason.
 * Statuses: HTTP API reference A2, A3, R4, R6; RFC 9110; where those are silent, our choice (docs/problems.md).
 */
export const problems = {
  'body-malformed': { status: 400, word: 'malformed', title: 'The body is not one flat JSON object of strings' },
  'property-missing': { status: 400, word: 'property-missing', title: 'A property is missing' },
  'property-invalid': { status: 400, word: 'property-invalid', title: 'A property has a value that cannot be used' },
  'protocol-unsupported': {
    status: 400,
    word: 'protocol-unsupported',
    title: 'This version of the approval protocol is not spoken here',
  },
  unauthenticated: { status: 401, word: 'unauthenticated', title: 'The caller must prove who it is' },
  'device-unknown': { status: 401, word: 'device-unknown', title: 'There is no such device' },
  'signature-refused': { status: 401, word: 'signature-refused', title: 'The signature is not that of the device' },
  'clock-wrong': { status: 401, word: 'clock-wrong', title: 'The clocks are too far apart' },
  'request-replayed': { status: 401, word: 'request-replayed', title: 'This request has been made before' },
  'not-permitted': { status: 403, word: 'not-permitted', title: 'The tenant may not ask for this' },
  refused: { status: 403, word: 'refused', title: 'Refused' },
  'code-refused': { status: 403, word: 'refused', title: 'Refused' },
  'password-refused': { status: 403, word: 'refused', title: 'Refused' },
  'person-unknown': { status: 403, word: 'refused', title: 'Refused' },
  'message-refused': { status: 403, word: 'refused', title: 'Refused' },
  'session-unknown': { status: 403, word: 'refused', title: 'Refused' },
  'transaction-unknown': { status: 403, word: 'refused', title: 'Refused' },
  'invitation-unknown': { status: 403, word: 'invitation-unknown', title: 'There is no such invitation' },
  'answer-refused': { status: 403, word: 'answer-refused', title: 'What was signed is not what was asked' },
  'passkey-required': { status: 403, word: 'passkey-required', title: 'This takes a passkey' },
  'passkey-refused': { status: 403, word: 'passkey-refused', title: 'The passkey proved nothing' },
  'not-found': { status: 404, word: 'not-found', title: 'There is nothing at this address' },
  'method-not-allowed': { status: 405, word: 'method-not-allowed', title: 'Operations are asked for with PUT' },
  'request-timeout': { status: 408, word: 'request-timeout', title: 'The request did not arrive in time' },
  'claim-taken': { status: 409, word: 'conflict', title: 'That identifier belongs to somebody else already' },
  'limit-reached': { status: 409, word: 'limit-reached', title: 'There are as many of these as there may be' },
  'already-in-progress': {
    status: 409,
    word: 'already-in-progress',
    title: 'An identification of this person is under way already',
  },
  'assignment-gone': { status: 410, word: 'assignment-gone', title: 'There is nothing to answer' },
  'body-too-large': { status: 413, word: 'too-large', title: 'The body is larger than 64 kB' },
  'media-type': { status: 415, word: 'media-type', title: 'The body must be application/json, uncompressed' },
  'rate-limited': { status: 429, word: 'rate-limited', title: 'Too many requests; try again later' },
  'headers-too-large': { status: 431, word: 'too-large', title: 'The header is too large' },
  internal: { status: 500, word: 'internal', title: 'Something went wrong here' },
  'vendor-fault': { status: 502, word: 'vendor-fault', title: 'The identification service gave no usable answer' },
  'store-unavailable': { status: 503, word: 'unavailable', title: 'Not available at the moment; try again' },
  unavailable: { status: 503, word: 'unavailable', title: 'Not available at the moment; try again' },
  'vendor-timeout': { status: 504, word: 'vendor-timeout', title: 'The identification service did not answer in time' },
} as const satisfies Record<string, { status: number; word: string; title: string }>;

/** A key of the table above. */
export type ProblemCode = keyof typeof problems;

interface ProblemOptions {
  /** What went wrong underneath; goes to the log, never to the caller. */
  readonly cause?: unknown;
  /** Name of the request property at fault; told to the caller. */
  readonly property?: string;
  /** The caller may be told: seconds to wait before another try. */
  readonly retryAfterSeconds?: number;
  /** The caller may be told: how it can prove itself (the value of `WWW-Authenticate`). */
  readonly challenge?: string | undefined;
  /** True when the audit event about it is written already, so that nobody writes it twice. */
  readonly recorded?: boolean;
}

/**
 * The one error class. Steps and adapters throw it; `server/` turns it into an answer in one place.
 *
 * `detail` is for the log and the audit event. It must hold no secret, code or personal number. The caller sees it only for status 400.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly property: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly challenge: string | undefined;
  readonly recorded: boolean;

  constructor(code: ProblemCode, detail = '', options: ProblemOptions = {}) {
    super(
      detail === '' ? code : `${code}: ${detail}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.detail = detail;
    this.property = options.property;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.challenge = options.challenge;
    this.recorded = options.recorded ?? false;
  }

  /** The HTTP status of this problem. */
  get status(): number {
    return problems[this.code].status;
  }
}
