import { hash, sign } from 'node:crypto';
import {
  BasicOCSPResponse,
  CertID,
  CertStatus,
  id_pkix_ocsp_basic,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  SingleResponse,
} from '@peculiar/asn1-ocsp';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, Certificate } from '@peculiar/asn1-x509';
import type { Authority } from '../../../simulator-kit/authority.ts';

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const sha1 = '1.3.14.3.2.26';
const dayMs = 86_400_000;

/** The authority's own answer that a certificate of its is good (RFC 6960 §4.2.1): Base64 of DER. */
export function goodAnswer(certificatePem: string, authority: Authority, at: number): string {
  const issuer = decode(authority.certificatePem).tbsCertificate;
  const given = new Date(Math.floor(at / 1000) * 1000);
  const certID = new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: sha1, parameters: null }),
    issuerNameHash: digest(new Uint8Array(AsnConvert.serialize(issuer.subject))),
    issuerKeyHash: digest(new Uint8Array(issuer.subjectPublicKeyInfo.subjectPublicKey)),
    serialNumber: decode(certificatePem).tbsCertificate.serialNumber,
  });
  const tbsResponseData = new ResponseData({
    responderID: new ResponderID({ byName: issuer.subject }),
    producedAt: given,
    responses: [
      new SingleResponse({
        certID,
        certStatus: new CertStatus({ good: null }),
        thisUpdate: given,
        nextUpdate: new Date(given.getTime() + dayMs),
      }),
    ],
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsResponseData)), authority.keyPem);
  const basic = new BasicOCSPResponse({
    tbsResponseData,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 }),
    signature: buffer(signature),
  });
  const response = new OctetString(AsnConvert.serialize(basic));
  const answer = new OCSPResponse({
    responseStatus: OCSPResponseStatus.successful,
    responseBytes: new ResponseBytes({ responseType: id_pkix_ocsp_basic, response }),
  });
  return Buffer.from(AsnConvert.serialize(answer)).toString('base64');
}

function decode(pem: string): Certificate {
  return AsnConvert.parse(Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64'), Certificate);
}

function digest(bytes: Uint8Array): OctetString {
  return new OctetString(buffer(hash('sha1', bytes, 'buffer')));
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
