import { createHash, type X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { compactVerify, errors } from 'jose';
import type { JwsCheck, JwsFault, Signer } from '../core/jws.ts';
import type { Clock, Log } from '../core/ports.ts';
import { parseCertificates } from './certificate.ts';

/** Which certificates count. */
export interface JwsCheckSettings {
  /** Where they stand in the configuration, for errors and the log: `freja.default.jwsCertificates`. */
  readonly name: string;
  /** Paths of files with one or more certificates each, PEM. */
  readonly files: readonly string[];
  /** Tells what is wrong with certificates that could be used otherwise; undefined when nothing is. */
  check?(signers: readonly Signer[]): string | undefined;
  /** Files are looked at again at most this often, and when a signer is not known; 5000. */
  readonly lookEveryMs?: number;
}

/** Signatures are RSA with SHA-256 and nothing else (Freja eID, "Authentication Services": details). */
const algorithms = ['RS256'];

type Keys = ReadonlyMap<string, X509Certificate>;

class Refusal extends Error {
  readonly fault: JwsFault;

  constructor(fault: JwsFault) {
    super(fault);
    this.fault = fault;
  }
}

/**
 * A check with certificates from files that may be replaced while it runs. Files that cannot be used leave the earlier ones in force, with a
 * warning.
 *
 * @throws Error with a sentence for the operator, naming the setting, when the files cannot be used at the start
 */
export function createJwsCheck(settings: JwsCheckSettings, { clock, log }: { clock: Clock; log: Log }): JwsCheck {
  const { name, lookEveryMs = 5000 } = settings;
  let stamp = stampOf(settings.files);
  let keys = read(settings);
  let lookedAt = clock.now();

  function reread(): void {
    lookedAt = clock.now();
    const seen = stampOf(settings.files);
    if (seen === stamp) return;
    stamp = seen;
    try {
      keys = read(settings);
      log.info({ setting: name }, 'new certificates of the signer are in use');
    } catch (error) {
      const reason = (error as Error).message;
      log.warn({ setting: name, reason }, 'new certificates of the signer cannot be used; the old ones are kept');
    }
  }

  function keyOf(x5t: unknown) {
    if (typeof x5t !== 'string') throw new Refusal('jws-signer-unknown');
    const at = clock.now();
    if (!keys.has(x5t) || Math.abs(at - lookedAt) >= lookEveryMs) reread();
    const certificate = keys.get(x5t);
    if (certificate === undefined) throw new Refusal('jws-signer-unknown');
    const isValid = at >= certificate.validFromDate.getTime() && at <= certificate.validToDate.getTime();
    if (!isValid) throw new Refusal('jws-signer-not-valid');
    return certificate.publicKey;
  }

  return {
    async verify(compact) {
      try {
        const { payload } = await compactVerify(compact, ({ x5t }) => keyOf(x5t), { algorithms });
        return { payload: new TextDecoder().decode(payload) };
      } catch (error) {
        return { fault: faultOf(error) };
      }
    },
  };
}

function faultOf(error: unknown): JwsFault {
  if (error instanceof Refusal) return error.fault;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'jws-algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'jws-signature';
  return 'jws-malformed';
}

function read({ name, files, check }: JwsCheckSettings): Keys {
  const found = files.flatMap((path) => certificatesIn(name, path));
  const keys = new Map(found.map((certificate) => [thumbprint(certificate), certificate] as const));
  const objection = check?.([...keys].map(([x5t, { subject }]) => ({ x5t, subject })));
  if (objection !== undefined) throw new Error(`${name}: ${objection}`);
  return keys;
}

function certificatesIn(name: string, path: string): readonly X509Certificate[] {
  try {
    const certificates = parseCertificates(readFileSync(path, 'utf8'));
    const other = certificates.find(({ publicKey }) => publicKey.asymmetricKeyType !== 'rsa');
    if (other !== undefined) throw new Error('the key of a certificate in it is not RSA');
    return certificates;
  } catch (error) {
    throw new Error(`${name}: ${path} cannot be used: ${(error as Error).message}`);
  }
}

/** RFC 7515 §4.1.7: the header names the certificate by its SHA-1; what is trusted is the certificate we hold, not the hash. */
function thumbprint({ raw }: X509Certificate): string {
  return createHash('sha1').update(raw).digest('base64url');
}

function stampOf(files: readonly string[]): string {
  return files
    .map((path) => {
      const { mtimeMs, size, ino } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: -1, ino: 0 };
      return `${mtimeMs} ${size} ${ino}`;
    })
    .join('\n');
}
