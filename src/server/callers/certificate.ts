import type { Clock } from '../../core/ports.ts';
import type { CallerRequest } from './caller-request.ts';
import type { CertificateSettings } from './caller-settings.ts';
import { type PeerCertificateFacts, toFingerprint } from './certificate-facts.ts';
import { nameFrom, nothingShown, type Prover, type Refusal } from './verdict.ts';

const other: Refusal = { code: 'unauthenticated', detail: 'the certificate is not the caller’s' };
const outdated: Refusal = { code: 'unauthenticated', detail: 'the certificate is not valid at this time' };

/**
 * Proves by certificate: every given condition must hold, and the time lie within its validity.
 *
 * The time is looked at for each request: a connection may outlive the certificate it was opened with.
 */
export function createCertificateProver(
  settings: CertificateSettings,
  clock: Clock,
  certificateOf: (request: CallerRequest) => PeerCertificateFacts | undefined,
): Prover {
  const matches = createMatch(settings);
  return (request) => {
    const facts = certificateOf(request);
    if (facts === undefined) return nothingShown;
    if (!matches(facts)) return other;
    const now = clock.now();
    if (now < facts.validFromAt || now > facts.validToAt) return outdated;
    return `certificate:${nameFrom(facts.commonName) ?? facts.fingerprint256}`;
  };
}

function createMatch(settings: CertificateSettings): (facts: PeerCertificateFacts) => boolean {
  const { commonName, issuerCommonName } = settings;
  const fingerprint = settings.fingerprint256 === undefined ? undefined : toFingerprint(settings.fingerprint256);
  const dnsName = settings.dnsName?.toLowerCase();
  return (facts) =>
    (fingerprint === undefined || facts.fingerprint256 === fingerprint) &&
    (commonName === undefined || facts.commonName === commonName) &&
    (dnsName === undefined || facts.dnsNames.includes(dnsName)) &&
    (issuerCommonName === undefined || facts.issuerCommonName === issuerCommonName);
}
