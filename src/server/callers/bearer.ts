import { hash } from 'node:crypto';
import type { Clock } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { RecentlyUsed } from '../../core/recently-used.ts';
import { bearerTokenOf } from './authorization.ts';
import type { BearerSettings } from './caller-settings.ts';
import { share } from './share.ts';
import { nameFrom, nothingShown, type Prover, type Refusal, type Verdict } from './verdict.ts';

/** What a token says, once it is known to be genuine, in force and for us. */
export interface Claims {
  readonly [name: string]: unknown;
}

/** Tells genuine tokens from others. */
export interface TokenCheck {
  /** The claims, and until when (milliseconds since 1970) they may be believed without another look; or why not. @throws Problem 'unavailable' */
  check(token: string): Promise<{ readonly claims: Claims; readonly until: number } | Refusal>;
  /** When this changes, nothing that was believed before is believed. */
  generation(): number;
}

/** Tokens that are remembered for each caller. */
const kept = 10_000;

interface Believed {
  readonly verdict: string;
  readonly until: number;
  readonly generation: number;
}

/**
 * Proves by bearer token (RFC 6750 §2.1). Only a yes is remembered, under the token's SHA-256, as long as the check allows.
 *
 * The token alone finds the entry, so that nothing secret is compared and nothing kept could be presented.
 */
export function createBearerProver(settings: BearerSettings, { check, generation }: TokenCheck, clock: Clock): Prover {
  const believed = new RecentlyUsed<string, Believed>(kept);
  const underWay = new Map<string, Promise<Verdict>>();

  async function look(token: string, digest: string): Promise<Verdict> {
    const at = generation();
    try {
      const found = await check(token);
      if ('code' in found) return found;
      const verdict = permit(settings, found.claims);
      if (typeof verdict === 'string') believed.set(digest, { verdict, until: found.until, generation: at });
      return verdict;
    } catch (cause) {
      if (!(cause instanceof Problem) || cause.code !== 'unavailable') throw cause;
      return { code: 'unavailable', detail: cause.detail, cause };
    }
  }

  return ({ headers }) => {
    const token = bearerTokenOf(headers);
    if (token === undefined) return nothingShown;
    const digest = hash('sha256', token, 'base64');
    const known = believed.get(digest);
    if (known !== undefined && clock.now() < known.until && known.generation === generation()) return known.verdict;
    return share(underWay, digest, () => look(token, digest));
  };
}

/** A genuine token still has to carry the scope, and to have been issued to one of the clients, where the settings name such. */
function permit({ scope, clientIds }: BearerSettings, claims: Claims): Verdict {
  const client = nameFrom(claims['client_id'] ?? claims['azp']);
  if (clientIds !== undefined && (client === undefined || !clientIds.includes(client))) {
    return { code: 'not-permitted', detail: 'the token was issued to another client' };
  }
  if (scope !== undefined && !scopesOf(claims).includes(scope)) {
    return { code: 'not-permitted', detail: 'the token lacks the scope' };
  }
  return `bearer:${client ?? nameFrom(claims['sub']) ?? 'unnamed'}`;
}

/** `scope` is a text with spaces (RFC 8693 §4.2, RFC 7662 §2.2); some issuers write `scp`, as a text or a list. */
function scopesOf(claims: Claims): readonly unknown[] {
  return [claims['scope'], claims['scp']].flatMap((scopes) =>
    typeof scopes === 'string' ? scopes.split(' ') : scopes,
  );
}
