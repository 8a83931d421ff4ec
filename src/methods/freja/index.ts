/** The method's own parts, for compose. */
import { frejaWithQrCode, frejaWithUserInput } from './authenticator.ts';

export { createFrejaBackend, type FrejaBackend } from './backend.ts';
export { frejaEvents } from './events.ts';
export { operations } from './operations.ts';
export { steps } from './steps.ts';
export { objectionToAuthorities, objectionToSigners } from './worlds.ts';

/** Its authenticators for sign-in pages. */
export const authenticators = [frejaWithUserInput, frejaWithQrCode];
