/** The method's own parts, for compose. */
import { bidOnMobileDevice, bidOnOtherDevice } from './authenticator.ts';

export { type BankIdBackend, createBankIdBackend } from './backend.ts';
export { environmentFault } from './environment.ts';
export { operations } from './operations.ts';
export { serverRoots } from './server-roots.ts';
export { steps } from './steps.ts';

/** Its authenticators for sign-in pages. */
export const authenticators = [bidOnOtherDevice, bidOnMobileDevice];
