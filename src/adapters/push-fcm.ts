import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { HttpClient } from '../core/http.ts';
import type { Clock } from '../core/ports.ts';
import type { PushOutcome, PushSender, WakeUp } from '../core/push.ts';
import { delay, first, outcomeByClass, reasonOf } from './push-answer.ts';

/** What is used of a service account’s key file. */
const keyFileSchema = z.object({
  project_id: z.string().min(1),
  private_key_id: z.string().min(1),
  private_key: z.string().min(1),
  client_email: z.string().min(1),
  token_uri: z.url(),
});

/** What sending needs. */
export interface FcmParts {
  /** Text of the key file, JSON. */
  readonly keyFile: string;
  /** Where FCM is, without a path. */
  readonly url: string;
  readonly http: HttpClient & { readonly close: () => Promise<void> };
  readonly clock: Clock;
}

const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Renewed so long before its end, in milliseconds. */
const renewBeforeMs = 300_000;

/** How long nothing is sent after "quota exceeded" without a time: a minute at least (FCM, error codes). */
const quotaMs = 60_000;

/** FCM HTTP v1. @throws Error when the key file is none */
export function createFcm({ keyFile, url, http, clock }: FcmParts): PushSender {
  const account = keyFileSchema.parse(JSON.parse(keyFile));
  const key = createPrivateKey(account.private_key);
  let token: { readonly value: Promise<string>; renewAt: number } | undefined;

  async function fetchToken(): Promise<string> {
    const at = Math.floor(clock.now() / 1000);
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: account.private_key_id })
      .setIssuer(account.client_email)
      .setAudience(account.token_uri)
      .setIssuedAt(at)
      .setExpirationTime(at + 3600)
      .sign(key);
    const answer = await http.request({
      method: 'POST',
      url: account.token_uri,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: grant, assertion }).toString(),
    });
    const given = tokenSchema.parse(JSON.parse(answer.body));
    if (token !== undefined) token.renewAt = clock.now() + given.expires_in * 1000 - renewBeforeMs;
    return given.access_token;
  }

  function accessToken(): Promise<string> {
    if (token !== undefined && clock.now() < token.renewAt) return token.value;
    const value = fetchToken();
    token = { value, renewAt: Number.POSITIVE_INFINITY };
    value.catch(() => {
      token = undefined;
    });
    return value;
  }

  async function post(to: string, message: WakeUp, ttlSeconds: number): Promise<PushOutcome> {
    const { status, body, headers } = await http.request({
      method: 'POST',
      url: `${url}/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`,
      headers: { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' },
      body: bodyFor(to, message, ttlSeconds),
    });
    return toOutcome(status, errorCodeIn(body), first(headers['retry-after']), clock.now());
  }

  return {
    async send(target, message, ttlSeconds) {
      if (target.type !== 'fcm') return { outcome: 'bug', reason: 'no registration token' };
      try {
        const outcome = await post(target.token, message, ttlSeconds);
        if (outcome.outcome !== 'denied') return outcome;
        // The token may have been revoked before its time: once, with a new one.
        token = undefined;
        return await post(target.token, message, ttlSeconds);
      } catch (error) {
        return { outcome: 'retry', reason: reasonOf(error) };
      }
    },
    close: () => http.close(),
  };
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** `data` values are texts, all of them (FCM, `Message.data`). */
function bodyFor(token: string, { assignment, device, endsAt, topic }: WakeUp, ttlSeconds: number): string {
  const data = { v: '1', t: assignment, d: device, e: String(Math.floor(endsAt / 1000)) };
  const android = { priority: 'HIGH', ttl: `${ttlSeconds}s`, collapse_key: topic };
  return JSON.stringify({ message: { token, data, android } });
}

const errorSchema = z.object({
  error: z.object({ details: z.array(z.object({ errorCode: z.string().optional() })).default([]) }),
});

function errorCodeIn(body: string): string | undefined {
  try {
    const { error } = errorSchema.parse(JSON.parse(body));
    return error.details.find(({ errorCode }) => errorCode !== undefined)?.errorCode;
  } catch {
    return undefined;
  }
}

/** FCM, error codes. One that is not in the table goes by its status. */
function toOutcome(status: number, code: string | undefined, retryAfter: string | undefined, now: number): PushOutcome {
  switch (code) {
    case 'UNREGISTERED':
    case 'SENDER_ID_MISMATCH':
      return { outcome: 'gone' };
    case 'QUOTA_EXCEEDED':
      return { outcome: 'retry', afterMs: quotaMs, ...delay(retryAfter, now) };
    case 'UNAVAILABLE':
    case 'INTERNAL':
      return { outcome: 'retry', ...delay(retryAfter, now) };
    case 'THIRD_PARTY_AUTH_ERROR':
      return { outcome: 'denied', reason: code };
    case 'INVALID_ARGUMENT':
    case 'UNSPECIFIED_ERROR':
      return { outcome: 'bug', reason: code };
    default:
      return outcomeByClass(status, retryAfter, now);
  }
}
