import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from 'otpauth';
import { expect, it } from 'vitest';
import { hotpOf } from '../support/oath.ts';
import { askRaw } from '../support/raw.ts';
import { makeSite } from '../support/server-process.ts';

const seed = Secret.fromUTF8('the canary sings in here').base32;
const token = { type: 'hotp', id: 'hotp-1', secret: seed, digits: 8 };
const callerPassword = 'canary-of-the-caller';

const config = {
  log: { level: 'debug' },
  management: { port: 0 },
  realms: { default: { directories: [{ type: 'built-in', people: { alovelace: { tokens: [token] }, aturing: {} } }] } },
  tenants: {
    t1: { operations: ['otp_token_auth', 'token_enroll', 'token_delete'], callers: [{ open: true }] },
    ot: { operations: ['otp_token_auth'], callers: [{ basic: { username: 'portal', password: callerPassword } }] },
  },
};

const canary = 'Canary-7Hx';
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

// HTTP API reference, conformance check 23; invariant: no secret, code or password in logs, events, metrics and the store.
it('writes no code, secret or password anywhere, whatever is typed into which field', async () => {
  const site = makeSite(config);
  const server = await site.serve();
  const [line] = await server.connect(1);
  const codes = Array.from({ length: 9 }, (_, counter) => hotpOf({ secret: seed, digits: 8 }, counter));
  const put = async (operation: string, body: object, headers = {}) =>
    (await line?.put(operation, body, headers))?.status;
  const ask = (body: object, headers = {}) => put('otp_token_auth', body, headers);

  expect(await ask({ username: 'alovelace', otp: codes[0] })).toBe(200);
  expect(await ask({ username: 'alovelace', otp: codes[0] })).toBe(403);
  expect(
    await ask(
      { username: 'alovelace', otp: codes[1], password: canary },
      { tenant: 'ot', ...basic(`portal:${callerPassword}`) },
    ),
  ).toBe(200);
  expect(await ask({ username: 'alovelace', otp: canary })).toBe(403);
  expect(await ask({ username: canary, otp: codes[2] })).toBe(403);
  expect(await ask({ username: codes[3], otp: canary })).toBe(403);
  expect(await ask({ [canary]: canary })).toBe(400);
  expect(await ask({ username: 'alovelace', otp: [codes[4]] })).toBe(400);
  expect(await ask({ username: 'alovelace', otp: codes[5] }, { tenant: 'ot', ...basic(`portal:${canary}`) })).toBe(401);
  expect(await ask({ username: 'alovelace', otp: codes[5] }, { tenant: 'ot', ...basic(`${canary}:x`) })).toBe(401);
  expect(await ask({ username: 'alovelace', otp: codes[5] }, { tenant: canary })).toBe(403);
  expect(await ask({ username: 'alovelace', otp: codes[5] }, { 'content-type': canary })).toBe(415);
  expect(await put(canary, { username: 'alovelace', otp: codes[6] })).toBe(403);
  expect(await put('token_enroll', { username: canary, type: 'totp' })).toBe(403);
  expect(await put('token_enroll', { username: 'aturing', type: canary, name: canary })).toBe(400);
  expect(await put('token_delete', { username: 'alovelace', tokenid: canary })).toBe(403);
  const enrolled = await line?.put('token_enroll', { username: 'aturing', type: 'totp' });
  const { secret } = JSON.parse(enrolled?.body ?? '{}') as { readonly secret: string };
  expect(await askRaw(server.url, `${canary} / HTTP/1.1\r\n\r\n`)).toMatchObject({ status: 400 });
  expect(await askRaw(server.url, `GET /${canary}?otp=${codes[7]} HTTP/1.1\r\nhost: x\r\n\r\n`)).toMatchObject({
    status: 404,
  });

  const metrics = await (await fetch(`${server.managementUrl}/metrics`)).text();
  expect(metrics).toContain('portvakt_requests_total{operation="otp_token_auth",status="200"} 2');
  expect(server.output()).toContain('"problem":"code-refused"');
  expect(await server.stop()).toBe(0);
  const events = JSON.stringify(await site.events());
  expect(events).toContain('otp-token.accepted');
  const files = readdirSync(site.data).map((name) => readFileSync(join(site.data, name), 'latin1'));

  const forms = (base32: string) => [base32, Secret.fromBase32(base32).hex, Secret.fromBase32(base32).latin1];
  const birds = [canary, callerPassword, ...codes, ...forms(seed), ...forms(secret)];
  for (const [place, text] of Object.entries({ output: server.output(), events, metrics, files: files.join('\n') })) {
    const found = birds.filter((bird) => text.toLowerCase().includes(bird.toLowerCase()));
    expect([place, found]).toEqual([place, []]);
  }
});
