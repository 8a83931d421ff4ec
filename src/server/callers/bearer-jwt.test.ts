import { createHmac } from 'node:crypto';
import { base64url, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BearerSettings } from './caller-settings.ts';
import { callersOf, issuer, json, noon, refusal, remote } from './fixture-callers.ts';

const [first, second] = await Promise.all([
  generateKeyPair('ES256', { extractable: true }),
  generateKeyPair('ES256', { extractable: true }),
]);
const publish = async (kid: string, { publicKey }: typeof first) => ({
  ...(await exportJWK(publicKey)),
  kid,
  alg: 'ES256',
  use: 'sig',
});
const [firstKey, secondKey] = await Promise.all([publish('first', first), publish('second', second)]);

let keys: Awaited<ReturnType<typeof issuer>>;
beforeEach(async () => {
  keys = await issuer(json({ keys: [firstKey] }));
});
afterEach(() => keys.close());

const good: JWTPayload = { iss: 'https://idp.example', aud: 'portvakt', client_id: 'portal', exp: noon / 1000 + 60 };

function token(
  claims: Record<string, unknown> = {},
  header: { alg?: string; kid?: string } = {},
  { privateKey } = first,
) {
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'first', ...header })
    .sign(privateKey);
}

function bearer(text: string) {
  return remote({ authorization: `Bearer ${text}` });
}

function callers(settings: Partial<BearerSettings> = {}) {
  return callersOf([{ bearer: { issuer: 'https://idp.example', audience: 'portvakt', jwks: keys.url, ...settings } }]);
}

it('names the caller by its client, or its subject', async () => {
  const { prove } = callers();
  expect(await prove(bearer(await token()))).toBe('bearer:portal');
  expect(await prove(bearer(await token({ client_id: undefined, azp: 'batch' })))).toBe('bearer:batch');
  expect(await prove(bearer(await token({ client_id: undefined, sub: 'service', aud: ['other', 'portvakt'] })))).toBe(
    'bearer:service',
  );
});

it('answers at once for a token it knows, until that expires', async () => {
  const { prove, atOnce, pass } = callers();
  const known = bearer(await token());
  await prove(known);
  expect(atOnce(known)).toBe(true);
  pass(60);
  await expect(prove(known)).rejects.toMatchObject(refusal('unauthenticated'));
});

it('refuses a token that is expired, early, endless, for others or by others', async () => {
  const { prove } = callers();
  const now = noon / 1000;
  const wrong = [
    { exp: now },
    { exp: undefined },
    { nbf: now + 6 },
    { aud: 'other' },
    { aud: undefined },
    { aud: ['portvakt.example'] },
    { iss: 'https://evil.example' },
  ];
  for (const claims of wrong) {
    await expect(prove(bearer(await token(claims)))).rejects.toMatchObject(refusal('unauthenticated'));
  }
  await expect(prove(bearer(await token({}, {}, second)))).rejects.toMatchObject(refusal('unauthenticated'));
});

it('refuses a token without a signature', async () => {
  const parts = [{ alg: 'none' }, good].map((part) => base64url.encode(JSON.stringify(part)));
  await expect(callers().prove(bearer(`${parts.join('.')}.`))).rejects.toMatchObject(refusal('unauthenticated'));
  expect(keys.calls).toBe(0);
});

it('refuses a token for which the public key served as a shared secret', async () => {
  const secrets = [await exportSPKI(first.publicKey), JSON.stringify(firstKey), firstKey.x ?? ''];
  for (const secret of secrets) {
    const text = [{ alg: 'HS256', kid: 'first' }, good].map((part) => base64url.encode(JSON.stringify(part))).join('.');
    const signature = createHmac('sha256', secret).update(text).digest('base64url');
    await expect(callers().prove(bearer(`${text}.${signature}`))).rejects.toMatchObject(refusal('unauthenticated'));
  }
  // Refused for its algorithm, before any key was looked for.
  expect(keys.calls).toBe(0);
});

it('refuses a shared secret even where the issuer publishes one', async () => {
  const secret = Buffer.alloc(32, 7);
  keys.answer = json({ keys: [{ kty: 'oct', kid: 'first', k: secret.toString('base64url'), alg: 'HS256' }] });
  const signed = await new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret);
  await expect(callers().prove(bearer(signed))).rejects.toMatchObject(refusal('unauthenticated'));
});

