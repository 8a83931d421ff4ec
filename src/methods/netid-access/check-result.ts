import { attributeOf, type CertificateFacts } from '../../core/certificate.ts';
import type { CertificateReader, ReadCertificate } from '../../core/certificate-reader.ts';
import type { CollectResult } from './messages.ts';
import { contradicts, inTwelveDigits, isAskedPerson, isHsaId, type PersonalNumberForm } from './who.ts';
import type { OwnWord } from './wire.ts';

/** What is looked at before anybody is called identified. */
export interface ResultRules {
  readonly personalNumbers: PersonalNumberForm;
  readonly certificateRequired: boolean;
  readonly skewMs: number;
  readonly reader: CertificateReader;
}

/** What is known of the person; see {@link toIdentity}. */
export type Identity = Readonly<Record<string, string>>;

/** The properties of the answer that belong to a finished identification (PhenixID, valve for Net iD Access collect). */
export const resultProperties = {
  ocspresponse: 'Answer on the revocation of the certificate, Base64',
  signature: 'The person’s signature, Base64',
  certificate: 'The person’s certificate, Base64',
  givenName: 'First name',
  sn: 'Family name',
  personalNumber: 'Personal number, or the id that the certificate has in its place',
  name: 'Name',
  notAfter: 'When the certificate ends to be valid, as the server writes it',
  notBefore: 'When it begins to be valid',
  deviceAddress: 'Address of the device',
  deviceName: 'Name of the device',
  deviceVersion: 'Version of the device',
} as const;

/**
 * Looks at a result that is said to be complete: that it names a person, the one who was asked for, and that the certificate fits and is valid.
 *
 * `asked` is empty when the order was for anybody. The server has checked signature and revocation; its documents do not say how anyone else could.
 */
export function checkResult(
  result: CollectResult,
  asked: string,
  at: number,
  rules: ResultRules,
): { readonly identity: Identity } | { readonly word: OwnWord } {
  const identifiers = identifiersIn(result);
  if (identifiers.length === 0) return { word: 'person-missing' };
  const { requestedUserId } = result;
  const isAnother = requestedUserId !== undefined && !isAskedPerson(asked, [requestedUserId]);
  if (asked !== '' && (isAnother || !isAskedPerson(asked, identifiers))) return { word: 'person-mismatch' };
  const { certificate } = result.userInfo;
  if (certificate === undefined) {
    return rules.certificateRequired ? { word: 'certificate-missing' } : { identity: toIdentity(result, rules) };
  }
  const found = rules.reader.read(certificate);
  const word = found === undefined ? 'certificate-unreadable' : faultIn(found, identifiers, at, rules);
  return word === undefined ? { identity: toIdentity(result, rules, found?.facts) } : { word };
}

/** Who somebody is, in the order in which the values count; what was asked for proves nothing and is not among them. */
function identifiersIn({ userInfo }: CollectResult): readonly string[] {
  const { personalNumber, userId, userUniqueName } = userInfo;
  return [personalNumber, userId, userUniqueName].filter((value) => value !== undefined);
}

function faultIn(
  { facts, isTrusted }: ReadCertificate,
  identifiers: readonly string[],
  at: number,
  { reader, skewMs }: ResultRules,
): OwnWord | undefined {
  if (reader.hasAuthorities && !isTrusted) return 'certificate-untrusted';
  // Written so that a date that is none is not valid either.
  const isValid = at >= facts.notBefore - skewMs && at <= facts.notAfter + skewMs;
  if (!isValid) return 'certificate-not-valid';
  // Where Swedish certificates have a person's number, or an id in its place.
  const own = attributeOf(facts.subject, 'serialNumber') ?? '';
  return contradicts(own, identifiers) ? 'certificate-mismatch' : undefined;
}

/**
 * What is handed on: the twelve documented properties, empty where the server gave nothing, and more for linking people and for sign-in pages.
 *
 * `subject` is the first of the identifiers; `hsaId` and `userPrincipalName` are there when one of them has that form.
 */
function toIdentity(result: CollectResult, { personalNumbers }: ResultRules, facts?: CertificateFacts): Identity {
  const { userInfo, deviceInfo } = result;
  const written = (text: string) => (personalNumbers === 'as-given' ? text : inTwelveDigits(text));
  const identifiers = identifiersIn(result);
  const more = {
    subject: written(identifiers[0] ?? ''),
    userId: userInfo.userId,
    userUniqueName: userInfo.userUniqueName,
    hsaId: identifiers.find(isHsaId),
    userPrincipalName: identifiers.find((identifier) => /^[^\s@]+@[^\s@]+$/.test(identifier)),
    certificateIssuer: facts === undefined ? undefined : attributeOf(facts.issuer, 'cn'),
  };
  const documented: Readonly<Record<keyof typeof resultProperties, string | undefined>> = {
    ocspresponse: result.ocspResponse,
    signature: result.signature,
    certificate: userInfo.certificate,
    givenName: userInfo.givenName,
    sn: userInfo.surname,
    personalNumber: userInfo.personalNumber === undefined ? undefined : written(userInfo.personalNumber),
    name: userInfo.name,
    notAfter: userInfo.notAfter,
    notBefore: userInfo.notBefore,
    deviceAddress: deviceInfo.address,
    deviceName: deviceInfo.name,
    deviceVersion: deviceInfo.version,
  };
  const known = Object.entries(more).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const twelve = Object.entries(documented).map(([name, value]) => [name, value ?? ''] as const);
  return Object.fromEntries([...twelve, ...known]);
}
