// An application with a page for people who have signed in, and nothing but Node: node examples/application.mjs
//
// Portvakt's sign-in page posts an access token to /signed-in, its success_location. The application keeps it in a cookie, and asks verifyUser whose it is.

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const cookie = 'Path=/; HttpOnly; SameSite=Lax'; // and Secure, where the application has TLS

/**
 * @param {object} settings
 * @param {string} settings.portvakt where Portvakt is
 * @param {string} settings.signIn address of the sign-in page, as the browser has it
 * @param {Record<string, string>} settings.headers by which Portvakt knows the application
 */
export function createApplication(settings) {
  /** @param {string} operation @param {string} token */
  const ask = async (operation, token) => {
    const headers = { 'content-type': 'application/json', ...settings.headers };
    const request = { method: 'PUT', headers, body: JSON.stringify({ access_token: token }) };
    const response = await fetch(`${settings.portvakt}/api/authentication/${operation}`, request);
    if (response.status >= 500) throw new Error(`${operation} answered ${response.status}`);
    return response.ok ? JSON.parse((await response.text()) || '{}') : undefined;
  };

  /** @type {Record<string, (token: string, body: string) => Promise<[number, Record<string, string>, string?]>>} */
  const pages = {
    'GET /': async (token) => {
      const person = token === '' ? undefined : await ask('verifyUser', token);
      if (person === undefined) return [303, { location: settings.signIn }];
      return [200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, pageFor(person)];
    },
    'POST /signed-in': async (_, body) => {
      const token = new URLSearchParams(body).get('access_token') ?? '';
      if (!/^[0-9a-f]{64}$/.test(token)) return [400, {}];
      return [303, { location: '/', 'set-cookie': `session=${token}; ${cookie}` }];
    },
    'POST /sign-out': async (token) => {
      await ask('endSession', token);
      return [303, { location: '/', 'set-cookie': `session=; Max-Age=0; ${cookie}` }];
    },
  };

  return createServer(async (request, response) => {
    const token = /(?:^|; )session=([0-9a-f]{64})/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    try {
      const page = pages[`${request.method} ${request.url}`];
      const [status, headers, html = ''] = page ? await page(token, await text(request)) : [404, {}];
      response.writeHead(status, headers).end(html);
    } catch (error) {
      process.stderr.write(`${error}\n`);
      response.writeHead(503).end('Try again in a while.');
    }
  });
}

/** @param {{ userid: string, auth_method: string }} person */
function pageFor({ userid, auth_method: method }) {
  const shown = (/** @type {string} */ raw) => raw.replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0)};`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Application</title><link rel="icon" href="data:,">
<h1>You are ${shown(userid)}</h1><p>Signed in by ${shown(method)}.</p>
<form method="post" action="/sign-out"><button>Sign out</button></form></html>`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { PORTVAKT = 'http://localhost:8080', SIGN_IN = '/access/authn/choose', TENANT = 't1' } = process.env;
  const settings = { portvakt: PORTVAKT, signIn: `${PORTVAKT}${SIGN_IN}`, headers: { tenant: TENANT } };
  createApplication(settings).listen(8090, 'localhost');
  process.stdout.write('The application: http://localhost:8090/\n');
}
