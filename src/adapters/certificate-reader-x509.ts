import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CertificateReader } from '../core/certificate-reader.ts';
import { factsOf, mayBeUsedFor, parseCertificates } from './certificate.ts';

/** Longest certificate that is looked at, in characters of Base64. Our choice; real ones have a sixth of it. */
const maxLength = 16_384;

/**
 * A reader that trusts certificates signed by one of the authorities in these PEM files, and no others.
 *
 * The authorities given are believed as they are: neither their own issuer nor their validity is looked at (RFC 5280 §6.1.1 d).
 *
 * @throws Error with a sentence for the operator, beginning with `setting`, when a file cannot be read or holds no authority
 */
export function createCertificateReader(setting: string, paths: readonly string[] = []): CertificateReader {
  const authorities = paths.flatMap((path) => readAuthorities(setting, path));
  return {
    hasAuthorities: authorities.length > 0,
    read(base64) {
      const certificate = parse(base64);
      if (certificate === undefined) return undefined;
      const isTrusted = authorities.some((authority) => isIssuedBy(certificate, authority));
      return { facts: factsOf(certificate), isTrusted };
    },
  };
}

function parse(base64: string): X509Certificate | undefined {
  const packed = base64.replaceAll(/\s/g, '');
  if (packed.length > maxLength || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return undefined;
  try {
    const certificate = new X509Certificate(Buffer.from(packed, 'base64'));
    // What cannot be decoded now would fail later.
    factsOf(certificate);
    return certificate;
  } catch {
    return undefined;
  }
}

function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  try {
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  } catch {
    return false;
  }
}

function readAuthorities(setting: string, path: string): readonly X509Certificate[] {
  try {
    const found = parseCertificates(readFileSync(path, 'utf8'));
    if (found.every((certificate) => certificate.ca && mayBeUsedFor(certificate, 'keyCertSign'))) return found;
    throw new Error('a certificate in it is not that of an authority');
  } catch (error) {
    throw new Error(`${setting}: ${path} cannot be used: ${(error as Error).message}`);
  }
}
