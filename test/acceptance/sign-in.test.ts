import { describe, expect, it } from 'vitest';
import { sharedServer, simpleConfig, type TestServer } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const app = 'https://app.example.org/signed-in';
const alone = (name: string, more: object = {}) => ({
  id: name,
  type: 'UserNameAndPassword',
  config: { tenant: 't1', context_path: `/${name}`, success_location: app, ...more },
});
const people = { wgretzky: { password: 'right' }, mlemieux: { password: 'other' } };
const config = simpleConfig(people, {
  tenants: { t1: { operations: ['verifyUser', 'otp_token_auth'], callers: [{ open: true }] } },
  realms: { default: { directories: [{ type: 'built-in', people }], attempts: { limit: 50 } } },
  authenticators: [
    alone('password'),
    alone('query', {
      token_delivery: 'query',
      failure_location: '/failed',
      cancel_location: 'https://app.example.org/',
    }),
    alone('cookie', {
      token_delivery: 'cookie',
      token_name: 'session',
      success_location: '/home',
      session_seconds: 60,
    }),
  ],
});
const server = sharedServer(config);
const start = (identifier: string, password: string) => ({ type: 'start', data: { identifier, password } });
const tokenIn = (location: unknown) => new URL(String(location)).searchParams.get('access_token') ?? '';

async function verified({ put }: TestServer, access_token: string) {
  const { status, body } = await put('verifyUser', { access_token });
  return { status, ...body };
}

async function opened(path: string) {
  const browser = signInBrowser(server().url);
  await browser.open(path);
  return browser;
}

describe('a page alone', () => {
  it('signs in with the right password, and the application finds out who', async () => {
    const { say } = await opened('/query');
    expect((await say('/query', { type: 'state' })).body).toMatchObject({
      success: true,
      type: 'state',
      status: 'ABOUT_TO_START',
      data: { status: 'ABOUT_TO_START', triesLeft: 3 },
    });
    const { status, body } = await say('/query', { ...start('wgretzky', 'right'), reply_to: 'r1' });
    expect([status, body['success'], body['type'], body['status'], body['reply_to']]).toEqual([
      200,
      true,
      'complete',
      'COMPLETED',
      'r1',
    ]);
    expect(String(body.data['location'])).toMatch(
      /^https:\/\/app\.example\.org\/signed-in\?access_token=[0-9a-f]{64}$/,
    );
    expect(await verified(server(), tokenIn(body.data['location']))).toMatchObject({
      status: 200,
      userid: 'wgretzky',
      auth_method: 'password',
    });
  });

  it('tells the same way out when asked again, and refuses to cancel then', async () => {
    const { say } = await opened('/query');
    const { body } = await say('/query', start('wgretzky', 'right'));
    const again = await say('/query', { type: 'state' });
    expect(again.body).toMatchObject({ type: 'complete', data: { location: body.data['location'] } });
    expect((await say('/query', { type: 'cancel' })).body).toMatchObject({
      success: false,
      reason: 'already_completed',
    });
  });

  it('posts the access token to the application, once, and nowhere else', async () => {
    const { say, open } = await opened('/password');
    const { body } = await say('/password', start('wgretzky', 'right'));
    expect(body.data['location']).toBe('/password/finish');
    const finish = await open('/password/finish');
    expect(finish.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'; base-uri 'none'",
    );
    const [, token = ''] = /name="access_token" value="([0-9a-f]{64})"/.exec(finish.text) ?? [];
    expect(finish.text).toContain(`action="${app}"`);
    expect(await verified(server(), token)).toMatchObject({ userid: 'wgretzky' });
    expect(await open('/password/finish')).toMatchObject({ status: 303, location: '/password' });
  });

  it('hands the access token over as a cookie that scripts do not see', async () => {
    const { say, cookies } = await opened('/cookie');
    const { body, headers } = await say('/cookie', start('wgretzky', 'right'));
    expect(body.data['location']).toBe('/home');
    expect(headers.getSetCookie().join()).toMatch(
      /^session=[0-9a-f]{64}; Path=\/; Max-Age=60; HttpOnly; SameSite=Lax$/,
    );
    expect(await verified(server(), cookies.get('session') ?? '')).toMatchObject({ userid: 'wgretzky' });
  });

  it('answers every wrong password alike, and leads away after the last try', async () => {
    const { say } = await opened('/query');
    for (const [name, left] of [
      ['wgretzky', 2],
      ['nobody', 1],
    ] as const) {
      const { status, body } = await say('/query', start(name, 'wrong'));
      expect(status).toBe(200);
      expect(body).toEqual({
        success: true,
        type: 'failure',
        status: 'ERROR',
        triesLeft: left,
        data: { status: 'ERROR', triesLeft: left, message: { text: 'common.refused' } },
      });
    }
    const { body } = await say('/query', start('wgretzky', 'wrong'));
    expect(body.data).toMatchObject({ message: { text: 'common.no_tries_left' }, location: '/failed' });
  });

  it('leads to the configured place when somebody cancels, and to its own beginning without one', async () => {
    const query = await opened('/query');
    expect((await query.say('/query', { type: 'cancel' })).body).toMatchObject({
      type: 'cancel',
      status: 'ABOUT_TO_START',
      data: { location: 'https://app.example.org/' },
    });
    const password = await opened('/password');
    expect((await password.say('/password', { type: 'cancel' })).body.data['location']).toBe('/password');
  });
});

