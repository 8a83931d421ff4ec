/** The method's own parts, for compose. */
import { niasOnOtherDevice, niasOnSameDevice } from './authenticator.ts';

export { createNetIdBackend, type NetIdBackend } from './backend.ts';
export { operations } from './operations.ts';
export { steps } from './steps.ts';

/** Its authenticators for sign-in pages. */
export const authenticators = [niasOnOtherDevice, niasOnSameDevice];
