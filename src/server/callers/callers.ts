import type { Config } from '../../config/schema.ts';
import type { HttpClient } from '../../core/http.ts';
import type { Clock } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { createProxies } from './address.ts';
import { presentsBearer } from './authorization.ts';
import type { CallerRequest } from './caller-request.ts';
import type { CallerSettings } from './caller-settings.ts';
import { createProverFactory } from './provers.ts';
import { graver, nothingShown, type Prover, type Refusal } from './verdict.ts';

/** Finds out who is asking: from where, and on whose behalf. */
export interface Callers {
  /** Address of the asking program: from X-Forwarded-For where configured proxies wrote it, else the peer's. */
  addressOf(request: CallerRequest): string;
  /**
   * The name by which the caller proved itself: `open`, `basic:<user name>`, `certificate:<common name or fingerprint>`,
   * `bearer:<client or subject>`. The first of the tenant's callers that fits gives it.
   *
   * Answers, or throws, at once where nobody has to be asked and nothing slow computed.
   *
   * @throws Problem 'unauthenticated', 'not-permitted' (proved, but without the right; unknown tenant) or 'unavailable' (nobody there to check)
   */
  prove(tenantId: string, request: CallerRequest): string | Promise<string>;
  /** Value of WWW-Authenticate (RFC 7617 §2, RFC 6750 §3) for a caller that is unauthenticated; undefined where neither scheme would help. */
  challenge(tenantId: string, request: CallerRequest): string | undefined;
}

/** What finding out who asks takes. */
export interface CallersOptions {
  readonly listen: Config['listen'];
  readonly tenants: Config['tenants'];
  readonly http: HttpClient;
  readonly clock: Clock;
  /** True when the password belongs to the argon2id hash; off the main loop. */
  verifyPassword(hash: string, password: string): Promise<boolean>;
  /** Takes down what went wrong without anybody being told. */
  readonly log: (what: string, cause: unknown) => void;
}

interface Tenant {
  readonly provers: readonly Prover[];
  readonly challenge: string | undefined;
  readonly challengeAfterToken: string | undefined;
}

/** @throws Error with a sentence for the operator when a proxy's address is none */
export function createCallers(options: CallersOptions): Callers {
  const proxies = createProxies(options.listen);
  const proversFor = createProverFactory({ ...options, proxies });
  const tenants = new Map<string, Tenant>();
  for (const [id, { callers }] of Object.entries(options.tenants)) {
    tenants.set(id, { provers: proversFor(callers), ...challengesFor(callers) });
  }

  return {
    addressOf: (request) => proxies.sourceOf(request).address,
    prove(tenantId, request) {
      const tenant = tenants.get(tenantId);
      if (tenant === undefined) throw new Problem('not-permitted', 'unknown tenant');
      return firstThatFits(tenant.provers, request);
    },
    challenge(tenantId, { headers }) {
      const tenant = tenants.get(tenantId);
      return presentsBearer(headers) ? tenant?.challengeAfterToken : tenant?.challenge;
    },
  };
}

function firstThatFits(
  provers: readonly Prover[],
  request: CallerRequest,
  refusal: Refusal = nothingShown,
): string | Promise<string> {
  const [prover, ...others] = provers;
  if (prover === undefined) throw new Problem(refusal.code, refusal.detail, { cause: refusal.cause });
  const verdict = prover(request);
  if (typeof verdict === 'string') return verdict;
  if (!(verdict instanceof Promise)) return firstThatFits(others, request, graver(refusal, verdict));
  return verdict.then((late) =>
    typeof late === 'string' ? late : firstThatFits(others, request, graver(refusal, late)),
  );
}

function challengesFor(callers: readonly CallerSettings[]): Omit<Tenant, 'provers'> {
  const basic = callers.some((caller) => 'basic' in caller) ? ['Basic realm="portvakt", charset="UTF-8"'] : [];
  const bearer = callers.some((caller) => 'bearer' in caller) ? ['Bearer realm="portvakt"'] : [];
  const bad = bearer.map((challenge) => `${challenge}, error="invalid_token"`);
  const join = (challenges: readonly string[]) => (challenges.length === 0 ? undefined : challenges.join(', '));
  return { challenge: join([...basic, ...bearer]), challengeAfterToken: join([...basic, ...bad]) };
}
