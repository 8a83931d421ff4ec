/** The method's own parts, for compose. */
export { createFrejaBackend, type FrejaBackend } from './backend.ts';
export { frejaEvents } from './events.ts';
export { operations } from './operations.ts';
export { steps } from './steps.ts';
export { objectionToAuthorities, objectionToSigners } from './worlds.ts';
