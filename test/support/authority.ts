// The library looks for the metadata its decorators would have left, and is content when there is none.
Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined });
const { BasicConstraintsExtension, cryptoProvider, SubjectAlternativeNameExtension, X509CertificateGenerator } =
  await import('@peculiar/x509');
cryptoProvider.set(crypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const notBefore = new Date(Date.UTC(2020, 0));
const notAfter = new Date(Date.UTC(2100, 0));

/** A certificate with its key, PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of its own, valid from 2020 to 2100. */
export async function createAuthority(name = 'Test CA') {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    cert: root.toString('pem'),
    /** Issues a certificate for a common name; it holds for 127.0.0.1 and these host names. */
    async issue(commonName: string, ...hosts: readonly string[]): Promise<Issued> {
      const own = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const made = await X509CertificateGenerator.create({
        subject: `CN=${commonName}`,
        issuer: root.subject,
        notBefore,
        notAfter,
        signingKey: keys.privateKey,
        publicKey: own.publicKey,
        signingAlgorithm: algorithm,
        extensions: [
          new SubjectAlternativeNameExtension([
            { type: 'ip', value: '127.0.0.1' },
            ...hosts.map((value) => ({ type: 'dns' as const, value })),
          ]),
        ],
      });
      const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64');
      return { cert: made.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n` };
    },
  };
}
