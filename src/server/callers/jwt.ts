import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { TokenCheck } from './bearer.ts';
import type { KeySet } from './key-set.ts';
import type { Refusal } from './verdict.ts';

/** Signatures by a key pair only: with a shared-secret algorithm the public key would be the secret (RFC 8725 §2.1). */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** How far the issuer's clock may be ahead of ours when it says "not before"; our choice. Expiry is exact. */
const aheadSeconds = 5;

/** What checking JWTs takes. */
export interface JwtCheckParts {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly log: (what: string, cause: unknown) => void;
}

/** Checks JWTs (RFC 7519): signature, issuer, audience, `exp`, which must be there, and `nbf`. */
export function createJwtCheck({ issuer, audience, keys, clock, log }: JwtCheckParts): TokenCheck {
  async function verify(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keys.keyFor, {
      algorithms,
      issuer,
      audience,
      requiredClaims: ['exp'],
      clockTolerance: aheadSeconds,
      currentDate: new Date(clock.now()),
    });
    return payload;
  }

  return {
    generation: keys.generation,
    async check(token) {
      if (!isFrom(issuer, token)) return refuse('a token of another issuer');
      try {
        const claims = await verify(token);
        const until = (claims.exp ?? 0) * 1000;
        return clock.now() < until ? { claims, until } : refuse('the token has expired');
      } catch (error) {
        if (error instanceof Problem) throw error;
        if (!(error instanceof errors.JOSEError)) log('a token could not be checked', error);
        return refuse('the token is not acceptable', error);
      }
    },
  };
}

/** A look at the claims before the signature, so that a token of somebody else's does not make us ask this issuer for keys. */
function isFrom(issuer: string, token: string): boolean {
  try {
    return decodeJwt(token).iss === issuer;
  } catch {
    return false;
  }
}

function refuse(detail: string, cause?: unknown): Refusal {
  return { code: 'unauthenticated', detail, cause };
}
