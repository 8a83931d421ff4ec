import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  CertificatePolicies,
  Certificate as DecodedCertificate,
  id_ce_certificatePolicies,
  id_ce_keyUsage,
  KeyUsage,
  type Name,
} from '@peculiar/asn1-x509';
import type { CertificateFacts, NameAttribute } from '../core/certificate.ts';

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Every certificate of a PEM text, in its order; text around them is left out. @throws Error when there is none, or one is damaged */
export function parseCertificates(pem: string): readonly X509Certificate[] {
  const found = pem.match(block) ?? [];
  if (found.length === 0) throw new Error('there is no certificate in PEM in it');
  return found.map((text) => new X509Certificate(text));
}

/** What the certificate says. @throws Error when it cannot be decoded */
export function factsOf(certificate: X509Certificate): CertificateFacts {
  const { subject, issuer } = decode(certificate).tbsCertificate;
  return {
    subject: namesOf(subject),
    issuer: namesOf(issuer),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    policies: policiesOf(certificate),
  };
}

/** Decoding costs a millisecond, and each check of a certificate wants something of it. */
const decoded = new WeakMap<X509Certificate, DecodedCertificate>();

/** The certificate as ASN.1 has it; to be read only. */
export function decode(certificate: X509Certificate): DecodedCertificate {
  const known = decoded.get(certificate) ?? AsnConvert.parse(certificate.raw, DecodedCertificate);
  decoded.set(certificate, known);
  return known;
}

/** True when the certificate has no key usage, or this one among them (RFC 5280 §4.2.1.3). */
export function mayBeUsedFor(certificate: X509Certificate, usage: 'digitalSignature' | 'keyCertSign'): boolean {
  const value = extension(certificate, id_ce_keyUsage);
  return value === undefined || AsnConvert.parse(value, KeyUsage).toJSON().includes(usage);
}

/** The value of an extension, DER. */
export function extension(certificate: X509Certificate, id: string): ArrayBuffer | undefined {
  const { extensions = [] } = decode(certificate).tbsCertificate;
  return extensions.find(({ extnID }) => extnID === id)?.extnValue.buffer;
}

function policiesOf(certificate: X509Certificate): readonly string[] {
  const value = extension(certificate, id_ce_certificatePolicies);
  if (value === undefined) return [];
  return AsnConvert.parse(value, CertificatePolicies).map(({ policyIdentifier }) => policyIdentifier);
}

function namesOf(name: Name): readonly NameAttribute[] {
  return name.flatMap((part) => part.map(({ type, value }) => ({ type, value: value.toString() })));
}
