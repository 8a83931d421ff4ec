/** Somebody who does not exist, for simulators and their tests. */
export interface TestPerson {
  /** Twelve digits. */
  readonly personalNumber: string;
  readonly givenName: string;
  readonly surname: string;
  readonly email: string;
  /** E.164, of the series that is set aside for fiction. */
  readonly phone: string;
  /** As a certificate of Swedish health care names its holder; the organisation does not exist. */
  readonly hsaId: string;
  /** User principal name. */
  readonly upn: string;
  /** What an employer calls the person in an organisation's eID. */
  readonly organisationId: string;
}

function person(personalNumber: string, givenName: string, surname: string, index: number): TestPerson {
  const name = `${givenName}.${surname}`.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
  return {
    personalNumber,
    givenName,
    surname,
    email: `${name}@example.com`,
    phone: `+4670174060${index}`,
    hsaId: `SE2321000016-T00${index}`,
    upn: `${name}@example.test`,
    organisationId: `E100${index}`,
  };
}

/**
 * The test people.
 *
 * Numbers: the Swedish Tax Agency's published test numbers ("Testpersonnummer", open data, CC0), which are never given to anybody.
 * Telephone numbers: 070-1740605 to 699, set aside for fiction by the Swedish Post and Telecom Authority. Names are ours.
 */
export const testPeople = [
  person('199001012385', 'Astrid', 'Öberg', 5),
  person('199010102383', 'Märta', 'Lindqvist', 6),
  person('198611062384', 'Ulla', 'Alm', 7),
  person('197705232382', 'Frida', 'Åkesson', 8),
  person('201701012393', 'Elis', 'Ängström', 9),
] as const satisfies readonly TestPerson[];

/** The test person with this personal number. */
export function testPersonOf(personalNumber: string): TestPerson | undefined {
  return testPeople.find((known) => known.personalNumber === personalNumber);
}
