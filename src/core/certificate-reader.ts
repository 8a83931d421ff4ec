import type { CertificateFacts } from './certificate.ts';

/** A certificate that somebody sent along. */
export interface ReadCertificate {
  readonly facts: CertificateFacts;
  /** True when one of the authorities that the reader was made with has signed it. */
  readonly isTrusted: boolean;
}

/** Reads certificates of persons. */
export interface CertificateReader {
  /** True when it was made with authorities: then a certificate that is not of theirs is not to be believed. */
  readonly hasAuthorities: boolean;
  /** A certificate in Base64 of DER, without PEM’s lines around it; undefined when it is none. */
  read(base64: string): ReadCertificate | undefined;
}
