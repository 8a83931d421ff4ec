/** The method's own parts, for compose. */
export { operations } from './operations.ts';
export { steps } from './steps.ts';
