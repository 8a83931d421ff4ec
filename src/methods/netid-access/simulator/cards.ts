import { X509Certificate } from 'node:crypto';
import { type Authority, createAuthority, type Issued } from '../../../simulator-kit/authority.ts';
import type { TestPerson } from '../../../simulator-kit/people.ts';

/** A certificate of a person, as the service tells it. */
export interface Card extends Issued {
  /** Base64 of DER. */
  readonly certificate: string;
  /** SHA-1, hexadecimal. */
  readonly thumbprint: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What can be wrong with a card. */
export type CardFault = 'expired' | 'other-authority';

/** Cards of the test people; each is made when it is first needed. */
export interface Cards {
  readonly authority: Authority;
  of(person: TestPerson, fault?: CardFault): Promise<Card>;
}

/** Cards of an authority of their own, named as those of SITHS are, and not to be taken for one. */
export async function createCards(): Promise<Cards> {
  const subject = 'CN=Simulated SITHS e-id Person ID Mobile CA, O=Portvakt simulator, C=SE';
  const authority = await createAuthority({ name: 'cards', subject });
  const stranger = await createAuthority({ name: 'cards', subject });
  const made = new Map<string, Promise<Card>>();
  return {
    authority,
    of(person, fault) {
      const key = `${person.personalNumber} ${fault}`;
      const card = made.get(key) ?? make(person, fault === 'other-authority' ? stranger : authority, fault);
      made.set(key, card);
      return card;
    },
  };
}

async function make(person: TestPerson, authority: Authority, fault: CardFault | undefined): Promise<Card> {
  const { givenName, surname, personalNumber } = person;
  const issued = await authority.issue({
    subject: `CN=${givenName} ${surname}, SURNAME=${surname}, GIVENNAME=${givenName}, SERIALNUMBER=${personalNumber}, C=SE`,
    use: 'person',
    algorithm: 'rsa',
    ...(fault === 'expired' && { notBefore: new Date(Date.UTC(2020, 0)), notAfter: new Date(Date.UTC(2020, 1)) }),
  });
  const read = new X509Certificate(issued.certificatePem);
  return {
    ...issued,
    certificate: read.raw.toString('base64'),
    thumbprint: read.fingerprint.replaceAll(':', ''),
    notBefore: asText(read.validFromDate),
    notAfter: asText(read.validToDate),
  };
}

/** The vendor does not say how dates are written; this is one way. */
function asText(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}