describe('a request', () => {
  it('of another form is refused', async () => {
    const { say, open } = await opened('/password');
    expect(await say('/password', 'no json')).toMatchObject({ status: 400 });
    expect(await say('/password', {})).toMatchObject({ status: 400 });
    expect(await say('/password', [])).toMatchObject({ status: 400 });
    expect(await say('/password', { type: 'state' }, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect((await fetch(`${server().url}/password`, { method: 'POST' })).status).toBe(405);
    expect((await open('/nowhere')).status).toBe(404);
    expect((await say('/password', { type: 'x'.repeat(10), data: { a: 'x'.repeat(70_000) } })).status).toBe(413);
  });

  it('of a type that is not the page’s to send changes nothing', async () => {
    const { say } = await opened('/password');
    for (const type of ['complete', 'failure']) {
      expect((await say('/password', { type })).body).toMatchObject({ success: false, reason: 'type_not_allowed' });
    }
    for (const type of ['init', 'toString', '__proto__']) {
      expect((await say('/password', { type })).body).toMatchObject({ success: false, reason: 'unknown_type' });
    }
    expect((await say('/password', { type: 'state' })).body['status']).toBe('ABOUT_TO_START');
  });

  it('of another site’s page is refused', async () => {
    const { say } = await opened('/password');
    const right = start('wgretzky', 'right');
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect(await say('/password', right, headers as Record<string, string>)).toMatchObject({
        status: 403,
        body: { reason: 'origin' },
      });
    }
  });

  it('without the flow’s cookie, or with that of another flow, is refused', async () => {
    const { cookies, say } = await opened('/password');
    const [[name, value] = ['', '']] = [...cookies];
    cookies.set(name, 'f'.repeat(64));
    expect(await say('/password', { type: 'state' })).toMatchObject({
      status: 403,
      body: { success: false, reason: 'no_session' },
    });
    cookies.clear();
    expect((await say('/password', { type: 'state' })).status).toBe(403);
    cookies.set('portvakt~query', value);
    expect((await say('/query', start('wgretzky', 'right'))).status).toBe(403);
  });

  it('never leads where the page says', async () => {
    const { say } = await opened('/query');
    const { body } = await say('/query', {
      type: 'cancel',
      data: { location: 'https://evil.example', cancel_location: '//evil.example' },
    });
    expect(body.data['location']).toBe('https://app.example.org/');
  });

  it('is answered one after the other within a flow, so that tries are counted', async () => {
    const { say } = await opened('/query');
    const answers = await Promise.all(Array.from({ length: 3 }, () => say('/query', start('mlemieux', 'wrong'))));
    expect(answers.map(({ body }) => body['triesLeft']).sort()).toEqual([0, 1, 2]);
  });
});

it('uses the prefix of host-bound cookies but on this computer without TLS', async () => {
  const response = await fetch(`${server().url}/password`);
  expect(response.headers.get('set-cookie')).toMatch(
    /^portvakt~password=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax$/,
  );
});
