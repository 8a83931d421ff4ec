/** The method's own parts, for compose. */
export { parseBase32, toBase32 } from './base32.ts';
export { tokenEvents } from './events.ts';
export { makeFirstTokens } from './first-tokens.ts';
export { toKeyUri } from './key-uri.ts';
export {
  addToken,
  confirmToken,
  deleteToken,
  type Owner,
  resyncToken,
  sealToken,
  switchToken,
  unlock,
} from './manage.ts';
export { newSeed } from './new-seed.ts';
export { operations } from './operations.ts';
export type { TokenSeed } from './seed.ts';
export { type ShownCode, shownCode } from './shown-code.ts';
export { steps } from './steps.ts';
