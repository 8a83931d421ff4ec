/** The method's own parts, for compose. */

export {
  createTokenAdministration,
  type OwnedToken,
  type TokenAdministration,
} from './administration.ts';
export { parseBase32, toBase32 } from './base32.ts';
export { tokenEvents } from './events.ts';
export { makeFirstTokens } from './first-tokens.ts';
export { ImportFaults } from './import-tokens.ts';
export { toKeyUri } from './key-uri.ts';
export { newSeed } from './new-seed.ts';
export { operations } from './operations.ts';
export type { TokenSeed } from './seed.ts';
export { readSeedFile } from './seed-file.ts';
export type { SeedReport } from './seed-report.ts';
export { shownCode } from './shown-code.ts';
export { steps } from './steps.ts';
