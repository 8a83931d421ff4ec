import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Mounted } from '../authenticators/index.ts';
import { type AppFile, readApp } from './approve-files.ts';

/** Where the pages are built to. */
const built = fileURLToPath(new URL('../../browser/pages/dist', import.meta.url));

/** What an overlay folder may hold, and by what name the page is told of it. */
const overlayNames = {
  'style.css': 'style',
  'logo.svg': 'logo',
  'logo.png': 'logo',
  'texts.sv.json': 'sv',
  'texts.en.json': 'en',
} as const;

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Headers of every answer to a browser. */
export const safeHeaders = {
  'content-security-policy': `${policy}; form-action 'none'`,
  'permissions-policy':
    'publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
} as const;

/** The pages as they were built when the server started. */
export type Pages = ReadonlyMap<string, AppFile>;

/** Reads the built pages; none when they were not built. */
export function readPages(folder = built): Pages {
  return readApp(folder);
}

/** `GET /sign-in/assets/<file>`: what all pages share. */
export function mountAssets(server: FastifyInstance, pages: Pages): void {
  for (const [name, file] of pages) {
    if (!name.startsWith('assets/')) continue;
    server.get(`/sign-in/${name}`, (request, reply) => sendFile(request, reply, file));
  }
}

/** The files in the overlay folders of an authenticator: of several with one name the first. @throws Error when a folder is not there */
export function readOverlay({ id, config }: Mounted['settings']): ReadonlyMap<string, AppFile> {
  const folders = [...(config.overlay_dir === undefined ? [] : [config.overlay_dir]), ...config.overlay_dirs];
  for (const folder of folders) {
    const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isFolder) throw new Error(`authenticator "${id}": the overlay ${folder} is no folder`);
  }
  return new Map(folders.toReversed().flatMap((folder) => [...readApp(folder)]));
}

/** The files of one’s own beside a page, and `page.json` that tells of them. */
export function mountOverlay(server: FastifyInstance, { settings, path }: Mounted): void {
  const { id, type, config } = settings;
  const files = readOverlay(settings);
  const overlay: Record<string, string> = {};
  for (const [file, key] of Object.entries(overlayNames)) {
    const found = files.get(file);
    if (found === undefined) continue;
    overlay[key] ??= `${path}/overlay/${file}`;
    server.get(`${path}/overlay/${file}`, (request, reply) => sendFile(request, reply, found));
  }
  const page = { id, type, pollSeconds: config.poll_frequency, overlay };
  for (const place of [path, `${path}/failed`]) {
    server.get(`${place}/page.json`, (_request, reply) =>
      reply
        .headers({ ...safeHeaders, 'cache-control': 'no-cache' })
        .type('application/json')
        .send(JSON.stringify(page)),
    );
  }
}

/** Sends a file, compressed where the browser takes that. */
export async function sendFile({ headers }: FastifyRequest, reply: FastifyReply, file: AppFile): Promise<FastifyReply> {
  reply.headers({ ...safeHeaders, 'cache-control': file.cache, vary: 'accept-encoding' }).type(file.type);
  const isTaken = /(^|,)\s*br\s*(,|$)/i.test(headers['accept-encoding']?.toString() ?? '');
  const compressed = isTaken ? await file.compressed() : undefined;
  if (compressed === undefined) return reply.send(file.content);
  return reply.header('content-encoding', 'br').send(compressed);
}
