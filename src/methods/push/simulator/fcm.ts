import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { type Listening, listenHttps, type Received, type Reply } from './https.ts';
import { createScript, type Script } from './script.ts';

/** FCM HTTP v1 with its token service, as far as one sender sees them. */
export interface FcmSimulator extends Listening {
  /** A service account’s key file, JSON. */
  readonly keyFile: string;
  /** Messages that were taken. */
  readonly messages: readonly FcmMessage[];
  /** How many access tokens were given out. */
  readonly tokens: () => number;
  /** For `messages:send`. */
  readonly script: Script<Reply>;
  /** No token from before is taken any more. */
  revokeTokens(): void;
}

/** A message as it was sent. */
export interface FcmMessage {
  readonly token?: unknown;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly android?: Readonly<Record<string, unknown>>;
}

const project = 'portvakt-test';

/** What FCM answers with this error code; the statuses are those of its table. */
export function fcmError(status: number, errorCode: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const details = [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }];
  return {
    status,
    headers,
    body: JSON.stringify({ error: { code: status, message: '', status: errorCode, details } }),
  };
}

/** Starts one. `now`: milliseconds since 1970. */
export async function startFcmSimulator(now: () => number = Date.now): Promise<FcmSimulator> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' });
  const messages: FcmMessage[] = [];
  const script = createScript<Reply>();
  const valid = new Set<string>();
  let tokens = 0;

  function giveToken({ body }: Received): Reply {
    const form = new URLSearchParams(body.toString());
    const isRight =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      isAssertion(form.get('assertion') ?? '', publicPem, `${listening.url}/token`, Math.floor(now() / 1000));
    if (!isRight) return { status: 400, body: '{"error":"invalid_grant"}' };
    tokens += 1;
    valid.add(`token-${tokens}`);
    return {
      status: 200,
      body: JSON.stringify({ access_token: `token-${tokens}`, expires_in: 3599, token_type: 'Bearer' }),
    };
  }

  function send({ headers, body }: Received): Reply {
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (!valid.has(token)) return { status: 401, body: '{"error":{"code":401,"status":"UNAUTHENTICATED"}}' };
    const scripted = script.next();
    if (scripted !== undefined) return scripted;
    const { message = {} } = JSON.parse(body.toString()) as { readonly message?: FcmMessage };
    const values = Object.values(message.data ?? {});
    if (typeof message.token !== 'string' || values.some((value) => typeof value !== 'string')) {
      return fcmError(400, 'INVALID_ARGUMENT');
    }
    messages.push(message);
    return { status: 200, body: JSON.stringify({ name: `projects/${project}/messages/${messages.length}` }) };
  }

  const listening: Listening = await listenHttps(async (request) => {
    if (request.path === '/token') return giveToken(request);
    return request.path === `/v1/projects/${project}/messages:send` ? send(request) : { status: 404 };
  });
  const keyFile = JSON.stringify({
    type: 'service_account',
    project_id: project,
    private_key_id: 'key-1',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'sender@portvakt-test.iam.example',
    token_uri: `${listening.url}/token`,
  });
  return { ...listening, keyFile, messages, script, tokens: () => tokens, revokeTokens: () => valid.clear() };
}

/** RFC 7523 §3, as Google asks for it. */
function isAssertion(assertion: string, publicPem: string | Buffer, audience: string, now: number): boolean {
  const [head = '', payload = '', signature = ''] = assertion.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const { iss, scope, aud, iat, exp } = claims;
  const times =
    typeof iat === 'number' && typeof exp === 'number' && exp > now && exp - iat <= 3600 && Math.abs(iat - now) < 300;
  const isOurs = iss === 'sender@portvakt-test.iam.example' && aud === audience && header['kid'] === 'key-1';
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    createPublicKey(publicPem),
    Buffer.from(signature, 'base64url'),
  );
  return (
    header['alg'] === 'RS256' &&
    isSigned &&
    times &&
    isOurs &&
    scope === 'https://www.googleapis.com/auth/firebase.messaging'
  );
}
