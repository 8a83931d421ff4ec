import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** What callers are recognised by, from a certificate whose chain somebody has checked. */
export interface PeerCertificateFacts {
  /** SHA-256 of the certificate, 64 hexadecimal digits in lower case. */
  readonly fingerprint256: string;
  /** Absent when the subject has none or several. */
  readonly commonName: string | undefined;
  readonly issuerCommonName: string | undefined;
  /** From the subject's alternative names, in lower case. */
  readonly dnsNames: readonly string[];
  readonly validFromAt: number;
  readonly validToAt: number;
}

const none = Symbol('no certificate');
const seen = new WeakMap<TLSSocket, PeerCertificateFacts | typeof none>();

/** The client certificate of a connection, if TLS found it in order. Read at the first request; every other one gets the same object. */
export function peerCertificateOf(socket: TLSSocket): PeerCertificateFacts | undefined {
  let facts = seen.get(socket);
  if (facts === undefined) {
    const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
    facts = certificate === undefined ? none : toFacts(certificate);
    seen.set(socket, facts);
  }
  return facts === none ? undefined : facts;
}

/** The facts of one certificate. */
export function toFacts(certificate: X509Certificate): PeerCertificateFacts {
  const { subject, issuer } = certificate.toLegacyObject();
  return {
    fingerprint256: toFingerprint(certificate.fingerprint256),
    commonName: single(subject.CN),
    issuerCommonName: single(issuer.CN),
    dnsNames: dnsNamesIn(certificate.subjectAltName ?? ''),
    validFromAt: certificate.validFromDate.getTime(),
    validToAt: certificate.validToDate.getTime(),
  };
}

/** A fingerprint as we write it, whatever its case and colons. */
export function toFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}

/** Which of several common names the authority checked, nobody knows. */
function single(name: string | readonly string[] | undefined): string | undefined {
  return typeof name === 'string' ? name : undefined;
}

/**
 * Node writes the alternative names in one line, `DNS:a, URI:"b\u002c DNS:c"`: a value with anything odd in it stands as a
 * JSON string. Taken apart name by name, so that none can be hidden in another; all or nothing.
 */
function dnsNamesIn(line: string): readonly string[] {
  const names: string[] = [];
  const item = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;
  while (item.lastIndex < line.length) {
    const [, type, value = ''] = item.exec(line) ?? [];
    if (type === undefined) return [];
    if (type === 'DNS') names.push((value.startsWith('"') ? String(JSON.parse(value)) : value).toLowerCase());
  }
  return names;
}

/** @throws Error when these bytes are no certificate */
export function factsFromDer(der: Uint8Array): PeerCertificateFacts {
  return toFacts(new X509Certificate(der));
}
