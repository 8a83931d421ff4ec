import type { TestPerson } from '../../../simulator-kit/people.ts';

/** How an attribute is told, and whether it needs the level EXTENDED at least ("Authentication Services": most personal ones do). */
interface Attribute {
  readonly key: string;
  readonly needsExtended: boolean;
  /** `at`: milliseconds since 1970. */
  of(person: TestPerson, at: number): unknown;
}

const birthOf = ({ personalNumber: digits }: TestPerson) =>
  `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;

function own(key: string, of: Attribute['of'], needsExtended = true): Attribute {
  return { key, needsExtended, of };
}

/** Attributes by the names of requests; keys and shapes of results: the vendor's open-source client. */
export const attributes: Readonly<Record<string, Attribute>> = {
  BASIC_USER_INFO: own('basicUserInfo', ({ givenName, surname }) => ({ name: givenName, surname })),
  SSN: own('ssn', ({ personalNumber }) => ({ country: 'SE', ssn: personalNumber })),
  EMAIL_ADDRESS: own('emailAddress', ({ email }) => email, false),
  ALL_EMAIL_ADDRESSES: own('allEmailAddresses', ({ email }) => [{ emailAddress: email }], false),
  ALL_PHONE_NUMBERS: own('allPhoneNumbers', ({ phone }) => [{ phoneNumber: phone }], false),
  DATE_OF_BIRTH: own('dateOfBirth', birthOf),
  AGE: own('age', ({ personalNumber }, at) => new Date(at).getUTCFullYear() - Number(personalNumber.slice(0, 4))),
  ADDRESSES: own('addresses', () => [
    {
      country: 'SE',
      city: 'STORSTAD',
      postCode: '123 45',
      address1: 'Storgatan 1',
      type: 'RESIDENTIAL',
      sourceType: 'GOVERNMENT_REGISTRY',
    },
  ]),
  CUSTOM_IDENTIFIER: own('customIdentifier', ({ upn }) => upn, false),
  RELYING_PARTY_USER_ID: own('relyingPartyUserId', ({ hsaId }) => `rp-${hsaId}`, false),
  INTEGRATOR_SPECIFIC_USER_ID: own('integratorSpecificUserId', ({ hsaId }) => `is-${hsaId}`, false),
  UNIQUE_PERSONAL_IDENTIFIER: own('uniquePersonalIdentifier', upiOf),
  ORGANISATION_ID_IDENTIFIER: own('organisationIdIdentifier', ({ organisationId }) => organisationId, false),
  ORGANISATION_ID: own(
    'organisationId',
    ({ organisationId }) => ({
      identifier: organisationId,
      issuerCode: 'EXAMPLE',
      issuerFriendlyName: { EN: 'Example', SV: 'Exempel' },
      additionalAttributes: [],
    }),
    false,
  ),
  REGISTRATION_LEVEL: own('registrationLevel', () => 'PLUS', false),
  LOA_LEVEL: own('loaLevel', () => 'LOA3'),
  DOCUMENT: own('document', () => ({
    type: 'PASS',
    serialNumber: 'XA0000000',
    country: 'SE',
    expirationDate: '2030-01-01',
  })),
  PHOTO: own('photo', () => ''),
  DOCUMENT_PHOTO: own('documentPhoto', () => ''),
  NFC_ID_PHOTO: own('nfcIdPhoto', () => ''),
  NETWORK_INFO: own('networkInfo', () => ({ publicIp: '192.0.2.1' }), false),
  GENDER: own('gender', () => 'UNSPECIFIED'),
  COVID_CERTIFICATES: own('covidCertificates', () => ({})),
  DOCUMENT_INFO_WITH_PDF: own('documentInfoWithPdf', () => ({})),
  CHILDREN_DOCUMENT_INFO_WITH_PDF: own('childrenDocumentInfoWithPdf', () => []),
};

/** Freja's own identifier of a person. */
export function upiOf({ hsaId }: TestPerson): string {
  return `upi-${hsaId}`;
}

/** What is told of a person, as it is at `at`, milliseconds since 1970. */
export function attributesOf(
  person: TestPerson,
  names: readonly string[],
  at: number,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const attribute = attributes[name];
      return attribute === undefined ? [] : [[attribute.key, attribute.of(person, at)] as const];
    }),
  );
}
