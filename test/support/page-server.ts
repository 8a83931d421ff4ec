import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { signInPages } from '../../tools/browser-apps.mjs';
import { buildPages } from '../../tools/build-app.mjs';

/** What a page has said. */
export interface Said {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Answers what a page says: the fields of `data`, or a bare status. */
export type Script = (said: Said, before: readonly Said[]) => object | number;

interface Options {
  readonly overlay?: { readonly style?: string; readonly sv?: object; readonly en?: object; readonly logo?: string };
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** As strict as the server's own. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/**
 * Serves the page of a type at `/authn/<type>`, and answers it by a script: for what a real sign-in cannot be made to say at will. The answers have
 * the form of src/authenticators/README.md. It ends with the test.
 */
export async function startPage(type: string, script: Script, { overlay = {} }: Options = {}) {
  await buildPages();
  const said: Said[] = [];
  const path = `/authn/${type}`;
  const overlays = Object.fromEntries(
    Object.entries(overlay).map(([name, content]) => [
      `${path}/overlay/${{ style: 'style.css', logo: 'logo.svg', sv: 'texts.sv.json', en: 'texts.en.json' }[name]}`,
      { name, content: typeof content === 'string' ? content : JSON.stringify(content) },
    ]),
  );
  const facts = {
    pollSeconds: 0.1,
    overlay: Object.fromEntries(Object.entries(overlays).map(([address, { name }]) => [name, address])),
  };
  const requested: string[] = [];
  const server = createServer(async (request, response) => {
    const address = (request.url ?? '').split('?')[0] ?? '';
    requested.push(address);
    if (request.method === 'PUT') {
      const message: Said = JSON.parse(await textOf(request));
      const answer = script(message, said);
      said.push(message);
      if (typeof answer === 'number') return response.writeHead(answer).end();
      const whole = { success: true, type: message.type, data: answer, ...('type' in answer && answer) };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
    }
    const content = find(address);
    if (content === undefined) return response.writeHead(404).end();
    const form = types[extname(address)] ?? 'text/html; charset=utf-8';
    return response.writeHead(200, { ...headers, 'content-type': form }).end(content);
  });
  const find = (address: string): Buffer | string | undefined => {
    if (address === path) return readFileSync(join(signInPages.built, `${type}.html`));
    if (address === `${path}/page.json`) return JSON.stringify(facts);
    if (address.startsWith('/sign-in/assets/'))
      return readFileSync(join(signInPages.built, address.slice('/sign-in/'.length)));
    if (address === '/onward')
      return '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Onward</title><h1>Onward</h1></html>';
    return overlays[address]?.content;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { url: `${origin}${path}`, origin, said, requested };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
