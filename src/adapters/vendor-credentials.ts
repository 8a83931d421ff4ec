import type { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { CertificateFacts } from '../core/certificate.ts';
import type { ClientTlsSettings } from '../core/client-tls-settings.ts';
import { factsOf, parseCertificates } from './certificate.ts';
import type { TlsMaterial } from './http-client.ts';

/** Who we are to a service and whom we believe, as the files have it. */
export interface Credentials {
  readonly material: TlsMaterial;
  /** Our own certificate; undefined when none is configured. */
  readonly certificate: CertificateFacts | undefined;
  /** The authorities that are believed; empty when it is left to Node.js. */
  readonly authorities: readonly CertificateFacts[];
}

/** What OpenSSL says, and what it means for whoever wrote the settings. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /Unsupported PKCS12/,
    'pfx is encrypted in a way that OpenSSL 3 no longer reads (40-bit RC2 or the like, as banks and older tools ' +
      'write it). Convert it: openssl pkcs12 -legacy -in old.p12 -nodes -out all.pem && ' +
      'openssl pkcs12 -export -in all.pem -out new.p12, and delete all.pem; or give cert and key',
  ],
  [/mac verify failure|bad decrypt|interrupted or cancelled/, 'passphrase does not open the key or pfx'],
  [/key values mismatch/, 'key is not the key of cert'],
  [
    /no start line|PEM routines|not enough data|wrong tag|DECODER|asn1/i,
    'a file is not what it should be: cert, key and ca are PEM, pfx is PKCS#12',
  ],
];

/**
 * Reads the files and tries them out. `pinned`: the authorities, PEM, where the settings name none.
 *
 * @throws Error with a sentence for the operator that names the setting, e.g. `bankid.default.tls.pfx: …`
 */
export function readCredentials(
  setting: string,
  { cert, key, pfx, passphrase, ca }: ClientTlsSettings,
  pinned?: readonly string[],
): Credentials {
  const read = (name: string, path: string) => readNamed(`${setting}.${name}`, path);
  const authorities = ca?.map((path) => ({ path, pem: read('ca', path) })) ?? pinned?.map((pem) => ({ pem }));
  const material: TlsMaterial = {
    ...(cert !== undefined && { cert: read('cert', cert) }),
    ...(key !== undefined && { key: read('key', key) }),
    ...(pfx !== undefined && { pfx: read('pfx', pfx) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(authorities && { ca: authorities.map(({ pem }) => pem) }),
  };
  const facts = authorities?.flatMap(({ pem, ...where }) => readAuthorities(setting, pem.toString(), where)) ?? [];
  const own = tryOut(setting, material);
  return { material, certificate: own && factsOf(own), authorities: facts };
}

/** A text that changes when one of the files does: when it was written, how long it is, which file it is. */
export function stampOf({ cert, key, pfx, ca = [] }: ClientTlsSettings): string {
  return [cert, key, pfx, ...ca].map((path) => (path === undefined ? '' : stampOfFile(path))).join('\n');
}

function stampOfFile(path: string): string {
  const { mtimeMs, size, ino } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: -1, ino: 0 };
  return `${mtimeMs} ${size} ${ino}`;
}

function readAuthorities(setting: string, pem: string, { path }: { path?: string }): readonly CertificateFacts[] {
  try {
    return parseCertificates(pem).map(factsOf);
  } catch (error) {
    throw new Error(`${setting}.ca: ${path ?? 'an authority'} cannot be used: ${(error as Error).message}`);
  }
}

function tryOut(setting: string, { ca, ...own }: TlsMaterial): X509Certificate | undefined {
  try {
    const secureContext = createSecureContext({ ...own, ...(ca && { ca: [...ca] }) });
    if (own.cert === undefined && own.pfx === undefined) return undefined;
    // A socket that leads nowhere tells which certificate it would show, whatever file that came from.
    const socket = new TLSSocket(new Duplex({ read() {}, write() {} }), { secureContext, isServer: true });
    const certificate = socket.getX509Certificate();
    socket.destroy();
    // OpenSSL takes a key of another type than the certificate's without a word, and then has no pair to show.
    if (certificate === undefined)
      throw new Error(own.cert === undefined ? 'there is no certificate in pfx' : 'key values mismatch');
    return certificate;
  } catch (error) {
    const { message } = error as Error;
    const [, explanation = message] = explanations.find(([pattern]) => pattern.test(message)) ?? [];
    throw new Error(`${setting}: ${explanation}`);
  }
}

function readNamed(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
