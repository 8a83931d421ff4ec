import { describe, expect, it } from 'vitest';
import { simpleConfig, startTestServer, type TestServer } from '../support/server.ts';

const people = {
  wgretzky: { attributes: { mobile: '+46701234567', mail: 'wayne@example.org' }, password: 'demo-99' },
  alovelace: { attributes: { mobile: '+46701234568', mail: 'ada@example.org' }, password: 'demo-1815' },
  nophone: { attributes: { mail: 'nophone@example.org' }, password: 'demo-0' },
};
const all = ['authenticate', 'validate_otp', 'resend_otp', 'by_mail', 'sign_in', 'verifyUser'];
const operations = {
  by_mail: {
    summary: 'By mail',
    steps: [
      { step: 'find-claimant' },
      { step: 'check-password' },
      { step: 'otp-sms/begin-login' },
      { step: 'otp-sms/send-code', by: 'mail', text: 'Koden är {code}', digits: 8, retries: 2 },
    ],
  },
  sign_in: {
    summary: 'Second step that opens a session',
    steps: [{ step: 'otp-sms/find-login' }, { step: 'otp-sms/verify-code' }, { step: 'open-session', method: 'sms' }],
  },
};

async function site(attempts: object = {}, messages: object = {}): Promise<TestServer> {
  const realms = { default: { attempts, directories: [{ type: 'built-in', people }] } };
  const tenants = {
    t1: { operations: all, callers: [{ open: true }] },
    t2: { operations: all, callers: [{ open: true }] },
  };
  const sent = { gateways: [{ log: {} }], mail: { log: {} }, throttle: { enabled: false }, ...messages };
  return startTestServer(simpleConfig(people, { realms, tenants, operations, messages: sent }));
}

const who = { username: 'wgretzky', password: 'demo-99' };
const lastCode = ({ portvakt }: TestServer) => /\d{6,}/.exec(portvakt.messages.outbox().at(-1)?.text ?? '')?.[0] ?? '';

async function begin(server: TestServer, body: object = who, operation = 'authenticate') {
  const answer = await server.put(operation, body);
  return { session: String(answer.body?.['session']), otp: lastCode(server), status: answer.status };
}
const validate = async ({ put }: TestServer, session: string, otp: string, tenant = 't1') =>
  (await put('validate_otp', { session, otp }, { tenant })).status;
const other = (otp: string) => (otp === '000000' ? '000001' : '000000');

