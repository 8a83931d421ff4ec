import { describe, expect, it, onTestFinished } from 'vitest';
import { startLdapResponder } from '../support/ldap-responder.ts';
import { askRaw, putBytes } from '../support/raw.ts';
import { simpleConfig, startTestServer, type TestServer } from '../support/server.ts';

const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
const operations = {
  password_auth: { summary: 'Password', steps: [{ step: 'find-claimant' }, { step: 'check-password' }] },
};
const all = ['password_auth', 'authenticate', 'validate_otp', 'password_otp_auth'];
const tenants = {
  t1: { operations: all, callers: [{ open: true }] },
  t2: { operations: all, callers: [{ open: true }] },
};

async function bytesOf({ url }: TestServer, operation: string, body: object, tenant = 't1'): Promise<string> {
  const answer = await askRaw(url, putBytes(operation, JSON.stringify(body), { ...headers, tenant }));
  const lines = answer?.lines.filter((line) => !/^date:/i.test(line)) ?? [];
  return [...lines, '', answer?.body].join('\r\n');
}

/** A directory that knows anna and lars, and no password but one. */
async function startDirectory() {
  const known = (filter: string) => ['anna', 'lars'].filter((name) => filter.includes(name));
  const directory = await startLdapResponder({
    search: (_, filter) => ({
      code: 0,
      entries: known(filter).map((uid) => ({ dn: `uid=${uid},dc=example`, attributes: { uid: [uid] } })),
    }),
    bind: (_, password) => (password === 'right' ? { code: 0 } : { code: 49 }),
  });
  onTestFinished(() => directory.end());
  return directory;
}

describe('refusals of passwords for different reasons', () => {
  it('are the same bytes, and ask the directory as often', async () => {
    const directory = await startDirectory();
    const ldap = { type: 'ldap', urls: [directory.url], base: 'dc=example', allowPlain: true };
    const realms = { default: { directories: [ldap] } };
    const server = await startTestServer(simpleConfig({}, { operations, tenants, realms }));
    for (let tries = 0; tries < 5; tries += 1)
      await server.put('password_auth', { username: 'lars', password: 'wrong' });
    const answers = new Set<string>();
    for (const [username, password] of [
      ['anna', 'wrong'],
      ['nobody', 'right'],
      ['lars', 'right'],
    ] as const) {
      const before = directory.requests.length;
      answers.add(await bytesOf(server, 'password_auth', { username, password }));
      const asked = directory.requests.slice(before).map(({ operation }) => operation);
      expect(
        asked.filter((operation) => operation === 'bind'),
        username,
      ).toHaveLength(1);
    }
    expect([...answers]).toHaveLength(1);
    // Of whom is locked not even a right password is sent.
    expect(JSON.stringify(directory.requests.slice(-2))).not.toContain('right');
    const reasons = (await server.events()).slice(-3).map(({ reason }) => reason);
    expect(reasons).toEqual(['wrong', 'person-unknown', 'locked']);
  });
});

it('refusals of codes that were sent are the same bytes whatever the reason', async () => {
  const people = { anna: { attributes: { mobile: '+46701234567' }, password: 'right' } };
  const realms = { default: { directories: [{ type: 'built-in', people }] } };
  const server = await startTestServer(
    simpleConfig({}, { operations, tenants, realms, messages: { gateways: [{ log: {} }] } }),
  );
  const { body } = await server.put('authenticate', { username: 'anna', password: 'right' });
  const session = String(body?.['session']);
  const otp = /\d{6}/.exec(server.portvakt.messages.outbox()[0]?.text ?? '')?.[0] ?? '';
  const answers = [
    await bytesOf(server, 'validate_otp', { session, otp }, 't2'),
    await bytesOf(server, 'validate_otp', { session: 'f'.repeat(64), otp }),
  ];
  expect((await server.put('validate_otp', { session, otp })).status).toBe(200);
  answers.push(await bytesOf(server, 'validate_otp', { session, otp }));
  answers.push(await bytesOf(server, 'validate_otp', { session, otp: 'what?' }));
  server.pass(300);
  answers.push(await bytesOf(server, 'validate_otp', { session, otp }));
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^HTTP\/1.1 403 Forbidden\r\n/);
});
