import type { Ending } from '../../authenticators/order-type.ts';
import type { Problem } from '../../core/problem.ts';
import type { TransactionState } from '../../core/transaction.ts';
import { type ErrorCode, errorCodes, type OwnEnd, own, tell } from './wire.ts';

/** Words after which the same start will not do better: they are about us, not about the person. */
const hopeless: readonly string[] = [
  'unauthorized',
  'notFound',
  'methodNotAllowed',
  'unsupportedMediaType',
  'certificate-untrusted',
  'other-relying-party',
] satisfies readonly (ErrorCode | OwnEnd)[];

/** What an end of our own is written down as; undefined for one that the service has brought about. */
const localReasons: Readonly<Record<OwnEnd, string | undefined>> = {
  expired: 'local: timeout',
  unknownFailure: undefined,
  unknownStatus: undefined,
  unknownError: undefined,
  noAnswer: 'local: transport',
  completionUnreadable: 'local: transport',
  'signature-invalid': 'local: signature-invalid',
  'certificate-untrusted': 'local: certificate-untrusted',
  'revocation-unclear': 'local: revocation-unclear',
  'policy-refused': 'local: policy-refused',
  'other-person': 'local: other-person',
  'other-text': 'local: other-text',
  'other-purpose': 'local: other-purpose',
  'other-relying-party': 'local: other-relying-party',
  'document-unread': 'local: document-unread',
};

/** Where an order stands, as the page is told it: BankID’s word in capitals, `USER_SIGN`; ours where BankID has none. */
export function vendorStatusOf(state: TransactionState, word: string): string {
  const { status, message } = tell(state, word);
  return message === undefined ? status : inCapitals(message);
}

/** How an order that failed is told. `wasUnseen`: until then no app had taken it. */
export function endingOf(state: TransactionState, word: string, wasUnseen: boolean): Ending {
  const reason = own(localReasons, word);
  const isOver = state !== 'failed' || word === 'startFailed';
  const isUnseen = wasUnseen && ['startFailed', 'expiredTransaction', 'expired'].includes(word);
  return {
    status: reason === undefined || word === 'expired' ? 'FREJA_ERROR' : 'ERROR',
    ...told(vendorStatusOf(state, word)),
    canRestart: !hopeless.includes(word),
    event: isOver ? 'ended' : 'failed',
    reason: reason ?? word,
    ...(isUnseen && { isUnseen }),
  };
}

/** Nobody answered, or not so that it could be used. */
export const transport: Ending = endingOf('failed', 'noAnswer', false);

/** The order is gone, or past our own time, or past the page’s patience. */
export const expired: Ending = endingOf('expired', 'expired', false);

/** Somebody was identified, and the app has not led back to the browser that asked. */
export const notReturned: Ending = { ...ownEnding('NOT_RETURNED'), event: 'failed', reason: 'local: not-returned' };

/** The app has led to a browser that has asked for nothing. */
export const otherBrowser: Ending = ownEnding('OTHER_BROWSER');

/** What became of a start that was not taken. */
export function refusedBy({ code, detail }: Problem): Ending {
  if (own(errorCodes, detail) !== undefined) return endingOf('failed', detail, false);
  return code === 'vendor-fault' || code === 'vendor-timeout' || code === 'unavailable'
    ? transport
    : { ...transport, reason: `local: ${code}` };
}

function ownEnding(vendorStatus: string): Ending {
  return { status: 'ERROR', ...told(vendorStatus), canRestart: true };
}

function told(vendorStatus: string): Pick<Ending, 'shown' | 'message'> {
  return { shown: { vendorStatus }, message: `bankid.${vendorStatus.toLowerCase()}` };
}

/** `userCancel` → `USER_CANCEL`. */
function inCapitals(word: string): string {
  return word.replace(/(?=[A-Z])/g, '_').toUpperCase();
}
