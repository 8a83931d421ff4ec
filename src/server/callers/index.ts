export type { CallerRequest } from './caller-request.ts';
export { type Callers, createCallers } from './callers.ts';
export { peerCertificateOf } from './certificate-facts.ts';
