import { type TokenCommands, tokensOf } from '../compose.ts';
import { commandOrigin } from './open.ts';
import { type RealmOptions, withRealm } from './realm-options.ts';

/** Hands the tokens of the realm to `work`; `mayBeNew`: it may be the first thing that ever happens in the store. @throws CommandFailed when the configuration has no such realm */
export function withTokens(
  options: RealmOptions,
  work: (tokens: TokenCommands) => Promise<void>,
  mayBeNew = false,
): Promise<void> {
  return withRealm(options, (portvakt) => work(tokensOf(portvakt, options.realm, commandOrigin())), mayBeNew);
}
