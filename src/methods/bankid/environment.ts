import type { BankIdSettings } from '../../core/bankid-settings.ts';
import { attributeOf, type CertificateFacts } from '../../core/certificate.ts';
import { serverRoots } from './server-roots.ts';

/** The certificates of a connection. */
export interface Environment {
  /** Our own. */
  readonly certificate: CertificateFacts | undefined;
  /** Whom we take BankID’s servers from. */
  readonly authorities: readonly CertificateFacts[];
  /** Whom we take people’s BankIDs from. */
  readonly signatureRoots: readonly CertificateFacts[];
}

/**
 * What is wrong with these certificates in this mode, in a sentence for the operator; undefined when nothing is.
 *
 * The roots of the servers are known by their fingerprints; everything else by names, as BankID’s test world spells them: issuers `… for BankID
 * Test` of a `Testbank`, and a root `Test BankID Root CA …`. What production certificates are called is inferred from that.
 */
export function environmentFault(
  { mode, serverRoots: own }: Pick<BankIdSettings, 'mode' | 'serverRoots'>,
  environment: Environment,
): string | undefined {
  return mode === 'production' ? inProduction(environment, own) : inTest(environment);
}

function inProduction(
  { certificate, authorities, signatureRoots }: Environment,
  own: readonly string[] | undefined,
): string | undefined {
  const pinned = own?.map(plain) ?? [serverRoots.production.fingerprint];
  const stranger = authorities.find(({ fingerprint }) => !pinned.includes(fingerprint) || isKnown(fingerprint, 'test'));
  if (stranger !== undefined || authorities.length === 0) {
    return `tls.ca holds "${nameOf(stranger?.subject)}", which is not BankID’s production root; the mode is production`;
  }
  if (certificate !== undefined && isTest(certificate.issuer)) {
    return `tls holds a test certificate, issued by "${nameOf(certificate.issuer)}"; the mode is production`;
  }
  const root = signatureRoots.find(({ subject }) => isTest(subject));
  return root && `proof.roots holds "${nameOf(root.subject)}", a root of the test world; the mode is production`;
}

function inTest({ certificate, authorities, signatureRoots }: Environment): string | undefined {
  const real = authorities.find(({ fingerprint }) => isKnown(fingerprint, 'production'));
  if (real !== undefined) return `tls.ca holds "${nameOf(real.subject)}", BankID’s production root; the mode is test`;
  // Beside a simulator’s root a certificate may be anybody’s.
  const isBankIds = authorities.some(({ fingerprint }) => isKnown(fingerprint, 'test'));
  if (isBankIds && certificate !== undefined && !isTest(certificate.issuer)) {
    return `tls holds a certificate of "${nameOf(certificate.issuer)}", which is no test certificate; the mode is test`;
  }
  const root = signatureRoots.find(({ subject }) => /^BankID Root CA\b(?!.*Test)/i.test(nameOf(subject)));
  return root && `proof.roots holds "${nameOf(root.subject)}", a root of the production world; the mode is test`;
}

function isTest(name: CertificateFacts['subject']): boolean {
  return /\bTest\b|^Testbank\b/i.test(nameOf(name));
}

function isKnown(fingerprint: string, mode: keyof typeof serverRoots): boolean {
  return fingerprint === serverRoots[mode].fingerprint;
}

function nameOf(name: CertificateFacts['subject'] | undefined): string {
  return name === undefined ? 'nothing' : (attributeOf(name, 'CN') ?? attributeOf(name, 'O') ?? 'nameless');
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
