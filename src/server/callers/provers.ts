import type { Config } from '../../config/schema.ts';
import { createBulkhead } from '../../core/bulkhead.ts';
import type { HttpClient } from '../../core/http.ts';
import type { Clock } from '../../core/ports.ts';
import type { Proxies } from './address.ts';
import { createBasicProver } from './basic.ts';
import { createBearerProver } from './bearer.ts';
import type { BearerSettings, CallerSettings } from './caller-settings.ts';
import { createCertificateProver } from './certificate.ts';
import { createCertificateFinder } from './forwarded-certificate.ts';
import { createIntrospection } from './introspection.ts';
import { createJwtCheck } from './jwt.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import { createOpenProver } from './open.ts';
import type { Prover } from './verdict.ts';

/** Slow hashes at once, and waiting: enough to learn every password soon after a start, too few to take the machine. */
const slowHashes = { atOnce: 4, waiting: 64 } as const;

/** What the ways of proving share, whichever tenant they serve. */
export interface ProverParts {
  readonly listen: Config['listen'];
  readonly proxies: Proxies;
  readonly http: HttpClient;
  readonly clock: Clock;
  verifyPassword(hash: string, password: string): Promise<boolean>;
  readonly log: (what: string, cause: unknown) => void;
}

/** Builds the ways in which one tenant's callers may prove themselves, in the order of the settings. */
export function createProverFactory(parts: ProverParts): (callers: readonly CallerSettings[]) => readonly Prover[] {
  const { listen, proxies, clock } = parts;
  const checks = { verifyPassword: parts.verifyPassword, bulkhead: createBulkhead(slowHashes) };
  const certificateOf = createCertificateFinder(parts);
  const keySets = new Map<string, KeySet>();

  function keysAt(url: string): KeySet {
    const keys = keySets.get(url) ?? createKeySet(url, parts);
    keySets.set(url, keys);
    return keys;
  }

  function toProver(caller: Exclude<CallerSettings, { basic: unknown }>): Prover {
    if ('open' in caller) return createOpenProver(listen, proxies);
    if ('certificate' in caller) return createCertificateProver(caller.certificate, clock, certificateOf);
    return createBearerProver(caller.bearer, tokenCheckFor(caller.bearer, parts, keysAt), clock);
  }

  return (callers) => {
    // All user names together, so that a request costs the same whichever it names.
    const basics = callers.flatMap((caller) => ('basic' in caller ? [caller.basic] : []));
    const first = callers.findIndex((caller) => 'basic' in caller);
    return callers.flatMap((caller, index) => {
      if (!('basic' in caller)) return [toProver(caller)];
      return index === first ? [createBasicProver(basics, checks)] : [];
    });
  };
}

function tokenCheckFor(settings: BearerSettings, parts: ProverParts, keysAt: (url: string) => KeySet) {
  const { introspection, issuer = '', audience, jwks = '' } = settings;
  return introspection === undefined
    ? createJwtCheck({ issuer, audience, keys: keysAt(jwks), clock: parts.clock, log: parts.log })
    : createIntrospection({ settings: { ...settings, introspection }, http: parts.http, clock: parts.clock });
}
