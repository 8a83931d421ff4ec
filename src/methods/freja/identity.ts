import { z } from 'zod';
import type { Asked } from './order.ts';

/** What is known of the person, by name. */
export type Identity = Readonly<Record<string, string>>;

const text = z.string().nullish();

/** Attributes in a signed result, by the names and shapes of the vendor's open-source client; others are not read. */
export const attributesSchema = z.looseObject({
  basicUserInfo: z.looseObject({ name: text, surname: text }).nullish(),
  ssn: z.looseObject({ country: z.string(), ssn: z.string() }).nullish(),
  emailAddress: text,
  allEmailAddresses: z.array(z.looseObject({ emailAddress: z.string() })).nullish(),
  allPhoneNumbers: z.array(z.looseObject({ phoneNumber: z.string() })).nullish(),
  organisationIdIdentifier: text,
  organisationId: z.looseObject({ identifier: text, issuerCode: text }).nullish(),
});

/** The properties of the answer that belong to a finished identification (PhenixID, valve FrejaEIDAuthStatus), beside `fullResponse`. */
export const resultProperties = {
  ssn: 'Personal number',
  givenName: 'First name',
  sn: 'Family name',
  mail: 'Mail address',
  organisationIdIdentifier: 'What an organisation calls the person',
} as const;

/** Attributes that are handed on under their own name, for linking people. */
const handedOn = [
  'dateOfBirth',
  'age',
  'customIdentifier',
  'relyingPartyUserId',
  'integratorSpecificUserId',
  'uniquePersonalIdentifier',
  'registrationLevel',
  'loaLevel',
  'gender',
] as const;

/**
 * What is handed on: the documented properties, empty where Freja gave nothing, and others that were asked for.
 *
 * By whatever the person was asked for, that is what they have proved to be: it counts where no attribute says it.
 */
export function toIdentity(attributes: z.infer<typeof attributesSchema>, asked: Asked): Identity {
  const { ssn, basicUserInfo, emailAddress, allEmailAddresses, allPhoneNumbers, organisationId } = attributes;
  const proved = (type: Asked['userInfoType']) => (asked.userInfoType === type ? asked.identifier : undefined);
  const documented: Record<keyof typeof resultProperties, string | null | undefined> = {
    ssn: ssn?.ssn ?? proved('SSN'),
    givenName: basicUserInfo?.name,
    sn: basicUserInfo?.surname,
    mail: emailAddress ?? allEmailAddresses?.[0]?.emailAddress ?? proved('EMAIL'),
    organisationIdIdentifier: attributes.organisationIdIdentifier ?? organisationId?.identifier ?? proved('ORG_ID'),
  };
  const more: Record<string, unknown> = {
    country: ssn?.country ?? (proved('SSN') === undefined ? undefined : asked.country),
    mobile: allPhoneNumbers?.[0]?.phoneNumber ?? proved('PHONE'),
    organisationIdIssuer: organisationId?.issuerCode,
    ...Object.fromEntries(handedOn.map((name) => [name, attributes[name]])),
  };
  return Object.fromEntries([
    ...Object.entries(documented).map(([name, value]) => [name, value ?? ''] as const),
    ...Object.entries(more).flatMap(([name, value]) => (isPlain(value) ? [[name, String(value)] as const] : [])),
  ]);
}

/** Of what is handed on under its own name, texts and numbers only. */
function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
