import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where the app is built to. */
const built = fileURLToPath(new URL('../../browser/approve/dist', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'permissions-policy':
    'camera=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** A file that is served from memory. */
export interface AppFile {
  readonly type: string;
  readonly cache: string;
  readonly content: Buffer;
  /** As Brotli; undefined where that is no shorter. It is made when somebody asks first: a start takes no time for it. */
  compressed(): Promise<Buffer | undefined>;
}

/** Serves the built app at `/approve/`, from memory: only what was there at the start can be asked for. Nothing when it was not built. */
export function mountApproveFiles(server: FastifyInstance, folder = built): void {
  for (const [path, file] of readApp(folder)) {
    const answer = (request: FastifyRequest, reply: FastifyReply) => send(request, reply, file);
    server.get(`/approve/${path}`, answer);
    // The app and its service worker live below the stroke; the router takes both addresses for one.
    const atHome = (request: FastifyRequest, reply: FastifyReply) =>
      /^\/approve(\?|$)/.test(request.url) ? reply.redirect('/approve/', 308) : answer(request, reply);
    if (path === 'index.html') server.get('/approve/', atHome);
  }
}

async function send({ headers: asked }: FastifyRequest, reply: FastifyReply, file: AppFile): Promise<FastifyReply> {
  reply.headers({ ...headers, 'cache-control': file.cache, vary: 'accept-encoding' }).type(file.type);
  const isTaken = /(^|,)\s*br\s*(,|$)/i.test(asked['accept-encoding']?.toString() ?? '');
  const compressed = isTaken ? await file.compressed() : undefined;
  if (compressed === undefined) return reply.send(file.content);
  return reply.header('content-encoding', 'br').send(compressed);
}

/** The files of a folder that is served, by their path in it; none when it is not there. */
export function readApp(folder: string): ReadonlyMap<string, AppFile> {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.flatMap((entry): [string, AppFile][] => {
      const path = join(entry.parentPath, entry.name);
      const type = types[extname(entry.name)];
      if (type === undefined) return [];
      const name = relative(folder, path).split(sep).join('/');
      return [[name, toFile(readFileSync(path), type, name)]];
    }),
  );
}

function toFile(content: Buffer, type: string, name: string): AppFile {
  // Vite names what lies in assets/ by its content.
  const cache = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  let compressing: Promise<Buffer | undefined> | undefined;
  const compressed = () => {
    compressing ??= compress(content);
    return compressing;
  };
  return { type, cache, content, compressed };
}

const brotli = promisify(brotliCompress);

async function compress(content: Buffer): Promise<Buffer | undefined> {
  const short = await brotli(content);
  return short.length < content.length ? short : undefined;
}
