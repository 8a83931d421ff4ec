import { type Authority, createAuthority, type Issued } from '../../../simulator-kit/authority.ts';
import type { TestPerson } from '../../../simulator-kit/people.ts';

/** Certificate policies of test BankIDs (BankID relying party guidelines v6). */
export const policies = { file: '1.2.3.4.5', card: '1.2.3.4.10', mobile: '1.2.3.4.25' } as const;

/** A certificate with everything that leads to its root. */
export interface Credential extends Issued {
  /** Its issuer, and the issuer’s own; the root is not among them. PEM. */
  readonly chain: readonly string[];
}

/** How a person’s BankID is not as it should be. */
export type Blemish = 'untrusted' | 'expired' | 'policy';

/** The authorities behind the people’s BankIDs, as the official test has them: a root, a bank, the bank’s customers. */
export interface Bank {
  /** The root that a relying party must trust, PEM. */
  readonly rootPem: string;
  /** Issues what people have. */
  readonly customers: Authority;
  /** A bank that nobody trusts, of the same names. */
  readonly strangers: Authority;
  /** The person’s BankID, made when it is first asked for. */
  credentialOf(person: TestPerson, policy: string, blemish?: Blemish): Promise<Credential>;
  /** Who may tell whether a BankID is revoked. */
  responder(of?: Authority): Promise<Issued>;
}

const names = {
  root: 'CN=Test BankID Root CA v1 Simulated, OU=BankID Member Banks CA, O=Simulated ID-Teknik AB',
  bank: 'CN=Testbank S CA v1 for BankID Simulated, O=Testbank S AB (publ), C=SE',
  customers: 'CN=Testbank S Customer CA1 v1 for BankID Simulated, O=Testbank S AB (publ), C=SE',
};

/** Opens the bank. */
export async function createBank(): Promise<Bank> {
  const [real, false_] = await Promise.all([createAuthorities(), createAuthorities()]);
  const made = new Map<string, Promise<Credential>>();

  async function issue(person: TestPerson, policy: string, blemish?: Blemish): Promise<Credential> {
    const { customers, chain } = blemish === 'untrusted' ? false_ : real;
    const { personalNumber, givenName, surname } = person;
    const issued = await customers.issue({
      subject: `CN=${givenName} ${surname}, GIVENNAME=${givenName}, SURNAME=${surname}, SERIALNUMBER=${personalNumber}, O=Testbank S AB (publ), C=SE`,
      use: 'signing',
      algorithm: 'rsa',
      policies: [blemish === 'policy' ? '1.2.3.4.99' : policy],
      ...(blemish === 'expired' && { notAfter: new Date(Date.UTC(2020, 5)) }),
    });
    return { ...issued, chain };
  }

  return {
    rootPem: real.root.certificatePem,
    customers: real.customers,
    strangers: false_.customers,
    credentialOf(person, policy, blemish) {
      const key = `${person.personalNumber} ${policy} ${blemish}`;
      const known = made.get(key) ?? issue(person, policy, blemish);
      made.set(key, known);
      return known;
    },
    responder: (of = real.customers) => of.issue({ subject: 'CN=Testbank S OCSP Simulated', use: 'ocsp' }),
  };
}

async function createAuthorities() {
  const root = await createAuthority({ name: 'root', subject: names.root });
  const bank = await root.subordinate({ name: 'bank', subject: names.bank });
  const customers = await bank.subordinate({ name: 'customers', subject: names.customers });
  return { root, customers, chain: [customers.certificatePem, bank.certificatePem] };
}
