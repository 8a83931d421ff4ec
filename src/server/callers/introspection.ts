import type { HttpClient } from '../../core/http.ts';
import type { Clock } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { Claims, TokenCheck } from './bearer.ts';
import type { BearerSettings } from './caller-settings.ts';
import type { Refusal } from './verdict.ts';

/** What asking the issuer takes. */
export interface IntrospectionParts {
  readonly settings: Pick<BearerSettings, 'issuer' | 'audience'> & {
    readonly introspection: NonNullable<BearerSettings['introspection']>;
  };
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** Checks tokens by asking their issuer (RFC 7662). Its yes counts for `cacheSeconds`, never beyond `exp`. */
export function createIntrospection({ settings, http, clock }: IntrospectionParts): TokenCheck {
  const { url, clientId, clientSecret, cacheSeconds } = settings.introspection;
  // The client's name and secret are form-encoded first (RFC 6749 §2.3.1).
  const credentials = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64');
  const headers = {
    accept: 'application/json',
    authorization: `Basic ${credentials}`,
    'content-type': 'application/x-www-form-urlencoded',
  };

  return {
    generation: () => 0,
    async check(token) {
      const body = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString();
      const askedAt = clock.now();
      const answer = await http.request({ method: 'POST', url, headers, body });
      if (answer.status !== 200) throw new Problem('unavailable', `${url} answered ${answer.status}`);
      const claims = parseAnswer(answer.body, url);
      const fault = faultIn(claims, settings, clock.now());
      if (fault !== undefined) return fault;
      const { exp = Number.POSITIVE_INFINITY } = claims;
      return { claims, until: Math.min(askedAt + cacheSeconds * 1000, Number(exp) * 1000) };
    },
  };
}

function parseAnswer(body: string, url: string): Claims {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null && 'active' in answer && typeof answer.active === 'boolean') {
      return answer as Claims;
    }
  } catch (cause) {
    throw new Problem('unavailable', `${url} did not answer in JSON`, { cause });
  }
  throw new Problem('unavailable', `${url} did not say whether the token is active`);
}

function faultIn(
  { active, exp, aud, iss }: Claims,
  { issuer, audience }: IntrospectionParts['settings'],
  now: number,
): Refusal | undefined {
  if (active !== true) return refuse('the issuer says that the token is not active');
  if (exp !== undefined && !(typeof exp === 'number' && now < exp * 1000)) return refuse('the token has expired');
  if (aud !== undefined && !namesAudience(aud, audience)) return refuse('the token is for another audience');
  if (issuer !== undefined && iss !== undefined && iss !== issuer) return refuse('a token of another issuer');
  return undefined;
}

function refuse(detail: string): Refusal {
  return { code: 'unauthenticated', detail };
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

/** True when `aud`, a text or a list (RFC 7519 §4.1.3), names the audience. */
function namesAudience(aud: unknown, audience: string): boolean {
  return aud === audience || (Array.isArray(aud) && aud.includes(audience));
}
