/** The method's own parts, for compose. */
export { createNetIdBackend, type NetIdBackend } from './backend.ts';
export { operations } from './operations.ts';
export { steps } from './steps.ts';
