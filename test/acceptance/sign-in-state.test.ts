import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApplication } from '../../examples/application.mjs';
import { sharedServer, simpleConfig } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const app = 'https://app.example.org/signed-in';
const alone = (id: string, more: object = {}) => ({
  id,
  type: 'UserNameAndPassword',
  config: { tenant: 't1', context_path: `/${id}`, success_location: app, ...more },
});
const base = { tenant: 't1', base_path: '/in' };
const server = sharedServer(
  simpleConfig(
    { wgretzky: { password: 'right' }, mallory: { password: 'evil' } },
    {
      tenants: { t1: { operations: ['verifyUser', 'endSession'], callers: [{ open: true }] } },
      authenticators: [
        alone('form'),
        alone('query', { token_delivery: 'query', success_location: `${app}?a=b#c`, failure_location: '/query' }),
        alone('cookie', { token_delivery: 'cookie', success_location: '/home' }),
        {
          id: 'chain',
          type: 'Chain',
          config: { ...base, success_location: app, token_delivery: 'query', chain: [{ id: 'pw' }] },
        },
        { id: 'pw', type: 'UserNameAndPassword', config: base },
      ],
    },
  ),
);
const data = { identifier: 'wgretzky', password: 'right' };
const right = { type: 'start', data };

describe('the state that an application gives a browser', () => {
  it('comes back in the form, beside the access token', async () => {
    const { open, say } = signInBrowser(server().url);
    await open('/form?state=abc-DEF_1.2~3');
    await say('/form', right);
    const { text, headers } = await open('/form/finish');
    expect(text).toContain('<input type="hidden" name="state" value="abc-DEF_1.2~3">');
    expect(text).toMatch(/name="access_token" value="[0-9a-f]{64}"/);
    // With no-referrer the browser would say that the form comes from nowhere (Fetch, "append a request Origin header").
    expect(headers.get('referrer-policy')).toBe('strict-origin');
  });

  it('comes back in the query, by either of those ways', async () => {
    const query = signInBrowser(server().url);
    await query.open('/query?state=s1');
    const { body } = await query.say('/query', right);
    expect(body.data['location']).toMatch(
      /^https:\/\/app\.example\.org\/signed-in\?a=b&access_token=[0-9a-f]{64}&state=s1#c$/,
    );
    const cookie = signInBrowser(server().url);
    await cookie.open('/cookie?state=s2');
    expect((await cookie.say('/cookie', right)).body.data['location']).toBe('/home?state=s2');
    expect(cookie.cookies.get('access_token')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('begins a sign-in with a life of its own when the last one has just ended', async () => {
    const { open, say } = signInBrowser(server().url);
    await open('/query?state=one');
    expect((await say('/query', right)).body).toMatchObject({ type: 'complete' });
    expect(await open('/query?state=two')).toMatchObject({ status: 200, location: null });
    // Longer than the way out of the last one stands open.
    server().pass(60);
    expect((await say('/query', right)).body.data['location']).toMatch(/&state=two#c$/);
  });

  it('is not needed by whoever has signed out and signs in again at once', async () => {
    const { open, say } = signInBrowser(server().url);
    await open('/query');
    const { body } = await say('/query', right);
    expect((await open('/query')).location).toBe(body.data['location']);
    const access_token = new URL(String(body.data['location'])).searchParams.get('access_token');
    await server().put('endSession', { access_token });
    expect(await open('/query')).toMatchObject({ status: 200, location: null });
    const again = (await say('/query', right)).body.data['location'];
    expect(new URL(String(again)).searchParams.get('access_token')).not.toBe(access_token);
  });

  it('is the one of the last time, goes through a chain, and outlives a failure', async () => {
    const chain = signInBrowser(server().url);
    await chain.open('/in/chain?state=old');
    await chain.open('/in/chain?state=new');
    await chain.say('/in/pw', right);
    expect((await chain.open('/in/chain')).location).toMatch(/&state=new$/);
    const query = signInBrowser(server().url);
    await query.open('/query?state=kept');
    for (const _ of [1, 2, 3]) await query.say('/query', { type: 'start', data: { ...data, password: 'wrong' } });
    await query.open('/query');
    expect((await query.say('/query', right)).body.data['location']).toMatch(/&state=kept#c$/);
  });

  it('is absent when none was given', async () => {
    const { open, say } = signInBrowser(server().url);
    await open('/form');
    await say('/form', right);
    expect((await open('/form/finish')).text).not.toContain('state');
  });

  it.each(['', 'a b', '%22%3E%3Cscript%3E', 'x'.repeat(201), 'a&state=b', '%C3%A5'])(
    'is refused as "%s"',
    async (state) => {
      const { open } = signInBrowser(server().url);
      expect((await open(`/form?state=${state}`)).status).toBe(400);
    },
  );
});

/** The example application before the server, and what it answers to a post. */
async function application() {
  const settings = { portvakt: server().url, signIn: `${server().url}/form`, headers: { tenant: 't1' } };
  const running = createApplication(settings);
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    running.closeAllConnections();
    running.close();
  });
  const url = `http://127.0.0.1:${(running.address() as AddressInfo).port}`;
  const post = async (fields: Record<string, string>, cookie = '') => {
    const body = new URLSearchParams(fields);
    const { status, headers } = await fetch(`${url}/signed-in`, {
      method: 'POST',
      body,
      headers: { cookie },
      redirect: 'manual',
    });
    return { status, cookies: headers.getSetCookie() };
  };
  /** An access token that anybody with an account can have. */
  const tokenOf = async (identifier: string, password: string) => {
    const { open, say } = signInBrowser(server().url);
    await open('/query');
    const { body } = await say('/query', { type: 'start', data: { identifier, password } });
    return new URL(String(body.data['location'])).searchParams.get('access_token') ?? '';
  };
  return { url, post, tokenOf };
}

describe('the example application', () => {
  it('takes no token that this browser did not ask for', async () => {
    const { url, post, tokenOf } = await application();
    const access_token = await tokenOf('mallory', 'evil');
    const sent = await fetch(url, { redirect: 'manual' });
    const [, state = ''] = /\?state=([0-9a-f]{64})$/.exec(sent.headers.get('location') ?? '') ?? [];
    const cookie = `state=${state}`;
    expect(sent.headers.getSetCookie().join()).toContain(cookie);
    for (const [fields, cookies] of [
      [{ access_token }, ''],
      [{ access_token }, cookie],
      [{ access_token, state: '' }, ''],
      [{ access_token, state }, ''],
      [{ access_token, state: 'f'.repeat(64) }, cookie],
    ] as const) {
      expect(await post(fields, cookies)).toEqual({ status: 403, cookies: [] });
    }
    expect(await post({ access_token, state }, cookie)).toMatchObject({ status: 303 });
  });

  it('takes the newest sign-in of several tabs, and that of an older one', async () => {
    const { url, post, tokenOf } = await application();
    const access_token = await tokenOf('wgretzky', 'right');
    let cookie = '';
    const visit = async () => {
      const sent = await fetch(url, { redirect: 'manual', headers: { cookie } });
      cookie = /^[^;]+/.exec(sent.headers.getSetCookie()[0] ?? '')?.[0] ?? '';
      return new URL(sent.headers.get('location') ?? '').searchParams.get('state') ?? '';
    };
    const states = [await visit(), await visit(), await visit(), await visit(), await visit(), await visit()];
    expect(new Set(states).size).toBe(6);
    for (const state of states.slice(1))
      expect(await post({ access_token, state }, cookie)).toMatchObject({ status: 303 });
    expect(await post({ access_token, state: states[0] ?? '' }, cookie)).toMatchObject({ status: 403 });
  });

  it('tells whoever comes with a sign-in that was not begun there how to begin one', async () => {
    const { url } = await application();
    const fields = { access_token: 'f'.repeat(64), state: 'f'.repeat(64) };
    const answer = await fetch(`${url}/signed-in`, { method: 'POST', body: new URLSearchParams(fields) });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<a href="/">');
  });
});
