import { createHash, generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto';
import {
  BasicOCSPResponse,
  CertID,
  CertStatus,
  id_pkix_ocsp_basic,
  id_pkix_ocsp_nonce,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
} from '@peculiar/asn1-ocsp';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, Certificate, Extension } from '@peculiar/asn1-x509';
import type { Issued } from '../../../simulator-kit/authority.ts';

/** How an answer about revocation is not as it should be. */
export type OcspFault =
  | 'revoked'
  | 'wrong-nonce'
  | 'no-nonce'
  | 'other-certificate'
  | 'old'
  | 'unsuccessful'
  | 'wrong-key';

/** What is asked. */
export interface OcspOrder {
  /** Base64, as it is delivered. */
  readonly signature: string;
  readonly certificatePem: string;
  /** Of the authority that issued it. */
  readonly issuerPem: string;
  readonly responder: Issued;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly fault: OcspFault | undefined;
}

const dayMs = 86_400_000;
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';

/** An answer of the authority, DER (RFC 6960 §4.2.1). */
export function createOcspResponse(order: OcspOrder): Buffer {
  const { fault, responder } = order;
  if (fault === 'unsuccessful') return serialize(new OCSPResponse({ responseStatus: OCSPResponseStatus.tryLater }));
  const data = responseData(order);
  const key = fault === 'wrong-key' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : responder.keyPem;
  const basic = new BasicOCSPResponse({
    tbsResponseData: data,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 }),
    signature: buffer(sign('sha256', serialize(data), key)),
    certs: [decode(responder.certificatePem)],
  });
  const response = new OctetString(buffer(serialize(basic)));
  return serialize(
    new OCSPResponse({
      responseStatus: OCSPResponseStatus.successful,
      responseBytes: new ResponseBytes({ responseType: id_pkix_ocsp_basic, response }),
    }),
  );
}

function responseData({ fault, signature, certificatePem, issuerPem, responder, at }: OcspOrder): ResponseData {
  const given = new Date(Math.floor((fault === 'old' ? at - dayMs : at) / 1000) * 1000);
  const nonce = fault === 'wrong-nonce' ? randomBytes(32) : nonceOf(signature);
  const value = new OctetString(buffer(serialize(new OctetString(buffer(nonce)))));
  return new ResponseData({
    responderID: new ResponderID({ byName: decode(responder.certificatePem).tbsCertificate.subject }),
    producedAt: given,
    responses: [
      new SingleResponse({
        certID: idOf(fault === 'other-certificate' ? issuerPem : certificatePem, issuerPem),
        certStatus:
          fault === 'revoked'
            ? new CertStatus({ revoked: new RevokedInfo({ revocationTime: given }) })
            : new CertStatus({ good: null }),
        thisUpdate: given,
        nextUpdate: new Date(given.getTime() + dayMs),
      }),
    ],
    responseExtensions: fault === 'no-nonce' ? [] : [new Extension({ extnID: id_pkix_ocsp_nonce, extnValue: value })],
  });
}

/** 20 bytes that name the signature, 12 of chance. */
function nonceOf(signature: string): Buffer {
  return Buffer.concat([createHash('sha1').update(signature, 'utf8').digest(), randomBytes(12)]);
}

function idOf(certificatePem: string, issuerPem: string): CertID {
  const issuer = decode(issuerPem).tbsCertificate;
  const sha1 = (bytes: Uint8Array) => new OctetString(buffer(hash('sha1', bytes, 'buffer')));
  return new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: '1.3.14.3.2.26', parameters: null }),
    issuerNameHash: sha1(serialize(issuer.subject)),
    issuerKeyHash: sha1(new Uint8Array(issuer.subjectPublicKeyInfo.subjectPublicKey)),
    serialNumber: decode(certificatePem).tbsCertificate.serialNumber,
  });
}

function decode(pem: string): Certificate {
  return AsnConvert.parse(Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64'), Certificate);
}

function serialize(value: unknown): Buffer {
  return Buffer.from(AsnConvert.serialize(value));
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
