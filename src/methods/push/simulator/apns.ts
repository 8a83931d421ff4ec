import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '../../../simulator-kit/authority.ts';
import type { Listening } from './https.ts';
import { createScript, type Script } from './script.ts';

/** What APNs says to one message; 200 says nothing more. */
export interface ApnsReply {
  readonly status: number;
  readonly reason?: string;
  /** Since when nobody is there, milliseconds; with 410. */
  readonly timestamp?: number;
}

/** A message that was taken. */
export interface ApnsMessage {
  readonly device: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Apple’s push service as one sender sees it. */
export interface ApnsSimulator extends Listening {
  /** Signing key (.p8), PEM, with its id and team. */
  readonly key: string;
  readonly keyId: string;
  readonly teamId: string;
  readonly topic: string;
  readonly messages: readonly ApnsMessage[];
  /** The tokens that were seen, each once. */
  readonly tokens: ReadonlySet<string>;
  readonly script: Script<ApnsReply>;
  /** Tells the sender to go away, and takes nothing more on its connection. */
  goAway(): void;
  /** Connections so far. */
  readonly connections: () => number;
}

const identity = { keyId: 'ABCDE12345', teamId: 'TEAM123456', topic: 'example.portvakt.approve' } as const;

/** Starts one. `now`: milliseconds since 1970. */
export async function startApnsSimulator(now: () => number = Date.now): Promise<ApnsSimulator> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' });
  const authority = await createAuthority({ name: 'APNs simulator' });
  const { certificatePem: cert, keyPem: key } = await authority.issue({ subject: 'CN=localhost', use: 'server' });
  const messages: ApnsMessage[] = [];
  const tokens = new Set<string>();
  const script = createScript<ApnsReply>();
  const sessions = new Set<ServerHttp2Session>();
  let connections = 0;

  const server = createSecureServer({ cert, key });
  server.on('session', (session) => {
    connections += 1;
    sessions.add(session);
    session.on('close', () => sessions.delete(session)).on('error', () => {});
  });
  server.on('stream', (stream, headers) => void answer(stream, headers));

  async function answer(stream: ServerHttp2Stream, headers: Readonly<Record<string, unknown>>): Promise<void> {
    stream.on('error', () => {});
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    const fault = faultIn(headers, text) ?? script.next();
    const { status, ...body } = fault ?? { status: 200 };
    if (status === 200) {
      const device = String(headers[':path']).replace('/3/device/', '');
      messages.push({ device, headers, payload: JSON.parse(text) as ApnsMessage['payload'] });
    }
    if (stream.destroyed) return;
    stream.respond({ ':status': status });
    stream.end(status === 200 ? '' : JSON.stringify(body));
  }

  function faultIn(headers: Readonly<Record<string, unknown>>, text: string): ApnsReply | undefined {
    if (headers[':method'] !== 'POST') return { status: 405, reason: 'MethodNotAllowed' };
    if (!/^\/3\/device\/[0-9a-fA-F]+$/.test(String(headers[':path']))) return { status: 404, reason: 'BadPath' };
    const token = String(headers['authorization']).replace(/^bearer /, '');
    tokens.add(token);
    const reason = faultInToken(token, publicPem, Math.floor(now() / 1000));
    if (reason !== undefined) return { status: 403, reason };
    if (headers['apns-topic'] !== identity.topic) return { status: 400, reason: 'TopicDisallowed' };
    if (String(headers['apns-collapse-id'] ?? '').length > 64) return { status: 400, reason: 'BadCollapseId' };
    return text.length > 4096 ? { status: 413, reason: 'PayloadTooLarge' } : undefined;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...identity,
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca: authority.certificatePem,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    messages,
    tokens,
    script,
    connections: () => connections,
    goAway: () => {
      for (const session of sessions) session.goaway();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

function faultInToken(token: string, publicPem: string | Buffer, now: number): string | undefined {
  const [head = '', payload = '', signature = ''] = token.split('.');
  if (signature === '') return 'MissingProviderToken';
  const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const key = { key: createPublicKey(publicPem), dsaEncoding: 'ieee-p1363' } as const;
  const isSigned = verify('sha256', Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'));
  const isOurs = header['alg'] === 'ES256' && header['kid'] === identity.keyId && claims['iss'] === identity.teamId;
  if (!isSigned || !isOurs || typeof claims['iat'] !== 'number') return 'InvalidProviderToken';
  return now - claims['iat'] > 3600 ? 'ExpiredProviderToken' : undefined;
}
