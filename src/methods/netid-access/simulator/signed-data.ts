import { constants, privateEncrypt, sign } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import type { Issued } from '../../../simulator-kit/authority.ts';

/** Lengths of the digest that the raw forms sign, in bytes; what stands before it (RFC 8017 §9.2, note 1). */
const raw = {
  raw: { length: 20, prefix: '3021300906052b0e03021a05000414' },
  'raw-256': { length: 32, prefix: '3031300d060960864801650304020105000420' },
  'raw-512': { length: 64, prefix: '3051300d060960864801650304020305000440' },
} as const;

/** Forms a signature can have. */
export type SignatureForm = 'pkcs7' | keyof typeof raw;

/** How many bytes this form signs; undefined for any number. */
export function digestLength(form: SignatureForm): number | undefined {
  return form === 'pkcs7' ? undefined : raw[form].length;
}

/** A signature over the data, Base64: CMS, or the bare RSA signature of a digest. The signer's key is RSA. */
export function signatureOver(data: Uint8Array, form: SignatureForm, signer: Issued): string {
  if (form === 'pkcs7') return signedData(data, signer).toString('base64');
  const info = Buffer.concat([Buffer.from(raw[form].prefix, 'hex'), data]);
  return privateEncrypt({ key: signer.keyPem, padding: constants.RSA_PKCS1_PADDING }, info).toString('base64');
}

const sha256 = sequence(oid('0609608648016503040201'), bytesOf('0500'));
const rsa = sequence(oid('06092a864886f70d010101'), bytesOf('0500'));
const version1 = bytesOf('020101');

/** CMS SignedData with the content and the signer's certificate in it, and no signed attributes (RFC 5652 §5). */
function signedData(data: Uint8Array, { certificatePem, keyPem }: Issued): Buffer {
  const der = Buffer.from(certificatePem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  const { issuer, serialNumber } = AsnConvert.parse(der, Certificate).tbsCertificate;
  const name = Buffer.from(AsnConvert.serialize(issuer));
  const signer = sequence(
    version1,
    sequence(name, element(0x02, new Uint8Array(serialNumber))),
    sha256,
    rsa,
    element(0x04, sign('sha256', data, keyPem)),
  );
  const content = sequence(oid('06092a864886f70d010701'), element(0xa0, element(0x04, data)));
  const signed = sequence(version1, element(0x31, sha256), content, element(0xa0, der), element(0x31, signer));
  return sequence(oid('06092a864886f70d010702'), element(0xa0, signed));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, ...parts);
}

/** Tag, length and value (ITU-T X.690 §8.1). */
function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length < 128) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const hex = value.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, value]);
}

function oid(hex: string): Buffer {
  return bytesOf(hex);
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
