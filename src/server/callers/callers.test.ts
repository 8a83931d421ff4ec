import { afterEach, expect, it } from 'vitest';
import { callersOf, issuer, json, refusal, remote, request } from './fixture-callers.ts';

const basic = { basic: { username: 'portal', password: 'sesam' } };
const bearer = (url: string) => ({
  bearer: {
    audience: 'portvakt',
    scope: 'auth',
    introspection: { url, clientId: 'a', clientSecret: 'b', cacheSeconds: 10 },
  },
});
const rightBasic = remote({ authorization: `Basic ${Buffer.from('portal:sesam').toString('base64')}` });
const someToken = remote({ authorization: 'Bearer some-token' });

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function answering(claims: object, status = 200) {
  const endpoint = await issuer(json(claims, status));
  closing.push(endpoint.close);
  return endpoint.url;
}

it('is content with one of the callers, wherever it stands', async () => {
  const { prove } = callersOf([
    bearer(await answering({ active: true, scope: 'auth', sub: 'service' })),
    { open: true },
    basic,
  ]);
  expect(await prove(rightBasic)).toBe('basic:portal');
  expect(await prove(someToken)).toBe('bearer:service');
  expect(await prove(request())).toBe('open');
  await expect(prove(remote())).rejects.toMatchObject(refusal('unauthenticated'));
});

it('goes on to the next caller when a token is not for the first', async () => {
  const [faulty, lacking, right] = await Promise.all([
    answering({}, 500),
    answering({ active: true }),
    answering({ active: true, scope: 'auth', sub: 'service' }),
  ]);
  expect(await callersOf([bearer(faulty), bearer(lacking), bearer(right)]).prove(someToken)).toBe('bearer:service');
  await expect(callersOf([bearer(lacking), basic]).prove(someToken)).rejects.toMatchObject(refusal('not-permitted'));
  await expect(callersOf([bearer(faulty), bearer(lacking)]).prove(someToken)).rejects.toMatchObject(
    refusal('unavailable'),
  );
});

it('knows no tenant that is not configured', async () => {
  const { createCallers } = await import('./index.ts');
  const { prove, challenge } = createCallers({
    listen: { host: '127.0.0.1', port: 0, allowOpenTenants: true },
    tenants: {},
    http: { request: () => Promise.reject(new Error('nobody asks')) },
    clock: { now: () => 0 },
    verifyPassword: () => Promise.resolve(true),
    log: () => undefined,
  });
  for (const id of ['t1', 'constructor', '__proto__']) {
    expect(() => prove(id, request())).toThrow('not-permitted');
    expect(challenge(id, request())).toBeUndefined();
  }
});

it('tells how a caller could prove itself', () => {
  const token = bearer('https://idp.example/');
  const basicChallenge = 'Basic realm="portvakt", charset="UTF-8"';
  expect(callersOf([basic]).challenge(remote())).toBe(basicChallenge);
  expect(callersOf([token]).challenge(rightBasic)).toBe('Bearer realm="portvakt"');
  expect(callersOf([token]).challenge(someToken)).toBe('Bearer realm="portvakt", error="invalid_token"');
  expect(callersOf([token, basic, basic]).challenge(remote())).toBe(`${basicChallenge}, Bearer realm="portvakt"`);
  expect(callersOf([basic]).challenge(someToken)).toBe(basicChallenge);
  expect(callersOf([{ open: true }, { certificate: { commonName: 'portal' } }]).challenge(remote())).toBeUndefined();
});
