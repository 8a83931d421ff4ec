import { accountOf, placeOfSeed, type Token } from '../../core/account.ts';
import type { Vault } from '../../core/ports.ts';
import { hotpCode } from './hotp.ts';
import { stepAt } from './match.ts';

/** What a token shows, as its owner would see it. For demonstrations: whoever sees it can sign in. */
export interface ShownCode {
  /** The next code that would be accepted; absent while one must wait for it. */
  readonly code?: string;
  /** How much longer the display stays as it is, in milliseconds; 0 for a token that shows a new code after use only. */
  readonly changesInMs: number;
}

/** The code that would be accepted from this token now. Looks one step ahead, as the window allows, when the present one is used. */
export function shownCode(realm: string, user: string, id: string, token: Token, at: number, vault: Vault): ShownCode {
  const hmac = vault.hmac(token.algorithm, vault.open(token.secret, placeOfSeed(accountOf(realm, user), id)));
  if (token.type === 'hotp') return { code: hotpCode(hmac, token.next, token.digits), changesInMs: 0 };
  const here = stepAt(token, at);
  const changesInMs = (here + 1) * token.periodSeconds * 1000 - at;
  // A token that was seen to be fast or slow is looked for where its own clock stands (see match.ts).
  const nearest = Math.min(Math.max(here, here + token.drift - 1), here + token.drift + 1);
  const step = Math.max(nearest, token.next);
  if (step > Math.max(nearest, here + 1) || step > here + token.drift + 1) return { changesInMs };
  return { code: hotpCode(hmac, step, token.digits), changesInMs };
}
