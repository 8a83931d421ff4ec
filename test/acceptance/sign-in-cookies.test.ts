import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthority } from '../support/authority.ts';
import { sharedServer, simpleConfig, startTestServer } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const alone = (id: string, more: object = {}) => ({
  id,
  type: 'UserNameAndPassword',
  config: { tenant: 't1', context_path: `/${id}`, success_location: 'https://app.example.org/', ...more },
});
const config = (more: object = {}) =>
  simpleConfig(
    { wgretzky: { password: 'right' } },
    {
      tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
      authenticators: [
        alone('in', { token_delivery: 'query' }),
        alone('posted'),
        alone('cookie', { token_delivery: 'cookie', token_name: 'session', success_location: '/home' }),
      ],
      ...more,
    },
  );
const right = { type: 'start', data: { identifier: 'wgretzky', password: 'right' } };

/** A server with TLS of its own, and what it answers. */
async function overTls() {
  const site = await createAuthority('Site CA');
  const { cert, key } = await site.issue('localhost');
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-cookies-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const { url } = await startTestServer(config({ listen: { host: '127.0.0.1', port: 0, tls } }));
  const ask = (path: string, cookie = '', message?: object) =>
    new Promise<{ readonly status: number | undefined; readonly cookies: readonly string[] }>((resolve, reject) => {
      const body = message === undefined ? undefined : JSON.stringify(message);
      const headers = { 'content-type': 'application/json', origin: url, cookie };
      const options = { method: body === undefined ? 'GET' : 'PUT', headers, ca: site.cert, agent: false as const };
      const asked = request(`${url}${path}`, { ...options, checkServerIdentity: () => undefined }, (response) => {
        const cookies = response.headers['set-cookie'] ?? [];
        response.resume().on('end', () => resolve({ status: response.statusCode, cookies }));
      });
      asked.on('error', reject).end(body);
    });
  return { ask };
}

describe('the cookie of a sign-in', () => {
  it('is bound to its host, to TLS and to the browser’s own hand, over TLS', async () => {
    const { ask } = await overTls();
    const { cookies } = await ask('/in');
    expect(cookies).toEqual([
      expect.stringMatching(/^__Host-portvakt~in=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
    ]);
    const [cookie = ''] = cookies[0]?.split(';') ?? [];
    expect((await ask('/in', cookie, { type: 'state' })).status).toBe(200);
    // A name without the prefix may have been planted by a neighbouring host, or without TLS.
    expect((await ask('/in', cookie.replace('__Host-', ''), { type: 'state' })).status).toBe(403);
    expect((await ask('/in', `${cookie}; ${cookie}`, { type: 'state' })).status).toBe(403);
  });

  it('that hands over the access token is Secure over TLS as well', async () => {
    const { ask } = await overTls();
    const [line = ''] = (await ask('/cookie')).cookies;
    const { cookies } = await ask('/cookie', line.split(';')[0], right);
    expect(cookies).toEqual([
      expect.stringMatching(/^session=[0-9a-f]{64}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/),
    ]);
  });
});

describe('a stolen cookie', () => {
  const server = sharedServer(config());
  /** Of a thief who knows it the browser goes by the same name. */
  const thiefOf = (from: ReadonlyMap<string, string>, userAgent?: string) => {
    const thief = signInBrowser(server().url, userAgent);
    for (const [name, value] of from) thief.cookies.set(name, value);
    return thief;
  };

  it.each(['/in', '/posted', '/cookie'])('is of no use in another browser, at any time: %s', async (path) => {
    const person = signInBrowser(server().url);
    await person.open(path);
    const thief = thiefOf(person.cookies, 'Another browser');
    expect(await thief.say(path, right)).toMatchObject({ status: 403, body: { reason: 'no_session' } });
    expect((await person.say(path, right)).body).toMatchObject({ type: 'complete' });
    for (const type of ['state', 'start']) {
      expect(await thief.say(path, { type })).toMatchObject({ status: 403, body: { data: {} } });
    }
    const { text, headers } = await thief.open('/posted/finish');
    expect([text, headers.get('location')]).toEqual(['', '/posted']);
    // The thief has begun a sign-in of their own, and the person's goes on.
    expect((await person.say(path, { type: 'state' })).body).toMatchObject({ type: 'complete' });
  });

  it('is of no use once its token was posted', async () => {
    const person = signInBrowser(server().url);
    await person.open('/posted');
    await person.say('/posted', right);
    await person.open('/posted/finish');
    const thief = thiefOf(person.cookies);
    expect(await thief.open('/posted/finish')).toMatchObject({ status: 303, location: '/posted' });
    expect((await thief.say('/posted', { type: 'state' })).status).toBe(403);
  });

  it.each(['/in', '/cookie'])('gets no token of a sign-in that has ended: %s', async (path) => {
    const person = signInBrowser(server().url);
    await person.open(path);
    await person.say(path, right);
    const thief = thiefOf(person.cookies);
    // The time in which a page that has lost the answer asks for it once more.
    server().pass(30);
    expect((await thief.say(path, { type: 'state' })).status).toBe(403);
    const { headers, location } = await thief.open(path);
    expect(location).toBeNull();
    expect(headers.getSetCookie()).toHaveLength(1);
    expect((await thief.say(path, { type: 'state' })).body).toMatchObject({ status: 'ABOUT_TO_START' });
  });

  it('is of no use after half an hour', async () => {
    const person = signInBrowser(server().url);
    await person.open('/in');
    server().pass(1800);
    expect((await person.say('/in', right)).status).toBe(403);
  });
});

describe('a page that has lost the last answer', () => {
  const server = sharedServer(config());

  it.each(['/in', '/cookie', '/posted'])('is told it once more, and a reload leads out as well: %s', async (path) => {
    const { open, say } = signInBrowser(server().url);
    await open(`${path}?state=mine`);
    const first = await say(path, right);
    server().pass(20);
    // However often it asks, its time does not begin anew.
    const again = await say(path, { type: 'state' });
    expect(again.body).toMatchObject({ type: 'complete', data: { location: first.body.data['location'] } });
    expect(again.headers.getSetCookie()).toEqual(first.headers.getSetCookie());
    server().pass(9);
    const reload = await open(`${path}?state=mine`);
    expect(reload.location).toBe(first.body.data['location']);
    expect(reload.headers.getSetCookie()).toEqual(first.headers.getSetCookie());
    server().pass(1);
    expect((await say(path, right)).status).toBe(403);
  });

  it('begins anew where the application has sent the browser anew', async () => {
    const { open, say } = signInBrowser(server().url);
    await open('/posted?state=one');
    await say('/posted', right);
    expect((await open('/posted?state=two')).location).toBeNull();
    expect((await say('/posted', { type: 'state' })).body).toMatchObject({ status: 'ABOUT_TO_START' });
  });
});
