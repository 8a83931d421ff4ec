import { describe, expect, it } from 'vitest';
import { sharedServer, simpleConfig } from '../support/server.ts';
import { askAt } from '../support/sign-in-at.ts';

const server = sharedServer(
  simpleConfig(
    { wgretzky: { password: 'right' } },
    {
      authenticators: [
        {
          id: 'in',
          type: 'UserNameAndPassword',
          config: { tenant: 't1', context_path: '/in', success_location: '/out', token_delivery: 'cookie' },
        },
      ],
    },
  ),
);
const right = { type: 'start', data: { identifier: 'wgretzky', password: 'right' } };

/** What a browser’s right password is answered that says to come from there, with the flow’s cookie. */
async function sent(headers: { readonly host: string } & Readonly<Record<string, string>>) {
  const { cookies } = await askAt(server().url, '/in', { host: headers.host });
  const cookie = cookies[0]?.split(';')[0] ?? '';
  const { status, body, cookies: given } = await askAt(server().url, '/in', { ...headers, cookie }, right);
  const { reason, type } = JSON.parse(body);
  expect(given).toHaveLength(type === 'complete' ? 1 : 0);
  return [status, reason ?? type];
}

const host = 'login.example.org';
const own = `https://${host}`;

// Each seen to be answered with an access token when its part of the check was taken away.
describe('a message', () => {
  it.each([
    ['without an origin', {}],
    ['from no origin', { origin: 'null' }],
    ['from another site', { origin: 'https://evil.example' }],
    ['from a neighbour', { origin: 'https://app.example.org' }],
    ['from below', { origin: 'https://a.login.example.org' }],
    ['from above', { origin: 'https://example.org' }],
    ['from what begins alike', { origin: 'https://login.example.org.evil.example' }],
    ['from another port', { origin: `${own}:8443` }],
    ['from the same host without TLS', { origin: `http://${host}` }],
    ['from two origins', { origin: `${own}, https://evil.example` }],
    ['that the browser knows to be of another site', { origin: own, 'sec-fetch-site': 'cross-site' }],
    ['that the browser knows to be of a neighbour', { origin: own, 'sec-fetch-site': 'same-site' }],
    ['that the browser knows to be of no page', { origin: own, 'sec-fetch-site': 'none' }],
  ])('%s is refused', async (_, headers) => {
    expect(await sent({ host, ...headers })).toEqual([403, 'origin']);
  });

  it.each([
    [host, { origin: own }],
    [host, { origin: own, 'sec-fetch-site': 'same-origin' }],
    ['LOGIN.example.org', { origin: own }],
    [`${host}:8443`, { origin: `${own}:8443` }],
    ['localhost:8080', { origin: 'http://localhost:8080' }],
    ['127.0.0.1', { origin: 'http://127.0.0.1' }],
    ['[::1]:8080', { origin: 'http://[::1]:8080' }],
  ])('of a page at %s is taken', async (at, headers) => {
    expect(await sent({ host: at, ...headers })).toEqual([200, 'complete']);
  });

  it.each([
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1x:80',
    'notlocalhost',
    'x127.0.0.1',
    '1127.0.0.1',
  ])('of a page without TLS is refused where the host only looks like this computer: %s', async (at) => {
    expect(await sent({ host: at, origin: `http://${at}` })).toEqual([403, 'origin']);
  });
});

describe('the cookie of a sign-in', () => {
  it('is bound to its host and to TLS wherever a proxy has the TLS', async () => {
    const { cookies } = await askAt(server().url, '/in', { host });
    expect(cookies).toEqual([
      expect.stringMatching(/^__Host-portvakt~in=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
    ]);
  });

  it('counts by that name only', async () => {
    const { cookies } = await askAt(server().url, '/in', { host });
    const [cookie = ''] = cookies[0]?.split(';') ?? [];
    const say = async (with_: string) =>
      (await askAt(server().url, '/in', { host, origin: own, cookie: with_ }, { type: 'state' })).status;
    expect(await say(cookie)).toBe(200);
    expect(await say(cookie.replace('__Host-', ''))).toBe(403);
    expect(await say(cookie.replace('__Host-', '__Secure-'))).toBe(403);
    expect(await say(`${cookie}; ${cookie}`)).toBe(403);
  });
});
