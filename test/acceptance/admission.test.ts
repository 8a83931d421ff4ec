import { describe, expect, it } from 'vitest';
import { personWith, portal, simpleConfig, startTestServer, type TestServer } from '../support/server.ts';

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
const right = { username: 'alovelace', otp: '755224' };

/** The operation was never begun: the code is still good. */
async function expectUntouched({ put }: TestServer): Promise<void> {
  expect(await put('otp_token_auth', right)).toMatchObject({ status: 200 });
}

// HTTP API reference, conformance check 1, and R6.
describe('any other method than PUT', () => {
  it.each(['GET', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('never reaches the operation: %s', async (method) => {
    const server = await startTestServer(simpleConfig(people));
    const body = method === 'GET' || method === 'HEAD' ? undefined : right;
    for (const operation of ['otp_token_auth', 'otp_token_auth/', 'no_such_operation']) {
      const answer = await server.put(operation, body, { method });
      expect(answer).toMatchObject({ status: 405 });
      expect(answer.headers.get('allow')).toBe('PUT');
    }
    await expectUntouched(server);
  });
});

// HTTP API reference, conformance checks 2 and 3, and R1, R4, R5.
describe('a tenant', () => {
  it('cannot ask for another tenant’s operation', async () => {
    const server = await startTestServer(simpleConfig(people));
    const body = { username: 'alovelace', type: 'totp' };
    expect(await server.put('token_enroll', body)).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
    expect(await server.events()).not.toContainEqual(expect.objectContaining({ operation: 'token_enroll' }));
    expect(await server.put('token_enroll', body, { tenant: 'ot', headers: portal })).toMatchObject({ status: 200 });
  });

  it.each([
    ['unknown', 'nobody'],
    ['in another case', 'T1'],
    ['without a name', ''],
    ['with a name that every object has', 'constructor'],
    ['named twice', 't1, t1'],
  ])('is refused: %s', async (_, tenant) => {
    const server = await startTestServer(simpleConfig(people));
    const answer = await server.put('otp_token_auth', right, { tenant });
    expect(answer).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
    await expectUntouched(server);
  });

  it('is refused when it does not say who it is', async () => {
    const server = await startTestServer(simpleConfig(people));
    const response = await fetch(`${server.url}/api/authentication/otp_token_auth`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(right),
    });
    expect(response.status).toBe(403);
    await expectUntouched(server);
  });

  it('is told the same of an operation that is not its own and of one that is not there', async () => {
    const { put } = await startTestServer(simpleConfig(people));
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const foreign = await put('token_enroll', right, { headers });
    expect(await put('no_such_operation', right, { headers })).toMatchObject({ status: 403, text: foreign.text });
    expect(await put('constructor', right, { headers })).toMatchObject({ status: 403, text: foreign.text });
    expect(await put('otp_token_auth', right, { headers, tenant: 'nobody' })).toMatchObject({ text: foreign.text });
  });

  it('sees its own realm only', async () => {
    const other = { realm: 'other', operations: ['otp_token_auth'], callers: [{ open: true }] };
    const two = simpleConfig(people, {
      realms: {
        default: { directories: [{ type: 'built-in', people }] },
        other: { directories: [{ type: 'built-in', people: {} }] },
      },
      tenants: { t1: { operations: ['otp_token_auth'], callers: [{ open: true }] }, t2: other },
    });
    const server = await startTestServer(two);
    expect(await server.put('otp_token_auth', right, { tenant: 't2' })).toMatchObject({ status: 403 });
    await expectUntouched(server);
  });
});

// HTTP API reference, conformance check 20, and 1.4; RFC 7617, RFC 9110 §11.6.1.
describe('a caller that must prove itself with basic', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['nothing', undefined],
    ['a malformed header', 'Basic'],
    ['what is not Base64', 'Basic ~~~~'],
    ['no colon', basic('portal')],
    ['a wrong password', basic('portal:wrong')],
    ['an empty password', basic('portal:')],
    ['a wrong name', basic('other:demo-secret')],
    ['another scheme', 'Bearer demo-secret'],
  ])('is turned away with %s, and told how to', async (_, authorization) => {
    const server = await startTestServer(simpleConfig(people));
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await server.put('otp_token_auth', right, { tenant: 'ot', headers });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="portvakt", charset="UTF-8"');
    expect((await server.events()).at(-1)).toMatchObject({ event: 'caller.refused', tenant: 'ot' });
    await expectUntouched(server);
  });

  it('is let in with the right name and password', async () => {
    const server = await startTestServer(simpleConfig(people));
    expect(await server.put('otp_token_auth', right, { tenant: 'ot', headers: portal })).toMatchObject({ status: 200 });
    expect((await server.events()).at(-1)).toMatchObject({ event: 'otp-token.accepted', caller: 'basic:portal' });
  });

  it('is refused an operation that is not its tenant’s, though it proved itself', async () => {
    const callers = [{ basic: { username: 'portal', password: 'demo-secret' } }];
    const { put } = await startTestServer(
      simpleConfig(people, { tenants: { t1: { operations: ['otp_token_auth'], callers } } }),
    );
    expect(await put('token_delete', right, { headers: portal })).toMatchObject({ status: 403 });
    expect(await put('token_delete', right)).toMatchObject({ status: 401 });
  });
});

describe('a tenant with a rate limit', () => {
  it('is told when to come back', async () => {
    const t1 = { operations: ['otp_token_auth'], callers: [{ open: true }], rateLimit: { perSecond: 0.1, burst: 2 } };
    const { put } = await startTestServer(simpleConfig(people, { tenants: { t1 } }));
    expect(await put('otp_token_auth', { username: 'alovelace', otp: '000000' })).toMatchObject({ status: 403 });
    expect(await put('otp_token_auth', right)).toMatchObject({ status: 200 });
    const answer = await put('otp_token_auth', { username: 'alovelace', otp: '287082' });
    expect(answer).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(answer.headers.get('retry-after')).toBe('10');
  });
});
