import { X509Certificate } from 'node:crypto';
import { noon } from './fixture-callers.ts';

// The library looks for the metadata its decorators would have left, and is content when there is none.
Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined });
const { cryptoProvider, SubjectAlternativeNameExtension, X509CertificateGenerator } = await import('@peculiar/x509');
cryptoProvider.set(crypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A name that a certificate is issued to, besides its subject. */
type AlternativeName = ConstructorParameters<typeof SubjectAlternativeNameExtension>[0] extends infer Names
  ? Extract<Names, readonly unknown[]>[number]
  : never;

/** What a certificate says. */
export interface CertificateWish {
  /** As text, or as parts that no text could say. */
  readonly subject?: string | { [type: string]: string[] }[];
  readonly issuer?: string;
  readonly names?: readonly AlternativeName[];
  readonly from?: number;
  readonly to?: number;
}

/** A certificate as wished, valid around {@link noon}, with its key; nobody's signature but its issuer's name. */
export async function certificate({
  subject = 'CN=portal',
  issuer = 'CN=Test CA',
  names = [],
  from,
  to,
}: CertificateWish = {}) {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.create({
    subject,
    issuer,
    notBefore: new Date(from ?? noon - 86_400_000),
    notAfter: new Date(to ?? noon + 86_400_000),
    signingKey: keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    extensions: names.length === 0 ? [] : [new SubjectAlternativeNameExtension([...names])],
  });
  const pem = made.toString('pem');
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    pem,
    der: Buffer.from(made.rawData),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
    x509: new X509Certificate(pem),
  };
}
