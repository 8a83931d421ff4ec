/** The method's own parts, for compose. */
export { type BankIdBackend, createBankIdBackend } from './backend.ts';
export { environmentFault } from './environment.ts';
export { operations } from './operations.ts';
export { serverRoots } from './server-roots.ts';
export { steps } from './steps.ts';
