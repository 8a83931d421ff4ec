import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { type Listening, listenHttps, type Received, type Reply } from './https.ts';
import { createScript, type Script } from './script.ts';
import { decryptMessage, type ReceiverSecrets } from './web-push-message.ts';

/** A subscription as `PushSubscription.toJSON()` gives it. */
export interface SimulatedSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** A message that was taken, as the service worker gets it. */
export interface Pushed {
  readonly endpoint: string;
  readonly data: string;
  readonly ttl: number;
  readonly headers: Received['headers'];
  /** Length of the body as it was sent. */
  readonly bytes: number;
}

/** A push service (RFC 8030) with the browsers behind it: it makes subscriptions, checks who sends, and decrypts. */
export interface WebPushSimulator extends Listening {
  subscribe(applicationServerKey: string): SimulatedSubscription;
  readonly messages: readonly Pushed[];
  /** How often somebody asked, whatever the answer. */
  readonly asked: () => number;
  /** Why messages were refused. */
  readonly refusals: readonly string[];
  readonly script: Script<Reply>;
}

interface Subscribed extends ReceiverSecrets {
  readonly applicationServerKey: string;
}

/** Starts one. `now`: milliseconds since 1970. */
export async function startWebPushSimulator(now: () => number = Date.now): Promise<WebPushSimulator> {
  const subscriptions = new Map<string, Subscribed>();
  const messages: Pushed[] = [];
  const refusals: string[] = [];
  const script = createScript<Reply>();
  let asked = 0;
  const listening: Listening = await listenHttps(async (request) => {
    asked += 1;
    const scripted = script.next();
    if (scripted !== undefined) return scripted;
    const subscription = subscriptions.get(request.path);
    if (subscription === undefined) return { status: 404 };
    const refusal = faultIn(request, subscription, listening.url, now());
    if (refusal !== undefined) {
      refusals.push(refusal.why);
      return { status: refusal.status };
    }
    const data = decryptMessage(request.body, subscription).toString();
    const { headers, body, path } = request;
    messages.push({
      endpoint: `${listening.url}${path}`,
      data,
      ttl: Number(headers['ttl']),
      headers,
      bytes: body.length,
    });
    return { status: 201, headers: { location: `${listening.url}/message/${messages.length}` } };
  });
  return {
    ...listening,
    messages,
    refusals,
    script,
    asked: () => asked,
    subscribe(applicationServerKey) {
      const keys = createECDH('prime256v1');
      keys.generateKeys();
      const auth = randomBytes(16);
      const path = `/push/${randomBytes(16).toString('base64url')}`;
      subscriptions.set(path, { keys, auth, applicationServerKey });
      const p256dh = keys.getPublicKey().toString('base64url');
      return { endpoint: `${listening.url}${path}`, keys: { p256dh, auth: auth.toString('base64url') } };
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly why: string;
}

function faultIn(
  { method, headers, body }: Received,
  { applicationServerKey }: Subscribed,
  own: string,
  now: number,
): Refusal | undefined {
  if (method !== 'POST') return { status: 405, why: 'method' };
  if (!/^\d+$/.test(headers['ttl']?.toString() ?? '')) return { status: 400, why: 'TTL is missing (RFC 8030 §5.2)' };
  if (headers['content-encoding'] !== 'aes128gcm') return { status: 415, why: 'content-encoding' };
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(headers['topic']?.toString() ?? 'none')) return { status: 400, why: 'topic' };
  if (body.length > 4096) return { status: 413, why: 'size' };
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (key !== applicationServerKey) return { status: 403, why: 'another key than was subscribed with' };
  const why = faultInToken(token, key, own, Math.floor(now / 1000));
  return why === undefined ? undefined : { status: 403, why };
}

/** RFC 8292 §2 */
function faultInToken(token: string, key: string, own: string, now: number): string | undefined {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const bytes = Buffer.from(signature, 'base64url');
  if (bytes.length !== 64) return 'the signature is not of 64 bytes';
  if (!verify('sha256', Buffer.from(`${head}.${payload}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes))
    return 'signature';
  const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as { readonly alg?: unknown };
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    readonly aud?: unknown;
    readonly exp?: unknown;
    readonly sub?: unknown;
  };
  if (header.alg !== 'ES256') return 'algorithm';
  if (claims.aud !== own) return 'audience';
  if (typeof claims.exp !== 'number' || claims.exp <= now || claims.exp > now + 86_400) return 'expiry';
  return /^(mailto:|https:)/.test(String(claims.sub)) ? undefined : 'contact';
}
