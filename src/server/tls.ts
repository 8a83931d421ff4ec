import { readFileSync } from 'node:fs';
import { createSecureContext, type TlsOptions } from 'node:tls';
import type { Config } from '../config/schema.ts';

type Settings = NonNullable<Config['listen']['tls']>;

/** What OpenSSL says, and what it means for whoever set `listen.tls`. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /Unsupported PKCS12/,
    'the PKCS#12 file is encrypted in a way that is no longer supported (40-bit RC2). Convert it: ' +
      'openssl pkcs12 -legacy -in old.p12 -nodes -out all.pem && openssl pkcs12 -export -in all.pem -out new.p12',
  ],
  [/mac verify failure|bad decrypt|interrupted or cancelled/, 'passphrase does not open the key or the PKCS#12 file'],
  [/key values mismatch/, 'key is not the key of cert'],
  [
    /no start line|PEM routines|not enough data|wrong tag/,
    'a file is not what it should be: cert, key and clientCa are PEM, pfx is PKCS#12',
  ],
];

/**
 * Options of the secure context of a listener, tried out.
 *
 * @throws Error with a sentence for the operator that names the setting
 */
export function readTls({ cert, key, pfx, passphrase, clientCa, minVersion }: Settings): TlsOptions {
  const content = (name: string, path: string | undefined) => path && readNamed(name, path);
  const own = {
    minVersion,
    cert: content('cert', cert),
    key: content('key', key),
    pfx: content('pfx', pfx),
    passphrase,
  };
  const ca = clientCa?.map((path) => readNamed('clientCa', path));
  try {
    createSecureContext({ ...own, ...(ca && { ca }) });
  } catch (error) {
    const { message } = error as Error;
    const [, explanation = message] = explanations.find(([pattern]) => pattern.test(message)) ?? [];
    throw new Error(`listen.tls: ${explanation}`);
  }
  // Every client may connect; what its certificate proves is decided tenant by tenant.
  return { ...own, ...(ca && { ca, requestCert: true, rejectUnauthorized: false }) };
}

function readNamed(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`listen.tls.${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
