import { describe, expect, it } from 'vitest';
import { personWith, simpleConfig, startTestServer, type TestServer } from '../support/server.ts';

const people = {
  wgretzky: { attributes: { mobile: '+46701234567' }, password: 'demo-99' },
  alovelace: {
    ...personWith({ type: 'hotp', id: 'hotp-1' }),
    attributes: { mobile: '+467012345678' },
    password: 'demo-1815',
  },
  twin: { attributes: { mobile: '070-999 99 99' }, password: 'demo-1' },
  double: { attributes: { telephoneNumber: '+46709999999' }, password: 'demo-2' },
};
const tenants = { t1: { operations: ['getOTP', 'password_otp_auth', 'otp_token_auth'], callers: [{ open: true }] } };

const site = (attempts: object = {}): Promise<TestServer> =>
  startTestServer(
    simpleConfig(people, { tenants, realms: { default: { attempts, directories: [{ type: 'built-in', people }] } } }),
  );
const codeFor = async ({ put }: TestServer, phonenumber: string) =>
  String((await put('getOTP', { phonenumber })).body?.['otp']);
const auth = async ({ put }: TestServer, username: string, password: string, otp: string) =>
  (await put('password_otp_auth', { username, password, otp })).status;

/** HTTP API reference 3.2, conformance checks 6 and 7. */
describe('a code that is read to a caller', () => {
  it('signs its person in with the password, once and only once', async () => {
    const server = await site();
    const otp = await codeFor(server, '+467012345678');
    expect(otp).toMatch(/^[0-9]{6}$/);
    expect(await auth(server, 'alovelace', 'demo-1815', otp)).toBe(200);
    expect(await auth(server, 'alovelace', 'demo-1815', otp)).toBe(403);
    expect(await server.events()).toContainEqual(
      expect.objectContaining({ event: 'otp-token.refused', reason: 'used', user: 'alovelace' }),
    );
  });

  it('is accepted in one of many simultaneous uses', async () => {
    const server = await site({ limit: 1000 });
    const otp = await codeFor(server, '070-123 45 67');
    const uses = Array.from({ length: 20 }, () => auth(server, 'wgretzky', 'demo-99', otp));
    expect((await Promise.all(uses)).filter((status) => status === 200)).toHaveLength(1);
  });

  it('is not good for somebody else, nor with a wrong password, which does not use it up', async () => {
    const server = await site();
    const otp = await codeFor(server, '0701234567');
    expect(await auth(server, 'alovelace', 'demo-1815', otp)).toBe(403);
    expect(await auth(server, 'wgretzky', 'demo-98', otp)).toBe(403);
    expect(await auth(server, 'wgretzky', 'demo-99', otp)).toBe(200);
  });

  it('is worth nothing after another was read out, after one wrong answer, and after ten minutes', async () => {
    const server = await site();
    const first = await codeFor(server, '0701234567');
    const second = await codeFor(server, '0701234567');
    expect(await auth(server, 'wgretzky', 'demo-99', first)).toBe(403);
    expect(await auth(server, 'wgretzky', 'demo-99', second)).toBe(403);
    const third = await codeFor(server, '0701234567');
    server.pass(600);
    expect(await auth(server, 'wgretzky', 'demo-99', third)).toBe(403);
    const fourth = await codeFor(server, '0701234567');
    server.pass(599);
    expect(await auth(server, 'wgretzky', 'demo-99', fourth)).toBe(200);
  });

  it('is not made for a number that nobody has, or two people, or that is none', async () => {
    const { put } = await site();
    for (const phonenumber of ['+46700000000', '+46709999999', '0709999999', '', 'anna', '*']) {
      const { status, body } = await put('getOTP', { phonenumber });
      expect([status, body?.['type'], body?.['otp']], phonenumber).toEqual([
        403,
        'urn:portvakt:problem:refused',
        undefined,
      ]);
    }
    expect((await put('getOTP', {})).body).toMatchObject({ status: 400, property: 'phonenumber' });
  });

  it('is not made for a person who is locked', async () => {
    const server = await site({ limit: 1 });
    await auth(server, 'wgretzky', 'demo-99', '000000');
    expect((await server.put('getOTP', { phonenumber: '0701234567' })).status).toBe(403);
  });
});

it('takes a code that a token shows as well', async () => {
  const server = await site();
  expect(await auth(server, 'alovelace', 'demo-1815', '755224')).toBe(200); // RFC 4226, appendix D
  expect(await auth(server, 'alovelace', 'demo-1815', '755224')).toBe(403);
  expect(await auth(server, 'alovelace', '', '287082')).toBe(403);
});

it('does not take a code that was read out where only codes of tokens are asked for', async () => {
  const server = await site();
  const otp = await codeFor(server, '+467012345678');
  expect((await server.put('otp_token_auth', { username: 'alovelace', otp })).status).toBe(403);
});
