import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from 'jose';
import type { HttpClient } from '../../core/http.ts';
import type { Clock } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';

/** How long the keys are used before they are fetched anew; our choice. */
const maxAgeMs = 600_000;
/** Least time between two fetches while we hold keys: tokens with made-up key ids must not turn us against the issuer. */
const pauseMs = 30_000;
/** The same while we hold none. */
const firstPauseMs = 1000;

/** What fetching keys takes. */
export interface KeySetPorts {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: (what: string, cause: unknown) => void;
}

/** The keys an issuer publishes (RFC 7517 §5). */
export interface KeySet {
  /** Finds the key of a token; fetches when it has to. @throws Problem 'unavailable' while there are no keys; a JOSEError when none fits */
  readonly keyFor: JWTVerifyGetKey;
  /** Goes up whenever other keys replace those we held: what older ones have proved wants a new look. */
  generation(): number;
}

/** The keys at `url`, fetched when first needed and kept when the issuer cannot be reached. */
export function createKeySet(url: string, { http, clock, log }: KeySetPorts): KeySet {
  let keys: LocalJWKSet | undefined;
  let published = '';
  let generation = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;
  let failure: unknown;

  async function fetchKeys(): Promise<void> {
    try {
      const { status, body } = await http.request({ method: 'GET', url, headers: { accept: 'application/json' } });
      if (status !== 200) throw new Error(`${url} answered ${status}`);
      if (body === published) return;
      const next = createLocalJWKSet(JSON.parse(body) as JSONWebKeySet);
      if (keys !== undefined) generation += 1;
      keys = next;
      published = body;
    } catch (cause) {
      failure = cause;
      if (keys !== undefined) log(`the keys of ${url} cannot be fetched; the ones we hold stay in use`, cause);
    }
  }

  function isLongAgo(pause: number): boolean {
    const age = clock.now() - askedAt;
    // A clock that was set back must not keep us from asking.
    return age >= pause || age < 0;
  }

  function refresh(): Promise<void> {
    if (fetching === undefined && isLongAgo(keys === undefined ? firstPauseMs : pauseMs)) {
      askedAt = clock.now();
      fetching = fetchKeys().finally(() => {
        fetching = undefined;
      });
    }
    return fetching ?? Promise.resolve();
  }

  async function currentKeys(): Promise<LocalJWKSet> {
    if (keys === undefined) await refresh();
    else if (isLongAgo(maxAgeMs)) void refresh();
    if (keys === undefined) throw new Problem('unavailable', `there are no keys from ${url}`, { cause: failure });
    return keys;
  }

  return {
    generation: () => generation,
    async keyFor(header, token) {
      const held = await currentKeys();
      try {
        return await held(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        await refresh();
        return (await currentKeys())(header, token);
      }
    },
  };
}
