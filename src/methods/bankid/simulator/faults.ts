import type { OwnFault, SimRequest } from '../../../simulator-kit/simulator.ts';
import type { OcspFault } from './ocsp.ts';
import type { Blemish } from './people.ts';
import type { SignatureFault } from './signature.ts';

type Seen = Pick<SimRequest, 'path'>;

const atCollect = ({ path }: Seen) => path.endsWith('/collect');
const atStart = ({ path }: Seen) => /\/(auth|sign)$/.test(path);

const error = (code: string, status: number) => ({ summary: `${status} ${code}`, answer: { code, status } });

/** Errors of the vendor’s list, and one that it does not have. */
export const errorFaults = {
  'error-invalid-parameters': error('invalidParameters', 400),
  'error-already-in-progress': error('alreadyInProgress', 400),
  'error-unauthorized': error('unauthorized', 401),
  'error-forbidden': error('unauthorized', 403),
  'error-not-found': error('notFound', 404),
  'error-method-not-allowed': error('methodNotAllowed', 405),
  'error-request-timeout': error('requestTimeout', 408),
  'error-unsupported-media-type': error('unsupportedMediaType', 415),
  'error-too-many-requests': error('tooManyRequests', 429),
  'error-internal': error('internalError', 500),
  'error-maintenance': error('maintenance', 503),
  'error-unknown': error('somethingNew', 400),
} as const satisfies Record<string, OwnFault & { answer: { code: string; status: number } }>;

/** Answers whose form or words are not those of the documents. */
export const formFaults = {
  'unknown-pending-hint': { summary: 'A hint code that is in no document, while pending', on: atCollect },
  'unknown-failed-hint': { summary: 'A hint code that is in no document, at the end', on: atCollect },
  'unknown-status': { summary: 'A status that is in no document', on: atCollect },
  'missing-hint': { summary: 'A pending order without a hint code', on: atCollect },
  'missing-completion': { summary: 'A complete order without what completes it', on: atCollect },
  'missing-signature': { summary: 'A complete order without its signature', on: atCollect },
  'wrong-type': { summary: 'A personal number that is a number', on: atCollect },
  'other-order': { summary: 'The answer is about another order', on: atCollect },
  'extra-properties': { summary: 'More properties than are documented, at every level' },
  'bare-completion': { summary: 'What may be missing is missing, what may be null is null', on: atCollect },
  'missing-secret': { summary: 'A start without the secret of the QR code', on: atStart },
  'missing-reference': { summary: 'A start without a reference to the order', on: atStart },
  'json-list': { summary: 'A list where an object belongs' },
} as const satisfies Record<string, OwnFault>;

/** What a completed order is spoiled with. */
export interface Spoiling {
  readonly signature?: SignatureFault;
  readonly ocsp?: OcspFault | 'wrong-responder' | 'client-responder';
  readonly blemish?: Blemish;
  /** Rightly signed, but not what was asked for. */
  readonly content?: 'person' | 'visible' | 'nonVisible' | 'purpose' | 'relyingParty';
  /** The person named beside the signature is not the one who signed. */
  readonly namesOther?: boolean;
  /** The travel document was not read. */
  readonly noMrtd?: boolean;
}

const proof = (summary: string, spoiling: Spoiling) => ({ summary, on: atCollect, spoiling });

/** Evidence that proves nothing. */
export const proofFaults = {
  'signature-changed': proof('What was signed is changed afterwards', { signature: 'changed' }),
  'signature-wrong-key': proof('The signature is made by somebody else’s key', { signature: 'wrong-key' }),
  'signature-swapped': proof('Somebody else’s certificates lie in the signature', { signature: 'certificate-swapped' }),
  'signature-wrapped': proof('What was signed lies inside something that was not', { signature: 'wrapped' }),
  'signature-twin': proof('Two signed things with one and the same Id', { signature: 'twin' }),
  'signature-doctype': proof('The signature has a document type with an entity', { signature: 'doctype' }),
  'signature-sha1': proof('The signature is made with SHA-1', { signature: 'sha1' }),
  'bankid-untrusted': proof('The BankID is of a bank nobody knows', { blemish: 'untrusted' }),
  'bankid-expired': proof('The BankID has expired', { blemish: 'expired' }),
  'bankid-policy': proof('The BankID is of a kind that nobody asked for', { blemish: 'policy' }),
  'ocsp-revoked': proof('The BankID is revoked', { ocsp: 'revoked' }),
  'ocsp-wrong-nonce': proof('The answer about revocation is for another signature', { ocsp: 'wrong-nonce' }),
  'ocsp-no-nonce': proof('The answer about revocation is for no signature', { ocsp: 'no-nonce' }),
  'ocsp-other-certificate': proof('The answer about revocation is for another BankID', { ocsp: 'other-certificate' }),
  'ocsp-old': proof('The answer about revocation is of yesterday', { ocsp: 'old' }),
  'ocsp-unsuccessful': proof('There is no answer about revocation', { ocsp: 'unsuccessful' }),
  'ocsp-wrong-key': proof('The answer about revocation is signed by somebody else', { ocsp: 'wrong-key' }),
  'ocsp-wrong-responder': proof('Another authority’s responder answers', { ocsp: 'wrong-responder' }),
  'ocsp-client-responder': proof('Someone answers who is no responder', { ocsp: 'client-responder' }),
  'other-person': proof('Another person than the one asked for', { content: 'person' }),
  'other-name': proof('The person named is not the one who signed', { namesOther: true }),
  'other-text': proof('Another text than the one sent was signed', { content: 'visible' }),
  'other-hidden-text': proof('Another hidden text than the one sent was signed', { content: 'nonVisible' }),
  'other-purpose': proof('An identification where a signature was asked for, or the reverse', { content: 'purpose' }),
  'other-relying-party': proof('It was signed for another relying party', { content: 'relyingParty' }),
  'document-unread': proof('The travel document that was asked for was not read', { noMrtd: true }),
} as const satisfies Record<string, OwnFault & { spoiling: Spoiling }>;

/** Every fault of this vendor’s own. */
export const faults: Readonly<Record<string, OwnFault>> = { ...errorFaults, ...formFaults, ...proofFaults };
