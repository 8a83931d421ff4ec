import { describe, expect, it, onTestFinished } from 'vitest';
import { startLdapResponder } from '../support/ldap-responder.ts';
import { personWith, simpleConfig, startTestServer, type TestServer } from '../support/server.ts';

const people = { alovelace: { ...personWith({ type: 'hotp', id: 'hotp-1' }), password: 'demo-1815' } };
const documented = { limit: 3, windowSeconds: 1800, lockSeconds: 3600, maxLockSeconds: 3600, shared: true };
const operations = {
  password_auth: { summary: 'Password', steps: [{ step: 'find-claimant' }, { step: 'check-password' }] },
};
const tenants = {
  t1: { operations: ['password_auth', 'otp_token_auth', 'password_otp_auth'], callers: [{ open: true }] },
};
const right = '755224'; // RFC 4226, appendix D

const site = (attempts: object): Promise<TestServer> =>
  startTestServer(
    simpleConfig(people, {
      operations,
      tenants,
      realms: { default: { attempts, directories: [{ type: 'built-in', people }] } },
    }),
  );
const password = async ({ put }: TestServer, text: string, username = 'alovelace') =>
  (await put('password_auth', { username, password: text })).status;
const code = async ({ put }: TestServer, otp: string) =>
  (await put('otp_token_auth', { username: 'alovelace', otp })).status;
const reasons = async (server: TestServer, event: string) =>
  (await server.events()).filter((entry) => entry['event'] === event).map(({ reason }) => reason);

/** HTTP API reference 5.3, conformance check 21. */
describe('one count over passwords and codes', () => {
  it('locks for both after three failures of whatever kind, and ends by itself', async () => {
    const server = await site(documented);
    await password(server, 'wrong');
    await code(server, '000000');
    await password(server, 'wrong again');
    expect([await code(server, right), await password(server, 'demo-1815')]).toEqual([403, 403]);
    server.pass(3599);
    expect([await code(server, right), await password(server, 'demo-1815')]).toEqual([403, 403]);
    server.pass(1);
    expect([await password(server, 'demo-1815'), await code(server, right)]).toEqual([200, 200]);
  });

  it('is not forgiven by a right password', async () => {
    const server = await site(documented);
    for (const guess of ['000000', '000001', '000002']) {
      expect(await password(server, 'demo-1815')).toBe(200);
      expect(await code(server, guess)).toBe(403);
    }
    expect(await password(server, 'demo-1815')).toBe(403);
  });

  it('stays where the lock is a hard one', async () => {
    const server = await site({ ...documented, hard: true });
    for (let tries = 0; tries < 3; tries += 1) await password(server, 'wrong');
    server.pass(400 * 86_400);
    expect([await password(server, 'demo-1815'), await code(server, right)]).toEqual([403, 403]);
  });
});

describe('a count for passwords alone', () => {
  it('locks passwords, and leaves codes as they were', async () => {
    const server = await site({ ...documented, shared: false });
    for (let tries = 0; tries < 3; tries += 1) await password(server, 'wrong');
    expect([await password(server, 'demo-1815'), await code(server, right)]).toEqual([403, 200]);
    expect(await reasons(server, 'account.locked')).toEqual(['too-many-failures']);
  });

  it('is exact, whoever guesses at once', async () => {
    const server = await site({ limit: 3 });
    const guesses = Array.from({ length: 30 }, (_, index) => password(server, `guess-${index}`));
    expect(new Set(await Promise.all(guesses))).toEqual(new Set([403]));
    const refused = await reasons(server, 'password.refused');
    expect(refused.filter((reason) => reason === 'wrong')).toHaveLength(3);
    expect(await password(server, 'demo-1815')).toBe(403);
  });

  it('forgets what came before a right one', async () => {
    const server = await site({ limit: 3 });
    for (let round = 0; round < 3; round += 1) {
      expect([
        await password(server, 'wrong'),
        await password(server, 'wrong'),
        await password(server, 'demo-1815'),
      ]).toEqual([403, 403, 200]);
    }
  });
});

it('looks at no empty password, and names nobody that no directory knows', async () => {
  const server = await site({});
  expect([await password(server, ''), await password(server, 'demo-1815', 'hunter2')]).toEqual([403, 403]);
  expect(await reasons(server, 'password.refused')).toEqual(['wrong', 'person-unknown']);
  expect(JSON.stringify(await server.events())).not.toContain('hunter2');
});

it('counts nothing while the directory does not answer', async () => {
  let isAway = true;
  const dn = 'uid=anna,dc=example';
  const directory = await startLdapResponder({
    search: () => ({ code: 0, entries: [{ dn, attributes: { uid: ['anna'] } }] }),
    bind: () => (isAway ? undefined : { code: 0 }),
  });
  onTestFinished(directory.end);
  const ldap = {
    type: 'ldap',
    urls: [directory.url],
    base: 'dc=example',
    allowPlain: true,
    timeoutMs: 1000,
    failures: 1000,
  };
  const realms = { default: { attempts: { limit: 2 }, directories: [ldap] } };
  const server = await startTestServer(simpleConfig(people, { operations, tenants, realms }));
  for (let tries = 0; tries < 3; tries += 1) expect(await password(server, 'right', 'anna')).toBe(503);
  expect(await reasons(server, 'password.refused')).toEqual([]);
  isAway = false;
  expect(await password(server, 'right', 'anna')).toBe(200);
});
