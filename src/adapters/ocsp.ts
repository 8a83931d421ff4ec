import { hash, verify, X509Certificate } from 'node:crypto';
import {
  BasicOCSPResponse,
  type CertID,
  id_kp_OCSPSigning,
  id_pkix_ocsp_basic,
  id_pkix_ocsp_nonce,
  OCSPResponse,
  OCSPResponseStatus,
  type ResponderID,
  type SingleResponse,
} from '@peculiar/asn1-ocsp';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { decode } from './certificate.ts';
import { isIssuedBy, isUsable } from './certificate-path.ts';

/** Which certificate an answer must be about, and when it must have been given. */
export interface OcspQuestion {
  readonly certificate: X509Certificate;
  /** The authority that issued it. */
  readonly issuer: X509Certificate;
  /** Now, milliseconds since 1970. */
  readonly at: number;
  /** How old the answer may be. */
  readonly maxAgeMs: number;
  /** Whether this is the nonce that belongs to it (RFC 8954); undefined when there is none. */
  acceptsNonce(nonce: Uint8Array | undefined): boolean;
}

/** How far clocks may differ, in milliseconds. Our choice. */
const skewMs = 120_000;

/** How answers may be signed, with the hash and the kind of key (RFC 4055 §5, RFC 5758 §3.2). SHA-1 is not among them. */
const signatures: Readonly<Record<string, readonly [hash: string, key: 'rsa' | 'ec']>> = {
  '1.2.840.113549.1.1.11': ['sha256', 'rsa'],
  '1.2.840.113549.1.1.12': ['sha384', 'rsa'],
  '1.2.840.113549.1.1.13': ['sha512', 'rsa'],
  '1.2.840.10045.4.3.2': ['sha256', 'ec'],
  '1.2.840.10045.4.3.3': ['sha384', 'ec'],
  '1.2.840.10045.4.3.4': ['sha512', 'ec'],
};

/** How an answer may name the certificate that it is about; nothing is proved by these hashes (RFC 6960 §4.1.1). */
const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/**
 * Checks that an authority answered for this certificate, lately, that it is good (RFC 6960 §3.2).
 *
 * @throws Error that says why not, in words of ours
 */
export function verifyOcspResponse(response: Uint8Array, question: OcspQuestion): void {
  const basic = readBasicResponse(response);
  const responder = findResponder(basic, question);
  if (!isSignedBy(basic, responder)) throw new Error('its signature is not the responder’s');
  const { producedAt, responses, responseExtensions = [] } = basic.tbsResponseData;
  const { at, maxAgeMs } = question;
  if (producedAt.getTime() > at + skewMs) throw new Error('it was given in the future');
  if (producedAt.getTime() < at - maxAgeMs) throw new Error('it is too old');
  const [single, ...others] = responses.filter(({ certID }) => isAbout(certID, question));
  if (single === undefined || others.length > 0) throw new Error('it is not about the certificate');
  mustBeGood(single, at);
  const nonces = responseExtensions.filter(({ extnID }) => extnID === id_pkix_ocsp_nonce);
  const nonce = nonces[0]?.extnValue.buffer;
  if (nonces.length > 1 || !question.acceptsNonce(nonce && toNonce(new Uint8Array(nonce)))) {
    throw new Error('its nonce does not belong to the signature');
  }
}

function readBasicResponse(response: Uint8Array): BasicOCSPResponse {
  const { responseStatus, responseBytes } = parse(response, OCSPResponse);
  if (responseStatus !== OCSPResponseStatus.successful) throw new Error('the responder did not answer the question');
  if (responseBytes?.responseType !== id_pkix_ocsp_basic) throw new Error('it is of another sort');
  return parse(new Uint8Array(responseBytes.response.buffer), BasicOCSPResponse);
}

function parse<T>(bytes: Uint8Array, shape: new () => T): T {
  try {
    return AsnConvert.parse(bytes, shape);
  } catch {
    throw new Error('it cannot be read');
  }
}

/** Who signed: the issuer itself, or someone whom the issuer has made a responder (RFC 6960 §4.2.2.2). */
function findResponder({ certs = [], tbsResponseData }: BasicOCSPResponse, { issuer, at }: OcspQuestion) {
  const named = [issuer, ...certs.map((raw) => new X509Certificate(Buffer.from(AsnConvert.serialize(raw))))].filter(
    (candidate) => isNamed(candidate, tbsResponseData.responderID),
  );
  const responder = named.find((candidate) => candidate === issuer || isResponder(candidate, issuer, at));
  if (responder === undefined) throw new Error('the responder may not answer for the authority');
  return responder;
}

function isResponder(certificate: X509Certificate, issuer: X509Certificate, at: number): boolean {
  const mayAnswer = certificate.keyUsage?.includes(id_kp_OCSPSigning) ?? false;
  return mayAnswer && isIssuedBy(certificate, issuer) && isUsable(certificate, at);
}

function isNamed(certificate: X509Certificate, { byName, byKey }: ResponderID): boolean {
  if (byKey !== undefined) return isSame(byKey.buffer, keyHash(certificate, 'sha1'));
  return byName !== undefined && isSame(AsnConvert.serialize(byName), nameOf(certificate));
}

function isSignedBy(
  { signatureAlgorithm, signature, tbsResponseDataRaw }: BasicOCSPResponse,
  { publicKey }: X509Certificate,
): boolean {
  const [digest, key] = signatures[signatureAlgorithm.algorithm] ?? [];
  if (digest === undefined || publicKey.asymmetricKeyType !== key || tbsResponseDataRaw === undefined) return false;
  return verify(digest, new Uint8Array(tbsResponseDataRaw), publicKey, new Uint8Array(signature));
}

function isAbout({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: CertID, question: OcspQuestion) {
  const { certificate, issuer } = question;
  const name = hashes[hashAlgorithm.algorithm];
  if (name === undefined || !isSame(serialNumber, decode(certificate).tbsCertificate.serialNumber)) return false;
  return (
    isSame(issuerNameHash.buffer, hash(name, nameOf(issuer), 'buffer')) &&
    isSame(issuerKeyHash.buffer, keyHash(issuer, name))
  );
}

function mustBeGood({ certStatus, thisUpdate, nextUpdate }: SingleResponse, at: number): void {
  if (certStatus.good === undefined) throw new Error('the certificate is revoked or unknown');
  if (thisUpdate.getTime() > at + skewMs) throw new Error('it holds from a time to come');
  if (nextUpdate !== undefined && nextUpdate.getTime() < at - skewMs) throw new Error('it held until a time gone by');
}

/** A nonce is wrapped in an OCTET STRING (RFC 8954 §2.1); some responders leave that out. */
function toNonce(value: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(AsnConvert.parse(value, OctetString).buffer);
  } catch {
    return value;
  }
}

function nameOf(certificate: X509Certificate): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(decode(certificate).tbsCertificate.subject));
}

function keyHash(certificate: X509Certificate, name: string): Uint8Array {
  return hash(name, new Uint8Array(decode(certificate).tbsCertificate.subjectPublicKeyInfo.subjectPublicKey), 'buffer');
}

function isSame(a: ArrayBuffer, b: ArrayBuffer | Uint8Array): boolean {
  return Buffer.compare(new Uint8Array(a), new Uint8Array(b)) === 0;
}
