import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BearerSettings } from './caller-settings.ts';
import { callersOf, issuer, json, noon, refusal, remote } from './fixture-callers.ts';

let endpoint: Awaited<ReturnType<typeof issuer>>;
beforeEach(async () => {
  endpoint = await issuer(json({ active: true, client_id: 'portal' }));
});
afterEach(() => endpoint.close());

const presented = remote({ authorization: 'Bearer opaque-token+/=' });

function callers(settings: Partial<BearerSettings> = {}, cacheSeconds = 10) {
  const introspection = { url: endpoint.url, clientId: 'port:vakt', clientSecret: 'hemligt å+/', cacheSeconds };
  return callersOf([{ bearer: { audience: 'portvakt', introspection, ...settings } }]);
}

it('asks as RFC 7662 says', async () => {
  let asked: unknown;
  endpoint.answer = async (request, response) => {
    const { method, headers } = request;
    const sent = Buffer.concat(await request.toArray()).toString();
    asked = { method, sent, type: headers['content-type'], authorization: headers.authorization };
    json({ active: true, sub: 'service' })(request, response);
  };
  expect(await callers().prove(presented)).toBe('bearer:service');
  const credentials = Buffer.from('port%3Avakt:hemligt+%C3%A5%2B%2F').toString('base64');
  expect(asked).toEqual({
    method: 'POST',
    sent: 'token=opaque-token%2B%2F%3D&token_type_hint=access_token',
    type: 'application/x-www-form-urlencoded',
    authorization: `Basic ${credentials}`,
  });
});

it('believes a yes for a while, and a no never', async () => {
  const { prove, atOnce, pass } = callers();
  await prove(presented);
  expect(atOnce(presented)).toBe(true);
  pass(10);
  endpoint.answer = json({ active: false });
  await expect(prove(presented)).rejects.toMatchObject(refusal('unauthenticated'));
  endpoint.answer = json({ active: true, client_id: 'portal' });
  expect(await prove(presented)).toBe('bearer:portal');
  expect(endpoint.calls).toBe(3);
});

it('believes a yes no longer than the token lasts, nor at all where the settings say so', async () => {
  endpoint.answer = json({ active: true, client_id: 'portal', exp: noon / 1000 + 5 });
  const { prove, pass } = callers();
  await prove(presented);
  pass(5);
  await expect(prove(presented)).rejects.toMatchObject(refusal('unauthenticated'));
  expect(endpoint.calls).toBe(2);
  const forgetful = callers({}, 0);
  await forgetful.prove(presented);
  await forgetful.prove(presented);
  expect(endpoint.calls).toBe(4);
});

it('asks once for many requests with the same token', async () => {
  const { prove } = callers();
  await Promise.all(Array.from({ length: 20 }, () => prove(presented)));
  expect(endpoint.calls).toBe(1);
});

it('refuses a token that is expired, for others or by others', async () => {
  const { prove } = callers({ issuer: 'https://idp.example' });
  for (const claims of [
    { exp: noon / 1000 },
    { exp: 'tomorrow' },
    { aud: 'other' },
    { aud: [] },
    { iss: 'https://evil.example' },
  ]) {
    endpoint.answer = json({ active: true, client_id: 'portal', ...claims });
    await expect(prove(presented)).rejects.toMatchObject(refusal('unauthenticated'));
  }
  endpoint.answer = json({ active: true, client_id: 'portal', aud: ['other', 'portvakt'], iss: 'https://idp.example' });
  expect(await prove(presented)).toBe('bearer:portal');
});

it('permits only tokens with the scope and of the clients that the settings name', async () => {
  const { prove } = callers({ scope: 'auth', clientIds: ['portal'] });
  for (const claims of [{ client_id: 'portal' }, { scope: 'auth' }, { scope: 'auth', client_id: 'other' }]) {
    endpoint.answer = json({ active: true, ...claims });
    await expect(prove(presented)).rejects.toMatchObject(refusal('not-permitted'));
  }
  endpoint.answer = json({ active: true, scope: 'auth', client_id: 'portal' });
  expect(await prove(presented)).toBe('bearer:portal');
});

it('takes a fault of the issuer neither for a yes nor for a no', async () => {
  const { prove } = callers();
  for (const answer of [
    json({ active: true }, 500),
    json({ active: true }, 401),
    json({ active: 'true' }),
    json(null),
    json({}),
    json([]),
  ]) {
    endpoint.answer = answer;
    await expect(prove(presented)).rejects.toMatchObject(refusal('unavailable'));
  }
  endpoint.answer = (_, response) => response.end('<html>');
  await expect(prove(presented)).rejects.toMatchObject(refusal('unavailable'));
  endpoint.close();
  await expect(prove(presented)).rejects.toMatchObject(refusal('unavailable'));
});
