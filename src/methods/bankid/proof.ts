import { attributeOf, type NameAttribute } from '../../core/certificate.ts';
import type { Vault } from '../../core/ports.ts';
import type { Witness } from '../../core/signed-proof.ts';
import type { Completion } from './answers.ts';
import { isPolicyAmong } from './policies.ts';
import { isNameOf } from './relying-party.ts';
import { readSignedData, type SignedData } from './signed-data.ts';
import { methods, type OwnEnd, type Purpose } from './wire.ts';

/** What was asked for, as the transaction remembers it. Texts are kept as keyed hashes of their Base64. */
export interface Asked {
  readonly purpose: Purpose;
  /** Personal number of the only person who may complete the order. */
  readonly person?: string;
  /** Policies that the order was limited to. */
  readonly policies?: readonly string[];
  /** A travel document must be read. */
  readonly mrtd?: boolean;
  readonly visible?: string;
  readonly nonVisible?: string;
}

/** What every completed order must fit. */
export interface ProofPolicy {
  /** Certificate policies that are accepted at all. */
  readonly policies: readonly string[];
  /** Subject of our own certificate, which the signature must name; undefined when that is not demanded. */
  readonly relyingParty: readonly NameAttribute[] | undefined;
}

/** What a text is kept as. */
export function hashOfText(base64: string, vault: Pick<Vault, 'keyedHash'>): string {
  return vault.keyedHash(base64, 'bankid/text');
}

/**
 * Whether a completed order, whose signature was found right, is what was asked for: the person, the sort of BankID, the texts, the purpose,
 * and us. Undefined when it is; otherwise the word the transaction ends with.
 *
 * BankID reference 8, verification 2–6; connector requirement 6.
 */
export function objectionTo(
  completion: Completion,
  { signed, certificate }: Witness,
  asked: Asked,
  { policies, relyingParty }: ProofPolicy,
  vault: Pick<Vault, 'keyedHash' | 'equal'>,
): OwnEnd | undefined {
  const data = readSignedData(signed);
  const { personalNumber } = completion.user;
  if (data === undefined) return 'signature-invalid';
  if (attributeOf(certificate.subject, 'serialNumber') !== personalNumber) return 'other-person';
  if (asked.person !== undefined && asked.person !== personalNumber) return 'other-person';
  const limits = [policies, ...(asked.policies === undefined ? [] : [asked.policies])];
  const fits = (policy: string) => limits.every((limit) => isPolicyAmong(policy, limit));
  if (!certificate.policies.some(fits)) return 'policy-refused';
  if (data.functionId !== methods[asked.purpose].functionId) return 'other-purpose';
  if (!hasTexts(data, asked, vault)) return 'other-text';
  if (relyingParty !== undefined && !isNameOf(data.relyingParty, relyingParty)) return 'other-relying-party';
  if (asked.mrtd === true && completion.stepUp?.mrtd !== true) return 'document-unread';
  return undefined;
}

function hasTexts(
  { visible, nonVisible }: SignedData,
  asked: Asked,
  vault: Pick<Vault, 'keyedHash' | 'equal'>,
): boolean {
  const isSame = (found: string | undefined, kept: string | undefined) =>
    // Whether BankID shows a text of its own when it was sent none is not known: what was not sent is not looked for.
    kept === undefined || (found !== undefined && vault.equal(hashOfText(found, vault), kept));
  return isSame(visible, asked.visible) && isSame(nonVisible, asked.nonVisible);
}
