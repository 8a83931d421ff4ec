import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { createLdapDirectory } from '../../src/adapters/directory-ldap.ts';
import type { Person } from '../../src/core/directory.ts';
import { type LdapSettings, ldapSchema } from '../../src/core/ldap-settings.ts';
import { keptLog, neverWrite } from '../support/output.ts';
import { admin, type Slapd, startSlapd, suffix } from '../support/slapd.ts';

/** A slapd that the tests of a file share. */
export function sharedSlapd(ldif: string): () => Slapd {
  let slapd: Slapd | undefined;
  beforeAll(async () => {
    slapd = await startSlapd(ldif);
  });
  afterAll(() => slapd?.end());
  return () => {
    if (slapd === undefined) throw new Error('slapd is there once the tests run');
    return slapd;
  };
}

/** The directory with these settings, as the product makes it; what it logs is in `logged`. Its connections end with the test. */
export function directoryAt(settings: Partial<LdapSettings>) {
  const logged: string[] = [];
  const { log, keep } = keptLog((line) => logged.push((JSON.parse(line) as { msg: string }).msg));
  neverWrite(settings);
  const complete = ldapSchema.parse({ type: 'ldap', base: suffix, ...settings });
  const directory = createLdapDirectory(complete, { country: 'SE', log });
  onTestFinished(() => {
    directory.close();
    keep();
  });
  return {
    ...directory,
    logged,
    async checkPassword(person: Person, password: string) {
      neverWrite({ password });
      return directory.checkPassword(person, password);
    },
  };
}

/** Settings that reach this slapd over LDAPS as its administrator. */
export function securely({ secureUrl, ca }: Slapd, more: Partial<LdapSettings> = {}): Partial<LdapSettings> {
  return { urls: [secureUrl], ca, bind: admin, ...more };
}
