// An application with a page for people who have signed in, and nothing but Node: node examples/application.mjs
//
// Portvakt's sign-in page posts an access token to /signed-in, its success_location. The application keeps it in a cookie, and asks verifyUser whose it is.
//
// Anybody could have a browser post a token of their own here. So the application gives each browser that it sends to sign in a random state, in a
// cookie and in the address; Portvakt hands it back with the token, and it must be one of the cookie's: the last five, as people open several tabs.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const cookie = 'Path=/; HttpOnly; SameSite=Lax'; // and Secure, where the application has TLS
const stateCookie = cookie; // and SameSite=None; Secure, where Portvakt is on another site: it is to come with a post from there
const read = (/** @type {string | undefined} */ all, /** @type {string} */ name) =>
  new RegExp(`(?:^|; )${name}=([0-9a-f]{64}(?:\\.[0-9a-f]{64}){0,4})(?:;|$)`).exec(all ?? '')?.[1] ?? '';

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

  /** @type {Record<string, (token: string, body: string, states: string[]) => Promise<[number, Record<string, string | string[]>, string?]>>} */
  const pages = {
    'GET /': async (token, _, states) => {
      const person = token === '' ? undefined : await ask('verifyUser', token);
      if (person === undefined) {
        const state = randomBytes(32).toString('hex');
        const location = `${settings.signIn}?state=${state}`;
        const kept = [state, ...states].slice(0, 5).join('.');
        return [303, { location, 'set-cookie': `state=${kept}; ${stateCookie}`, 'cache-control': 'no-store' }];
      }
      return [200, { 'content-type': htmlType, 'cache-control': 'no-store' }, pageFor(person)];
    },
    'POST /signed-in': async (_, body, states) => {
      const posted = new URLSearchParams(body);
      const token = posted.get('access_token') ?? '';
      if (!/^[0-9a-f]{64}$/.test(token)) return [400, {}];
      if (!states.includes(posted.get('state') ?? '')) return [403, { 'content-type': htmlType }, notAsked];
      return [
        303,
        { location: '/', 'set-cookie': [`session=${token}; ${cookie}`, `state=; Max-Age=0; ${stateCookie}`] },
      ];
    },
    'POST /sign-out': async (token) => {
      await ask('endSession', token);
      return [303, { location: '/', 'set-cookie': `session=; Max-Age=0; ${cookie}` }];
    },
  };

  return createServer(async (request, response) => {
    const { cookie: cookies } = request.headers;
    const token = read(cookies, 'session');
    try {
      const page = pages[`${request.method} ${request.url}`];
      const [status, headers, html = ''] = page
        ? await page(token, await text(request), read(cookies, 'state').split('.').filter(Boolean))
        : [404, {}];
      response.writeHead(status, headers).end(html);
    } catch (error) {
      process.stderr.write(`${error}\n`);
      response.writeHead(503).end('Try again in a while.');
    }
  });
}

const htmlType = 'text/html; charset=utf-8';
const notAsked = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Application</title><link rel="icon" href="data:,">
<h1>This sign-in was not begun here</h1><p>It belongs to another browser, or is too old. Nobody was signed in.</p><a href="/">Sign in</a></html>`;

/** @param {{ userid: string, auth_method: string }} person */
function pageFor({ userid, auth_method: method }) {
  const shown = (/** @type {string} */ raw) => raw.replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0)};`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Application</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body { max-width: 28rem; margin: 15vh auto; padding: 0 1.25rem; font: 1rem/1.5 system-ui, sans-serif } button { font: inherit; padding: .5rem 1rem }</style>
<h1>You are ${shown(userid)}</h1><p>Signed in by ${shown(method)}.</p>
<form method="post" action="/sign-out"><button>Sign out</button></form></html>`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { PORTVAKT = 'http://localhost:8080', SIGN_IN = '/access/authn/choose', TENANT = 't1' } = process.env;
  const settings = { portvakt: PORTVAKT, signIn: `${PORTVAKT}${SIGN_IN}`, headers: { tenant: TENANT } };
  createApplication(settings).listen(8090, 'localhost');
  process.stdout.write('The application: http://localhost:8090/\n');
}
