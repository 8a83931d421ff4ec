import type { Config } from '../../config/schema.ts';
import { RecentlyUsed } from '../../core/recently-used.ts';
import { type Proxies, peerAddress } from './address.ts';
import { type CallerRequest, headerOf } from './caller-request.ts';
import { factsFromDer, type PeerCertificateFacts } from './certificate-facts.ts';

/** Certificates whose facts are remembered. */
const kept = 1000;

/** What finding a caller's certificate takes. */
export interface CertificateSources {
  readonly listen: Pick<Config['listen'], 'proxies'>;
  readonly proxies: Proxies;
  readonly log: (what: string, cause: unknown) => void;
}

/**
 * Finds the caller's certificate: in the header of a proxy that is configured to hand it on, else on the TLS connection.
 *
 * The header counts only from a proxy's address, and only when that proxy says SUCCESS. From there the certificate on the
 * connection never counts: it is the proxy's own.
 */
export function createCertificateFinder({
  listen,
  proxies,
  log,
}: CertificateSources): (request: CallerRequest) => PeerCertificateFacts | undefined {
  const { certificateHeader, verifyHeader = '' } = listen.proxies ?? {};
  if (certificateHeader === undefined) return ({ tlsPeer }) => tlsPeer;
  const [header, verify] = [certificateHeader.toLowerCase(), verifyHeader.toLowerCase()];
  const parsed = new RecentlyUsed<string, PeerCertificateFacts | 'unreadable'>(kept);

  function parse(text: string): PeerCertificateFacts | 'unreadable' {
    try {
      return factsFromDer(derFrom(text));
    } catch (cause) {
      log(`the certificate in header ${certificateHeader} cannot be read`, cause);
      return 'unreadable';
    }
  }

  return ({ headers, peer, tlsPeer }) => {
    if (!proxies.include(peerAddress(peer))) return tlsPeer;
    const text = headerOf(headers, header);
    if (text === undefined || headerOf(headers, verify) !== 'SUCCESS') return undefined;
    let facts = parsed.get(text);
    if (facts === undefined) {
      facts = parse(text);
      parsed.set(text, facts);
    }
    return facts === 'unreadable' ? undefined : facts;
  };
}

/**
 * The certificate in a header, as proxies write it: PEM (RFC 7468) with its lines folded into spaces or tabs, the same
 * URL-encoded, or DER in Base64, bare or between colons (RFC 9440 §2.1). Exactly one.
 *
 * @throws Error when it is none of these
 */
function derFrom(header: string): Uint8Array {
  const text = (header.includes('%') ? decodeURIComponent(header) : header).trim();
  const [, pem, bare] =
    /^(?:-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----|:?([^-:]+):?)$/.exec(text) ?? [];
  const base64 = (pem ?? bare ?? '').replace(/\s+/g, '');
  const der = Buffer.from(base64, 'base64');
  if (base64 === '' || der.toString('base64') !== base64) throw new Error('neither PEM nor Base64');
  return der;
}
