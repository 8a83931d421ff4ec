import { type webcrypto, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { x509 } from '../simulator-kit/certificate-extensions.ts';
import { findPath } from './certificate-path.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const at = Date.UTC(2026, 10, 22);

interface Maker {
  readonly certificate: X509Certificate;
  issue(name: string, ...extensions: Extensions): Promise<Maker>;
}
type Extensions = readonly InstanceType<typeof x509.Extension>[];

const authority = (below?: number) => new x509.BasicConstraintsExtension(true, below, true);

/** An authority, or one of somebody who is none; what it may do is up to its extensions alone. */
async function make(
  name: string,
  issuer: { name: string; key: webcrypto.CryptoKey } | undefined,
  extensions: Extensions,
): Promise<Maker> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: `CN=${issuer?.name ?? name}`,
    notBefore: new Date(Date.UTC(2020, 0)),
    notAfter: new Date(Date.UTC(2100, 0)),
    signingKey: issuer?.key ?? keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    extensions: [...extensions],
  });
  return {
    certificate: new X509Certificate(made.toString('pem')),
    issue: (below, ...more) => make(below, { name, key: keys.privateKey }, more),
  };
}

const root = await make('root', undefined, [authority()]);
const names = (path: readonly X509Certificate[] | undefined) => path?.map(({ subject }) => subject);
const find = (certificate: X509Certificate, ...others: readonly X509Certificate[]) =>
  names(findPath(certificate, { roots: [root.certificate], others, at }));

it('leads over the issuers to the root, in whatever order they came', async () => {
  const upper = await root.issue('upper', authority(1));
  const lower = await upper.issue('lower', authority(0));
  const own = await lower.issue('own');
  expect(find(own.certificate, upper.certificate, own.certificate, lower.certificate)).toEqual([
    'CN=own',
    'CN=lower',
    'CN=upper',
    'CN=root',
  ]);
  expect(find(own.certificate, upper.certificate)).toBeUndefined();
});

it('leads over no more authorities than one of them allows', async () => {
  const upper = await root.issue('upper', authority(0));
  const lower = await upper.issue('lower', authority());
  const own = await lower.issue('own');
  expect(find(own.certificate, lower.certificate, upper.certificate)).toBeUndefined();
  expect(find((await upper.issue('own')).certificate, upper.certificate)).toBeDefined();
});

it('leads over nobody who is not an authority, or may not issue', async () => {
  const person = await root.issue('person');
  const crippled = await root.issue(
    'crippled',
    authority(),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
  );
  for (const maker of [person, crippled]) {
    expect(find((await maker.issue('own')).certificate, maker.certificate)).toBeUndefined();
  }
});

it('does not lead over what is critical and not understood here', async () => {
  const unknown = (critical: boolean) => new x509.Extension('1.2.3.4.5.6', critical, new Uint8Array([5, 0]));
  expect(find((await root.issue('own', unknown(false))).certificate)).toBeDefined();
  expect(find((await root.issue('own', unknown(true))).certificate)).toBeUndefined();
});

it('ends where authorities vouch for each other', async () => {
  const upper = await make('upper', undefined, [authority()]);
  const own = await upper.issue('own');
  expect(find(own.certificate, upper.certificate, upper.certificate)).toBeUndefined();
});

it('does not lead to an authority that a certificate only names', async () => {
  const { privateKey: key } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  expect(find((await make('own', { name: 'root', key }, [])).certificate)).toBeUndefined();
});
