import { isIP } from 'node:net';
import { Agent } from 'undici';
import type { Clock } from '../core/ports.ts';
import type { PushOutcome, PushSender, PushTarget, WakeUp } from '../core/push.ts';
import { createAddressRule, PrivateAddress, publicLookup } from './public-address.ts';
import { delay, first, outcomeByClass, reasonOf } from './push-answer.ts';
import { encryptMessage } from './web-push-encryption.ts';
import { createVapid, type VapidKeys } from './web-push-vapid.ts';

/** What sending needs. */
export interface WebPushParts {
  keys(): Promise<VapidKeys>;
  /** mailto: or https:, for the operators of push services. */
  readonly contact: string;
  /** Hosts that are taken, `*.` for any below; undefined takes all. */
  readonly hosts: readonly string[] | undefined;
  /** Networks that are allowed although they are private. */
  readonly privateAddresses: readonly string[];
  /** The only authorities that are believed, PEM. */
  readonly ca?: readonly string[] | undefined;
  readonly clock: Clock;
}

/** Sends over Web Push, and knows which subscriptions it would not send to. */
export interface WebPush extends PushSender {
  objectionTo(endpoint: string): string | undefined;
}

/** All messages are made this long, so that their length says nothing. */
const padTo = 512;
const timeoutMs = 10_000;

/** Web Push (RFC 8030, RFC 8291, RFC 8292): no redirects, and never to an address that is not on the internet. */
export function createWebPush(parts: WebPushParts): WebPush {
  const { hosts, clock, ca } = parts;
  const rule = createAddressRule(parts.privateAddresses);
  const tls = ca === undefined ? {} : { ca: [...ca] };
  const connect = { timeout: 3000, lookup: publicLookup(rule), minVersion: 'TLSv1.2' as const, ...tls };
  const agent = new Agent({ connect, connections: 16, allowH2: false });
  let authorize: Promise<(origin: string) => Promise<string>> | undefined;

  function objectionTo(endpoint: string): string | undefined {
    if (!URL.canParse(endpoint)) return 'must be an address';
    const { protocol, hostname, username, password } = new URL(endpoint);
    if (protocol !== 'https:' || username !== '' || password !== '') return 'must be https, without a name in it';
    if (hosts !== undefined && !hosts.some((host) => matches(host, hostname)))
      return 'lies at a host that is not allowed';
    // Names are looked at when they are connected to; an address is never looked up.
    const address = hostname.replace(/^\[|\]$/g, '');
    return isIP(address) !== 0 && !rule.allows(address) ? 'lies at a private address' : undefined;
  }

  async function authorization(origin: string): Promise<string> {
    authorize ??= parts.keys().then((keys) => createVapid(keys, parts.contact, clock.now));
    return (await authorize)(origin);
  }

  async function post(target: Extract<PushTarget, { type: 'web' }>, message: WakeUp, ttlSeconds: number) {
    const { origin, pathname, search } = new URL(target.endpoint);
    const answer = await agent.request({
      origin,
      path: `${pathname}${search}`,
      method: 'POST',
      headers: {
        authorization: await authorization(origin),
        'content-type': 'application/octet-stream',
        'content-encoding': 'aes128gcm',
        ttl: String(ttlSeconds),
        urgency: 'high',
        topic: message.topic,
      },
      body: encryptMessage(Buffer.from(payloadOf(message)), target, padTo),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body.dump({ limit: 16_384 }).catch(() => undefined);
    return toOutcome(answer.statusCode, first(answer.headers['retry-after']), clock.now());
  }

  return {
    objectionTo,
    async send(target, message, ttlSeconds) {
      if (target.type !== 'web') return { outcome: 'bug', reason: 'no web subscription' };
      // What was allowed when it was subscribed may not be any more.
      const objection = objectionTo(target.endpoint);
      if (objection !== undefined) return { outcome: 'bug', reason: objection };
      try {
        return await post(target, message, ttlSeconds);
      } catch (error) {
        return error instanceof PrivateAddress
          ? { outcome: 'bug', reason: 'lies at a private address' }
          : { outcome: 'retry', reason: reasonOf(error) };
      }
    },
    close: () => agent.close(),
  };
}

/** What the service worker reads. docs/approval-protocol.md, "The wake-up" */
function payloadOf({ assignment, device, endsAt }: WakeUp): string {
  return JSON.stringify({ v: 1, t: assignment, d: device, e: Math.floor(endsAt / 1000) });
}

function toOutcome(status: number, retryAfter: string | undefined, now: number): PushOutcome {
  if (status === 404 || status === 410) return { outcome: 'gone' };
  if (status === 429) return { outcome: 'retry', ...delay(retryAfter, now) };
  return outcomeByClass(status, retryAfter, now);
}

function matches(allowed: string, hostname: string): boolean {
  return allowed.startsWith('*.') ? hostname.endsWith(allowed.slice(1)) : hostname === allowed;
}
