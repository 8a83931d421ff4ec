import { createPrivateKey } from 'node:crypto';
import { type ClientHttp2Session, connect } from 'node:http2';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../core/ports.ts';
import type { PushOutcome, PushSender, WakeUp } from '../core/push.ts';
import { delay, first, outcomeByClass, reasonOf } from './push-answer.ts';

/** What sending needs. */
export interface ApnsParts {
  /** Signing key (.p8), PEM. */
  readonly key: string;
  readonly keyId: string;
  readonly teamId: string;
  /** Bundle id of the app. */
  readonly topic: string;
  readonly url: string;
  readonly ca?: readonly string[] | undefined;
  readonly clock: Clock;
}

/** Apple takes a new token no oftener than every 20 minutes, and none older than an hour. */
const renewAfterMs = 45 * 60_000;
const timeoutMs = 10_000;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

/** APNs with tokens, over one HTTP/2 connection that is opened when it is needed. @throws Error when the key is none */
export function createApns(parts: ApnsParts): PushSender {
  const { keyId, teamId, clock } = parts;
  const key = createPrivateKey(parts.key);
  let token: { readonly value: string; readonly madeAt: number } | undefined;
  const connection = createConnection(parts);

  async function authorization(): Promise<string> {
    const at = clock.now();
    if (token === undefined || Math.abs(at - token.madeAt) >= renewAfterMs) {
      const jwt = new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: keyId }).setIssuer(teamId);
      token = { value: await jwt.setIssuedAt(Math.floor(at / 1000)).sign(key), madeAt: at };
    }
    return `bearer ${token.value}`;
  }

  async function post(device: string, message: WakeUp, ttlSeconds: number): Promise<PushOutcome> {
    const headers = {
      ':method': 'POST',
      ':path': `/3/device/${device}`,
      authorization: await authorization(),
      'apns-topic': parts.topic,
      'apns-push-type': 'alert',
      'apns-priority': '10',
      'apns-expiration': String(Math.floor(clock.now() / 1000) + ttlSeconds),
      'apns-collapse-id': message.topic,
      'content-type': 'application/json',
    };
    const { status, body, retryAfter } = await connection.exchange(headers, bodyFor(message));
    const { reason, timestamp } = readError(body);
    return toOutcome({ status, reason, timestamp, retryAfter }, clock.now());
  }

  return {
    async send(target, message, ttlSeconds) {
      if (target.type !== 'apns') return { outcome: 'bug', reason: 'no device token' };
      try {
        const outcome = await post(target.token, message, ttlSeconds);
        if (outcome.outcome !== 'denied' || outcome.reason !== 'ExpiredProviderToken') return outcome;
        token = undefined;
        return await post(target.token, message, ttlSeconds);
      } catch (error) {
        return { outcome: 'retry', reason: reasonOf(error) };
      }
    },
    close: connection.close,
  };
}

function bodyFor({ assignment, device, endsAt }: WakeUp): string {
  const aps = { alert: { 'title-loc-key': 'PORTVAKT_REQUEST' }, sound: 'default', 'mutable-content': 1 };
  return JSON.stringify({
    aps: { ...aps, category: 'PORTVAKT' },
    v: 1,
    t: assignment,
    d: device,
    e: Math.floor(endsAt / 1000),
  });
}

/** One connection; a new one after it was closed, or told us to go away. */
function createConnection({ url, ca }: Pick<ApnsParts, 'url' | 'ca'>) {
  let session: ClientHttp2Session | undefined;

  function open(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    const opened = connect(url, { minVersion: 'TLSv1.2', ...(ca && { ca: [...ca] }) });
    const forget = () => {
      if (session === opened) session = undefined;
    };
    // Streams fail by themselves; this is only so that nobody uses it again.
    opened.on('error', forget).on('goaway', forget).on('close', forget);
    opened.unref();
    session = opened;
    return opened;
  }

  return {
    exchange(headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
      return new Promise((resolve, reject) => {
        const stream = open().request({ ...headers }, { signal: AbortSignal.timeout(timeoutMs) });
        let status = 0;
        let retryAfter: string | undefined;
        let text = '';
        stream.setEncoding('utf8');
        stream.on('response', (given) => {
          status = given[':status'] ?? 0;
          retryAfter = first(given['retry-after']);
        });
        stream.on('data', (chunk: string) => {
          if (text.length < 16_384) text += chunk;
        });
        stream.on('error', reject);
        stream.on('close', () =>
          status === 0 ? reject(new Error('no answer')) : resolve({ status, body: text, retryAfter }),
        );
        stream.end(body);
      });
    },
    async close() {
      const open = session;
      if (open !== undefined && !open.destroyed) await new Promise<void>((resolve) => open.close(resolve));
    },
  };
}

const errorSchema = z.object({ reason: z.string().default(''), timestamp: z.number().optional() });

function readError(body: string): z.output<typeof errorSchema> {
  try {
    return errorSchema.parse(JSON.parse(body));
  } catch {
    return { reason: '' };
  }
}

/** Apple, "Handling notification responses from APNs". A reason that is not in the table goes by its status. */
function toOutcome(
  said: {
    readonly status: number;
    readonly reason: string;
    readonly timestamp: number | undefined;
    readonly retryAfter: string | undefined;
  },
  now: number,
): PushOutcome {
  const { status, reason, timestamp, retryAfter } = said;
  if (['BadDeviceToken', 'DeviceTokenNotForTopic', 'MissingDeviceToken'].includes(reason)) return { outcome: 'gone' };
  if (status === 410) return { outcome: 'gone', ...(timestamp !== undefined && { since: timestamp }) };
  if (status === 429) return { outcome: 'retry', ...delay(retryAfter, now) };
  const outcome = outcomeByClass(status, retryAfter, now);
  return 'reason' in outcome && reason !== '' ? { ...outcome, reason } : outcome;
}
