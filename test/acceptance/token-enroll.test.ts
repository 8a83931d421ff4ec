import { expect, it } from 'vitest';
import { hotpOf, totpOf } from '../support/oath.ts';
import { noon, personWith, portal, simpleConfig, startTestServer } from '../support/server.ts';

// HTTP API reference 3.10: that they exist is documented, the form is our own.
const people = { aturing: {}, alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
const asPortal = { tenant: 'ot', headers: portal };

async function startPortal() {
  const server = await startTestServer(simpleConfig(people));
  return { ...server, put: (operation: string, body: object) => server.put(operation, body, asPortal) };
}

it('gives a person a token that shows right codes', async () => {
  const { put, events } = await startPortal();
  const answer = await put('token_enroll', { username: 'ATuring', type: 'totp', name: 'phone' });
  const { tokenid, secret, otpauth } = answer.body as Record<string, string>;
  expect(answer.status).toBe(200);
  expect(tokenid).toMatch(/^totp-[0-9a-f]{12}$/);
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(new URL(otpauth ?? '').searchParams.get('secret')).toBe(secret);
  const otp = totpOf({ secret: secret ?? '' }, noon);
  expect(await put('otp_token_auth', { username: 'aturing', otp })).toMatchObject({ status: 200 });
  expect((await events()).slice(-3)).toMatchObject([
    { event: 'token.enrolled', subject: tokenid, caller: 'basic:portal' },
    { event: 'otp-token.accepted', subject: tokenid },
    { event: 'token.confirmed', subject: tokenid },
  ]);
});

it('gives a token by counter that begins at nought', async () => {
  const { put } = await startPortal();
  const { body } = await put('token_enroll', { username: 'aturing', type: 'hotp' });
  const otp = hotpOf({ secret: String(body?.['secret']) }, 0);
  expect(await put('otp_token_auth', { username: 'aturing', otp })).toMatchObject({ status: 200 });
});

it('lets a token lapse whose first code does not come in time', async () => {
  const { put, pass } = await startPortal();
  const { body } = await put('token_enroll', { username: 'aturing', type: 'hotp' });
  pass(168 * 3600);
  const otp = hotpOf({ secret: String(body?.['secret']) }, 0);
  expect(await put('otp_token_auth', { username: 'aturing', otp })).toMatchObject({ status: 403 });
});

it('gives no more tokens than a person may have', async () => {
  const { put } = await startPortal();
  const asked = Array.from({ length: 12 }, () => put('token_enroll', { username: 'aturing', type: 'totp' }));
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 409)).toHaveLength(2);
});

it.each([
  ['type', { username: 'aturing', type: 'ocra' }],
  ['name', { username: 'aturing', type: 'totp', name: 'x'.repeat(101) }],
])('names the property that cannot be used: %s', async (property, body) => {
  const { put } = await startPortal();
  expect(await put('token_enroll', body)).toMatchObject({ status: 400, body: { code: 'property-invalid', property } });
});

it('gives nobody a token who is not known', async () => {
  const { put, events } = await startPortal();
  const answer = await put('token_enroll', { username: 'nobody', type: 'totp' });
  expect(answer).toMatchObject({ status: 403, body: { code: 'refused' } });
  expect((await events()).at(-1)).toMatchObject({ event: 'operation.refused', reason: 'person-unknown' });
});

it('takes a token away', async () => {
  const { put, events } = await startPortal();
  expect(await put('token_delete', { username: 'alovelace', tokenid: 'hotp-1' })).toMatchObject({
    status: 200,
    text: '',
  });
  expect((await events()).at(-1)).toMatchObject({ event: 'token.deleted', user: 'alovelace', subject: 'hotp-1' });
  expect(await put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({ status: 403 });
});

it('takes no token away that the person has not', async () => {
  const { put } = await startPortal();
  for (const tokenid of ['hotp-2', '', '__proto__', 'constructor']) {
    expect(await put('token_delete', { username: 'alovelace', tokenid })).toMatchObject({ status: 403 });
  }
  expect(await put('token_delete', { username: 'aturing', tokenid: 'hotp-1' })).toMatchObject({ status: 403 });
  expect(await put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({ status: 200 });
});
