export type { CallerAddress } from './address.ts';
export type { CallerRequest } from './caller-request.ts';
export { type Callers, createCallers } from './callers.ts';
export { type PeerCertificateFacts, peerCertificateOf } from './certificate-facts.ts';
