import { describe, expect, it } from 'vitest';
import { personWith, portal, simpleConfig, startTestServer, type TestServer } from '../support/server.ts';

const signIn = (open: object = {}) => ({
  summary: 'Sign in',
  steps: [
    { step: 'require-input', properties: ['username', 'otp'] },
    { step: 'find-claimant' },
    { step: 'otp-token/verify-code' },
    { step: 'open-session', ...open },
  ],
});

const codes = ['755224', '287082', '359152'] as const; // RFC 4226, appendix D

async function site(open: object = {}): Promise<TestServer> {
  const all = ['sign_in', 'verifyUser', 'endSession', 'otp_token_auth'];
  const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
  return startTestServer(
    simpleConfig(people, {
      operations: { sign_in: signIn(open) },
      realms: {
        default: { directories: [{ type: 'built-in', people }] },
        other: { directories: [{ type: 'built-in' }] },
      },
      tenants: {
        t1: { operations: all, callers: [{ open: true }] },
        far: { realm: 'other', operations: all, callers: [{ basic: { username: 'portal', password: 'demo-secret' } }] },
      },
    }),
  );
}

async function opened({ put }: TestServer, otp: string = codes[0]): Promise<string> {
  const { body } = await put('sign_in', { username: 'alovelace', otp });
  return String(body?.['access_token']);
}

/** HTTP API reference 3.8 and conformance check 18. */
describe('a session', () => {
  it('tells whose it is and how the person signed in', async () => {
    const server = await site();
    const access_token = await opened(server);
    expect(access_token).toMatch(/^[0-9a-f]{64}$/);
    const answer = await server.put('verifyUser', { access_token });
    expect(answer).toMatchObject({ status: 200, body: { userid: 'alovelace', auth_method: 'otp' } });
  });

  it('is refused when it is made up, empty or of another spelling', async () => {
    const server = await site();
    const access_token = await opened(server);
    for (const made of ['', 'f'.repeat(64), access_token.toUpperCase(), `${access_token} `, '__proto__']) {
      expect((await server.put('verifyUser', { access_token: made })).status, made).toBe(403);
    }
  });

  it('ends after its lifetime, whatever was asked meanwhile', async () => {
    const server = await site();
    const access_token = await opened(server);
    server.pass(599);
    expect((await server.put('verifyUser', { access_token })).status).toBe(200);
    server.pass(1);
    expect((await server.put('verifyUser', { access_token })).status).toBe(403);
  });

  it('lasts on while it is asked for, when it slides', async () => {
    const server = await site({ sliding: true, lifetimeSeconds: 60, method: 'token' });
    const access_token = await opened(server);
    for (const _ of [1, 2, 3]) {
      server.pass(59);
      expect((await server.put('verifyUser', { access_token })).body).toMatchObject({ auth_method: 'token' });
    }
    server.pass(60);
    expect((await server.put('verifyUser', { access_token })).status).toBe(403);
  });

  it('ends when the person is logged out, once', async () => {
    const server = await site();
    const [one, two] = [await opened(server, codes[0]), await opened(server, codes[1])];
    expect((await server.put('endSession', { access_token: one })).status).toBe(200);
    expect((await server.put('endSession', { access_token: one })).status).toBe(403);
    expect((await server.put('verifyUser', { access_token: one })).status).toBe(403);
    expect((await server.put('verifyUser', { access_token: two })).status).toBe(200);
  });

  it('does not hold while its person is locked', async () => {
    const server = await site();
    const access_token = await opened(server);
    for (const _ of [1, 2, 3, 4, 5]) await server.put('otp_token_auth', { username: 'alovelace', otp: '000000' });
    expect((await server.put('verifyUser', { access_token })).status).toBe(403);
    server.pass(900);
    expect((await server.put('verifyUser', { access_token })).status).toBe(403); // its own ten minutes are over too
  });

  it('is none in another realm', async () => {
    const server = await site();
    const access_token = await opened(server);
    const far = { tenant: 'far', headers: portal };
    expect((await server.put('verifyUser', { access_token }, far)).status).toBe(403);
    expect((await server.put('endSession', { access_token }, far)).status).toBe(403);
    expect((await server.put('verifyUser', { access_token })).status).toBe(200);
  });

  it('is not opened for a wrong code', async () => {
    const server = await site();
    const refused = await server.put('sign_in', { username: 'alovelace', otp: '000000' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'refused' } });
    expect((await server.events()).map(({ event }) => event)).not.toContain('session.opened');
  });

  it('leaves its token nowhere: not in the store, not in the log', async () => {
    const server = await site();
    const access_token = await opened(server);
    await server.put('endSession', { access_token });
    const { store } = server.portvakt.ports;
    const kept = [await store.list({ name: 'session' }, { limit: 10 }), await server.events()];
    expect(JSON.stringify(kept)).not.toContain(access_token);
    expect(kept.length).toBe(2);
  });
});
