import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

// The library looks for the metadata its decorators would have left, and is content when there is none.
if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined });
}
const x509 = await import('@peculiar/x509');
x509.cryptoProvider.set(crypto);

/** The library that makes certificates. */
export { x509 };

/** What a certificate is for: it decides its key usages (RFC 5280 §4.2.1.3, §4.2.1.12). */
export type Use = 'authority' | 'server' | 'client' | 'person' | 'signing' | 'ocsp';

const { digitalSignature, nonRepudiation, keyEncipherment, keyCertSign, cRLSign } = x509.KeyUsageFlags;

const usages = {
  authority: { flags: keyCertSign | cRLSign, extended: [] },
  server: { flags: digitalSignature | keyEncipherment, extended: [x509.ExtendedKeyUsage.serverAuth] },
  client: { flags: digitalSignature, extended: [x509.ExtendedKeyUsage.clientAuth] },
  person: { flags: digitalSignature | nonRepudiation, extended: [] },
  signing: { flags: digitalSignature, extended: [] },
  ocsp: { flags: digitalSignature, extended: [x509.ExtendedKeyUsage.ocspSigning] },
} as const satisfies Record<Use, { flags: number; extended: readonly string[] }>;

interface Wanted {
  readonly use: Use;
  readonly publicKey: webcrypto.CryptoKey;
  /** Of who signs; the certificate's own for a root. */
  readonly issuerKey?: webcrypto.CryptoKey;
  readonly policies?: readonly string[];
  readonly names?: readonly string[];
  readonly ocspUrl?: string;
}

/** The extensions of a certificate. */
export async function certificateExtensions({ use, publicKey, issuerKey = publicKey, ...wanted }: Wanted) {
  const { policies = [], ocspUrl, names = use === 'server' ? ['localhost', '127.0.0.1'] : [] } = wanted;
  const { flags, extended } = usages[use];
  const alternatives = names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
  return [
    new x509.BasicConstraintsExtension(use === 'authority', undefined, true),
    new x509.KeyUsagesExtension(flags, true),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension([...extended])] : []),
    ...(alternatives.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternatives)] : []),
    ...(policies.length > 0 ? [new x509.CertificatePolicyExtension([...policies])] : []),
    ...(ocspUrl === undefined
      ? []
      : [new x509.AuthorityInfoAccessExtension({ ocsp: [new x509.GeneralName('url', ocspUrl)] })]),
  ];
}