it('uses no key that the token brings along', async () => {
  const forged = await new SignJWT(good)
    .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(second.publicKey), jku: keys.url })
    .sign(second.privateKey);
  await expect(callers().prove(bearer(forged))).rejects.toMatchObject(refusal('unauthenticated'));
});

it('permits only tokens with the scope and of the clients that the settings name', async () => {
  const scoped = callers({ scope: 'auth' });
  for (const claims of [{ scope: 'read auth' }, { scp: ['auth'] }, { scp: 'auth read' }]) {
    expect(await scoped.prove(bearer(await token(claims)))).toBe('bearer:portal');
  }
  for (const claims of [{}, { scope: 'author' }, { scope: ['au', 'th'] }, { scp: [] }]) {
    await expect(scoped.prove(bearer(await token(claims)))).rejects.toMatchObject(refusal('not-permitted'));
  }
  const named = callers({ clientIds: ['portal', 'batch'] });
  expect(await named.prove(bearer(await token()))).toBe('bearer:portal');
  for (const claims of [{ client_id: 'other' }, { client_id: undefined }, { client_id: 'other', azp: 'portal' }]) {
    await expect(named.prove(bearer(await token(claims)))).rejects.toMatchObject(refusal('not-permitted'));
  }
});

it('fetches new keys when a token names one, and drops what an old key had proved', async () => {
  const { prove, atOnce, pass } = callers();
  const old = bearer(await token());
  await prove(old);
  keys.answer = json({ keys: [secondKey] });
  pass(30);
  expect(await prove(bearer(await token({}, { kid: 'second' }, second)))).toBe('bearer:portal');
  expect(atOnce(old)).toBe(false);
  await expect(prove(old)).rejects.toMatchObject(refusal('unauthenticated'));
});

it('does not let made-up key ids turn it against the issuer', async () => {
  const { prove, atOnce, pass } = callers();
  const known = bearer(await token());
  await prove(known);
  const flood = async () => {
    const forged = await Promise.all(
      Array.from({ length: 50 }, (_, kid) => token({}, { kid: `made-up-${kid}` }, second)),
    );
    for (const text of forged) await expect(prove(bearer(text))).rejects.toMatchObject(refusal('unauthenticated'));
  };
  await flood();
  expect(keys.calls).toBe(1);
  pass(30);
  await flood();
  expect(keys.calls).toBe(2);
  expect(atOnce(known)).toBe(true);
});

it('does not ask an issuer for keys because of somebody else’s token', async () => {
  const { prove } = callers();
  for (const text of [await token({ iss: 'https://evil.example' }), 'rubbish', 'a.b.c']) {
    await expect(prove(bearer(text))).rejects.toMatchObject(refusal('unauthenticated'));
  }
  expect(keys.calls).toBe(0);
});

it('keeps its keys when the issuer cannot be reached', async () => {
  const { prove, pass, logged } = callers();
  await prove(bearer(await token()));
  keys.answer = json({}, 500);
  pass(601);
  const later = { exp: noon / 1000 + 900 };
  expect(await prove(bearer(await token(later)))).toBe('bearer:portal');
  await expect.poll(() => logged).toHaveLength(1);
  expect(await prove(bearer(await token({ ...later, jti: 'another' })))).toBe('bearer:portal');
});

it('says that it cannot check while it never got any keys, and asks again soon', async () => {
  const { prove, pass } = callers();
  for (const answer of [json({}, 500), json({ keys: 'none' }), json('rubbish')]) {
    keys.answer = answer;
    await expect(prove(bearer(await token()))).rejects.toMatchObject(refusal('unavailable'));
    await expect(prove(bearer(await token()))).rejects.toMatchObject(refusal('unavailable'));
    pass(1);
  }
  expect(keys.calls).toBe(3);
  keys.answer = json({ keys: [firstKey] });
  expect(await prove(bearer(await token()))).toBe('bearer:portal');
});

it('looks at well-formed tokens in the Authorization header only', async () => {
  const { prove } = callers();
  const right = await token();
  expect(await prove(remote({ authorization: `bEARER ${right}` }))).toBe('bearer:portal');
  for (const text of [`${right} `, `${right},${right}`, `"${right}"`, 'x'.repeat(8193), '']) {
    await expect(prove(bearer(text))).rejects.toMatchObject(refusal('unauthenticated'));
  }
});
