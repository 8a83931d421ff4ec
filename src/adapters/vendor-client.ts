import type { CertificateFacts } from '../core/certificate.ts';
import type { ClientTlsSettings } from '../core/client-tls-settings.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../core/http.ts';
import type { Log } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { createHttpClient, type HttpClientOptions } from './http-client.ts';
import { type Credentials, readCredentials, stampOf } from './vendor-credentials.ts';

/** How a vendor’s service is reached. The limits are those of the HTTP client. */
export interface VendorClientSettings extends Partial<Omit<HttpClientOptions, 'tls'>> {
  /** What it is called in errors and in the log: where it stands in the configuration, e.g. `bankid.default`. */
  readonly name: string;
  readonly tls: ClientTlsSettings;
  /** The only authorities that are believed when `tls.ca` names none, PEM; without them those that Node.js trusts. */
  readonly pinned?: readonly string[];
  /** Tells what is wrong with certificates that could be used otherwise; undefined when nothing is. */
  check?(who: VendorIdentity): string | undefined;
  /** Files are looked at again at most this often, and only when a call is made; 5000. */
  readonly lookEveryMs?: number;
  /** Milliseconds since 1970; the computer’s clock, but for tests. */
  readonly now?: () => number;
}

/** Who we are to a vendor, and whom we believe to be it. */
export type VendorIdentity = Pick<Credentials, 'certificate' | 'authorities'>;

/** An HTTP client for one vendor, over TLS with a client certificate. */
export interface VendorClient extends HttpClient {
  /**
   * @throws Problem 'vendor-timeout' when there is no complete answer in time; 'vendor-fault' when there is none for any other reason:
   * refused, broken off, a certificate we do not believe, too large, or left alone for having failed repeatedly
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** The certificates in use now. */
  identity(): VendorIdentity;
  /** Lets calls in flight end. */
  close(): Promise<void>;
}

/** How soon before the client certificate expires the log warns, in days. BankID reference, connector requirements; our choice. */
const warnings = [60, 30, 7, 0] as const;
const dayMs = 86_400_000;

/**
 * Opens a client from files that may be replaced while it runs: they are read again when they change, at most every few seconds and only
 * when a call is made. Files that cannot be used leave the earlier ones in force, with a warning.
 *
 * @throws Error with a sentence for the operator, naming the setting, when the files cannot be used at the start
 */
export function createVendorClient(settings: VendorClientSettings, log: Log): VendorClient {
  const { name, lookEveryMs = 5000, now = Date.now } = settings;
  let stamp = stampOf(settings.tls);
  let current = open(settings);
  let lookedAt = now();
  const expiry = createExpiryWatch(name, log);
  expiry(current.credentials.certificate, lookedAt);

  function look(): void {
    const at = now();
    // A clock that was set back must not keep us from looking.
    if (at - lookedAt < lookEveryMs && at >= lookedAt) return;
    lookedAt = at;
    const seen = stampOf(settings.tls);
    if (seen !== stamp) reopen(seen);
    expiry(current.credentials.certificate, at);
  }

  function reopen(seen: string): void {
    stamp = seen;
    try {
      const next = open(settings);
      void current.client.close().catch(() => {});
      current = next;
      log.info({ vendor: name }, 'new certificates are in use');
    } catch (error) {
      log.warn(
        { vendor: name, reason: (error as Error).message },
        'new certificates cannot be used; the old ones are kept',
      );
    }
  }

  return {
    async request(request) {
      look();
      try {
        return await current.client.request(request);
      } catch (error) {
        throw toVendorProblem(error);
      }
    },
    identity: () => current.credentials,
    close: () => current.client.close(),
  };
}

function open(settings: VendorClientSettings) {
  const { name, tls, pinned, check, lookEveryMs: _, now: __, ...limits } = settings;
  const credentials = readCredentials(`${name}.tls`, tls, pinned);
  const objection = check?.(credentials);
  if (objection !== undefined) throw new Error(`${name}: ${objection}`);
  return { credentials, client: createHttpClient({ ...limits, tls: credentials.material }) };
}

/** Warns once for each of the warnings, and anew for a new certificate. */
function createExpiryWatch(vendor: string, log: Log) {
  let warned: { readonly fingerprint: string; readonly days: number } | undefined;
  return (certificate: CertificateFacts | undefined, at: number) => {
    if (certificate === undefined) return;
    const { fingerprint, notAfter } = certificate;
    const left = (notAfter - at) / dayMs;
    const days = warnings.findLast((limit) => left <= limit);
    if (days === undefined || (warned?.fingerprint === fingerprint && warned.days <= days)) return;
    warned = { fingerprint, days };
    const fields = { vendor, expires: new Date(notAfter).toISOString() };
    if (left <= 0) log.error(fields, 'the client certificate has expired');
    else log.warn(fields, `the client certificate expires in ${Math.ceil(left)} days`);
  };
}

/** Deadlines of our own, of undici for connecting, and of the system. */
const lateness: ReadonlySet<unknown> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

function toVendorProblem(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const { cause, detail } = error;
  const isLate =
    cause instanceof Error && (cause.name === 'TimeoutError' || ('code' in cause && lateness.has(cause.code)));
  return new Problem(isLate ? 'vendor-timeout' : 'vendor-fault', detail, { cause: error });
}
