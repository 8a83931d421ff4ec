/** The method's own parts, for compose. */

export { createPasskeyAdministration, type PasskeyAdministration } from './administration.ts';
export { passkey } from './authenticator.ts';
export { passkeyEvents } from './events.ts';
export { pageSteps } from './steps.ts';