/** HTTP API reference 3.9. */
describe('a sign-in in two steps', () => {
  it('sends a code to the number of the directory, and accepts it once', async () => {
    const server = await site();
    const { session, otp, status } = await begin(server);
    expect([status, session]).toEqual([200, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(server.portvakt.messages.outbox()).toMatchObject([
      { to: '+46701234567', text: expect.stringContaining('5 minutes') },
    ]);
    expect(await validate(server, session, otp)).toBe(200);
    expect(await validate(server, session, otp)).toBe(403);
  });

  it('goes by mail as well, with a text and length of the site’s own', async () => {
    const server = await site();
    const { session, otp } = await begin(server, who, 'by_mail');
    expect(server.portvakt.messages.outbox()).toMatchObject([{ to: 'wayne@example.org', text: `Koden är ${otp}` }]);
    expect(otp).toHaveLength(8);
    expect(await validate(server, session, '00000000')).toBe(403);
    expect(await validate(server, session, otp)).toBe(200);
  });

  it('can open a session in its second step', async () => {
    const server = await site();
    const { session, otp } = await begin(server);
    const { body } = await server.put('sign_in', { session, otp });
    const verified = await server.put('verifyUser', { access_token: body?.['access_token'] });
    expect(verified.body).toMatchObject({ userid: 'wgretzky', auth_method: 'sms' });
  });

  it('sends nothing for a wrong password, nobody, or a person without a number', async () => {
    const server = await site();
    const wrong = [
      { ...who, password: 'demo-98' },
      { ...who, password: '' },
      { username: 'nobody', password: 'demo-99' },
      { username: 'nophone', password: 'demo-0' },
    ];
    for (const body of wrong) expect((await server.put('authenticate', body)).status).toBe(403);
    expect(server.portvakt.messages.outbox()).toEqual([]);
  });

  it('is refused when no gateway takes the message', async () => {
    const server = await site({}, { gateways: [] });
    expect((await server.put('authenticate', who)).status).toBe(403);
  });

  it('ends in time', async () => {
    const server = await site();
    const { session, otp } = await begin(server);
    server.pass(300);
    expect(await validate(server, session, otp)).toBe(403);
  });

  it('is its tenant’s only, and its own code’s', async () => {
    const server = await site();
    const wayne = await begin(server);
    const ada = await begin(server, { username: 'alovelace', password: 'demo-1815' });
    expect(await validate(server, wayne.session, wayne.otp, 't2')).toBe(403);
    expect(await validate(server, ada.session, wayne.otp === ada.otp ? other(ada.otp) : wayne.otp)).toBe(403);
    expect(await validate(server, wayne.session.toUpperCase(), wayne.otp)).toBe(403);
    expect(await validate(server, '', wayne.otp)).toBe(403);
    expect(await validate(server, wayne.session, wayne.otp)).toBe(200);
  });

  it('accepts one of many simultaneous answers', async () => {
    const server = await site({ limit: 1000 });
    const { session, otp } = await begin(server);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => validate(server, session, otp)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it('leaves no more than one good code, however often it is begun', async () => {
    const server = await site();
    const first = await begin(server);
    const second = await begin(server);
    expect(await validate(server, first.session, first.otp)).toBe(403);
    expect(await validate(server, second.session, second.otp)).toBe(200);
  });
});

describe('a code that is sent anew', () => {
  it('is the only one that is good, and is sent so often only', async () => {
    const server = await site();
    const { session, otp: first } = await begin(server, who, 'by_mail');
    for (let again = 0; again < 3; again += 1) {
      expect((await server.put('resend_otp', { session })).status).toBe(200);
    }
    expect((await server.put('resend_otp', { session })).status).toBe(403);
    const last = lastCode(server);
    expect(server.portvakt.messages.outbox()).toHaveLength(4);
    expect(await validate(server, session, first === last ? other(first) : first)).toBe(403);
    expect(await validate(server, session, last)).toBe(200);
  });

  it('brings no new tries and no more time', async () => {
    const server = await site();
    const { session } = await begin(server, who, 'by_mail');
    await validate(server, session, '00000000');
    await validate(server, session, '00000001');
    expect((await server.put('resend_otp', { session })).status).toBe(200);
    await validate(server, session, '00000002');
    expect(await validate(server, session, lastCode(server))).toBe(403);
    expect((await server.put('resend_otp', { session })).status).toBe(403);

    const late = await begin(server);
    server.pass(200);
    expect((await server.put('resend_otp', { session: late.session })).status).toBe(200);
    server.pass(100);
    expect(await validate(server, late.session, lastCode(server))).toBe(403);
  });

  it('is nothing for another tenant, a made-up sign-in, or one that is done', async () => {
    const server = await site();
    const { session, otp } = await begin(server);
    expect((await server.put('resend_otp', { session }, { tenant: 't2' })).status).toBe(403);
    expect((await server.put('resend_otp', { session: 'f'.repeat(64) })).status).toBe(403);
    expect(await validate(server, session, otp)).toBe(200);
    expect((await server.put('resend_otp', { session })).status).toBe(403);
    expect(server.portvakt.messages.outbox()).toHaveLength(1);
  });

  it('is kept back when the number has had enough of them, which leaves the last one good', async () => {
    const server = await site({}, { throttle: { requests: 2 } });
    const { session } = await begin(server);
    expect((await server.put('resend_otp', { session })).status).toBe(200);
    expect((await server.put('resend_otp', { session })).status).toBe(403);
    expect((await server.put('authenticate', who)).status).toBe(403);
    expect(await validate(server, session, lastCode(server))).toBe(200);
  });
});
