import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type CallerRequest, peerCertificateOf } from './callers/index.ts';

/** What the TLS connection of a request proves; undefined without TLS. */
export function tlsPeerOf({ socket }: { readonly socket: Socket }): CallerRequest['tlsPeer'] {
  return socket instanceof TLSSocket ? peerCertificateOf(socket) : undefined;
}
