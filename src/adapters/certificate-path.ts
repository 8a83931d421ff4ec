import type { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  BasicConstraints,
  id_ce_basicConstraints,
  id_ce_certificatePolicies,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
} from '@peculiar/asn1-x509';
import { decode, extension, mayBeUsedFor } from './certificate.ts';

/** Longest path, the root not counted. Our choice: those of the eIDs have three. */
const maxLength = 6;

/** Critical extensions that are understood here; a certificate with any other must be refused (RFC 5280 §4.2). */
const understood: ReadonlySet<string> = new Set([
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_certificatePolicies,
  id_ce_extKeyUsage,
  id_ce_subjectAltName,
]);

/** Where a path may begin and what it may lead over. */
export interface PathSearch {
  /** The authorities that are trusted. */
  readonly roots: readonly X509Certificate[];
  /** Certificates that came along; trusted for nothing but leading to a root. */
  readonly others: readonly X509Certificate[];
  /** Every certificate of the path must be valid at this time, milliseconds since 1970. */
  readonly at: number;
}

/**
 * The certificates from this one, included, to a root, included; undefined when no path leads there (RFC 5280 §6.1, without name and policy
 * constraints: a certificate that demands those is refused).
 */
export function findPath(certificate: X509Certificate, search: PathSearch): readonly X509Certificate[] | undefined {
  return pathFrom([certificate], search);
}

function pathFrom(path: readonly X509Certificate[], search: PathSearch): readonly X509Certificate[] | undefined {
  const last = path.at(-1);
  if (last === undefined || path.length > maxLength || !isUsable(last, search.at)) return undefined;
  const root = search.roots.find((candidate) => isUsable(candidate, search.at) && mayHaveIssued(candidate, path));
  if (root !== undefined) return [...path, root];
  for (const candidate of search.others) {
    if (path.includes(candidate) || !mayHaveIssued(candidate, path)) continue;
    const found = pathFrom([...path, candidate], search);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True when this authority has signed the certificate. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** True when the certificate is valid at that time, and demands nothing that is not understood here. */
export function isUsable(certificate: X509Certificate, at: number): boolean {
  const { extensions = [] } = decode(certificate).tbsCertificate;
  const isTimely = certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime();
  return isTimely && extensions.every(({ extnID, critical }) => !critical || understood.has(extnID));
}

function mayHaveIssued(issuer: X509Certificate, path: readonly X509Certificate[]): boolean {
  const last = path.at(-1);
  if (last === undefined || !issuer.ca || !mayBeUsedFor(issuer, 'keyCertSign') || !isIssuedBy(last, issuer))
    return false;
  const constraints = extension(issuer, id_ce_basicConstraints);
  const { pathLenConstraint } = constraints === undefined ? {} : AsnConvert.parse(constraints, BasicConstraints);
  // How many authorities may lie below it; the person’s own certificate is none (RFC 5280 §4.2.1.9).
  return pathLenConstraint === undefined || path.length - 1 <= pathLenConstraint;
}
