import type { webcrypto } from 'node:crypto';
import { certificateExtensions, type Use, x509 } from './certificate-extensions.ts';

/** A certificate with its private key (PKCS#8), both PEM. */
export interface Issued {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** What goes into a certificate. */
export interface CertificateOrder {
  /** Distinguished name, RFC 4514 text: `CN=…, O=…`; also `SERIALNUMBER=`, `GIVENNAME=`, `SURNAME=`. A comma in a value is written `\,`. */
  readonly subject: string;
  readonly use: Use;
  /** Certificate policies, object identifiers. */
  readonly policies?: readonly string[];
  /** DNS names and IP addresses. For a server: localhost and 127.0.0.1 unless given. */
  readonly names?: readonly string[];
  /** P-256 or RSA of 2048 bits; ec. */
  readonly algorithm?: 'ec' | 'rsa';
  /** The authority's own time unless given. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Where to ask whether it is revoked. */
  readonly ocspUrl?: string;
}

/** A certificate authority that exists for as long as a simulator runs. */
export interface Authority {
  readonly certificatePem: string;
  /** Private key of the authority itself, for what is signed by the issuer, PKCS#8, PEM. */
  readonly keyPem: string;
  /** Distinguished name of the authority. */
  readonly subject: string;
  issue(order: CertificateOrder): Promise<Issued>;
  /** An authority below this one. */
  subordinate(order: { readonly name: string; readonly subject?: string }): Promise<Authority>;
}

const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
} as const;

/** From 2020 to 2100, so that a test may set any clock. */
const validity = { notBefore: new Date(Date.UTC(2020, 0)), notAfter: new Date(Date.UTC(2100, 0)) };

/** What object identifiers are called in names, beside what the library knows (ITU-T X.520). */
const names = { SERIALNUMBER: '2.5.4.5', GIVENNAME: '2.5.4.42', SURNAME: '2.5.4.4' };

/** A root of its own; `subject` is `CN=<name>` unless given. Its key is P-256. */
export async function createAuthority(order: { readonly name: string; readonly subject?: string }): Promise<Authority> {
  const keys = await newKeys('ec');
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: toName(order.subject ?? `CN=${order.name}`),
    keys,
    ...validity,
    signingAlgorithm: algorithms.ec,
    extensions: await certificateExtensions({ use: 'authority', publicKey: keys.publicKey }),
  });
  return authorityWith(root, keys);
}

async function authorityWith(
  own: InstanceType<typeof x509.X509Certificate>,
  keys: webcrypto.CryptoKeyPair,
): Promise<Authority> {
  async function certify(
    subject: string,
    subjectKeys: webcrypto.CryptoKeyPair,
    order: Omit<CertificateOrder, 'subject' | 'use'> & { use: Use },
  ) {
    return x509.X509CertificateGenerator.create({
      subject: toName(subject),
      issuer: own.subjectName,
      notBefore: order.notBefore ?? validity.notBefore,
      notAfter: order.notAfter ?? validity.notAfter,
      signingKey: keys.privateKey,
      publicKey: subjectKeys.publicKey,
      signingAlgorithm: algorithms.ec,
      extensions: await certificateExtensions({
        ...order,
        publicKey: subjectKeys.publicKey,
        issuerKey: keys.publicKey,
      }),
    });
  }
  return {
    certificatePem: `${own.toString('pem')}\n`,
    keyPem: await toPem(keys),
    subject: own.subject,
    async issue({ subject, algorithm = 'ec', ...order }) {
      const subjectKeys = await newKeys(algorithm);
      const certificate = await certify(subject, subjectKeys, order);
      return { certificatePem: `${certificate.toString('pem')}\n`, keyPem: await toPem(subjectKeys) };
    },
    async subordinate({ name, subject = `CN=${name}` }) {
      const subjectKeys = await newKeys('ec');
      return authorityWith(await certify(subject, subjectKeys, { use: 'authority' }), subjectKeys);
    },
  };
}

function newKeys(algorithm: 'ec' | 'rsa'): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithms[algorithm], true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

function toName(subject: string) {
  return new x509.Name(subject, names);
}

async function toPem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${pkcs8.replaceAll(/(.{64})(?!$)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`;
}
