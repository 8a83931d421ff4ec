import { describe, expect, it } from 'vitest';
import { accountOf } from '../../src/core/account.ts';
import { addToken, sealToken, switchToken } from '../../src/methods/otp-token/manage.ts';
import { askRaw, putBytes } from '../support/raw.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

const people = {
  none: {},
  wrong: personWith({ type: 'hotp', id: 'token-wrong' }),
  used: personWith({ type: 'hotp', id: 'token-used' }),
  locked: personWith({ type: 'hotp', id: 'token-locked' }),
  disabled: personWith({ type: 'hotp', id: 'token-disabled' }),
  late: {},
  bytime: personWith({ type: 'totp', id: 'token-bytime' }),
};

const owner = (user: string) => ({ realm: 'default', user, origin: { trace: '0'.repeat(32) } });

/** Reason of the refusal → what is asked. Each has one token, `wrong`, `used` … by its state. */
const refusals = [
  ['unknown', { username: 'nobody', otp: '755224' }],
  ['unknown', { username: '', otp: '755224' }],
  ['no-token', { username: 'none', otp: '755224' }],
  ['no-token', { username: 'disabled', otp: '755224' }],
  ['no-token', { username: 'late', otp: '755224' }],
  ['wrong', { username: 'wrong', otp: '000000' }],
  ['wrong', { username: 'wrong', otp: 'what?' }],
  ['wrong', { username: 'bytime', otp: '000000' }],
  ['used', { username: 'used', otp: '755224' }],
  ['locked', { username: 'locked', otp: '755224' }],
] as const;

async function startWithPeople() {
  const server = await startTestServer(simpleConfig(people));
  const { store, vault } = server.portvakt.ports;
  await store.change(accountOf('default', 'disabled'), switchToken(owner('disabled'), 'token-disabled', 'disabled'));
  const seed = { id: 'token-late', type: 'hotp', algorithm: 'SHA1', digits: 6, periodSeconds: 30, counter: 0 } as const;
  const late = sealToken(owner('late'), { ...seed, secret: Buffer.from('12345678901234567890') }, vault);
  const begin = { confirmBy: server.clock.now(), maxTokens: 1 };
  await store.change(accountOf('default', 'late'), addToken(owner('late'), 'token-late', late, begin));
  await server.put('otp_token_auth', { username: 'used', otp: '755224' });
  for (let n = 0; n < 5; n += 1) await server.put('otp_token_auth', { username: 'locked', otp: '000000' });
  return server;
}

async function bytesOf(url: string, body: object, headers: Readonly<Record<string, string>>): Promise<string> {
  const answer = await askRaw(url, putBytes('otp_token_auth', JSON.stringify(body), headers));
  const lines = answer?.lines.filter((line) => !/^date:/i.test(line)) ?? [];
  return [...lines, '', answer?.body].join('\r\n');
}

// OATH server rule: the same answer whatever the reason of a refusal (RFC 4226 §7 leaves it open; our choice).
describe('refusals for different reasons', () => {
  it('are the same bytes', async () => {
    const { url, events } = await startWithPeople();
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const before = (await events()).length;
    const seen = new Set<string>();
    for (const [, body] of refusals) seen.add(await bytesOf(url, body, headers));
    expect([...seen]).toHaveLength(1);
    expect([...seen][0]).toMatch(/^HTTP\/1.1 403 Forbidden\r\n/);
    const reasons = (await events()).slice(before).map(({ reason }) => reason);
    expect(reasons).toEqual(refusals.map(([reason]) => reason));
  });

  it('differ in the trace alone, which is another one each time', async () => {
    const { url } = await startWithPeople();
    const answers: string[] = [];
    for (const [, body] of refusals) answers.push(await bytesOf(url, body, {}));
    const trace = /"trace":"[0-9a-f]{32}"/;
    expect(new Set(answers).size).toBe(answers.length);
    expect(new Set(answers.map((answer) => answer.replace(trace, ''))).size).toBe(1);
  });
});
