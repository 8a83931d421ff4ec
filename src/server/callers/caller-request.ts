import type { IncomingHttpHeaders } from 'node:http';
import type { PeerCertificateFacts } from './certificate-facts.ts';

/** What there is to know about a request before anything in it is believed. */
export interface CallerRequest {
  readonly headers: IncomingHttpHeaders;
  /** `socket.remoteAddress` as it is; empty when the socket is gone. */
  readonly peer: string;
  /** What {@link peerCertificateOf} says of the connection. */
  readonly tlsPeer?: PeerCertificateFacts;
}

/** Text of a header; several of the same name are joined as RFC 9110 §5.3 says. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
