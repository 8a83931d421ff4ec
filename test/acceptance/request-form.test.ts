import { describe, expect, it } from 'vitest';
import { askRaw, putBytes } from '../support/raw.ts';
import { personWith, sharedServer, simpleConfig, startTestServer } from '../support/server.ts';

const config = simpleConfig({ alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) });
const right = { username: 'alovelace', otp: '755224' };

// HTTP API reference C1–C9.
describe('a request that is right', () => {
  it.each([
    ['with a slash at the end', 'otp_token_auth/', {}],
    ['with a query', 'otp_token_auth?from=portal', {}],
    ['with a charset behind its type', 'otp_token_auth', { 'content-type': 'application/json; charset=utf-8' }],
    ['with its type in capitals', 'otp_token_auth', { 'content-type': 'Application/JSON' }],
    ['that says that it is not compressed', 'otp_token_auth', { 'content-encoding': 'identity' }],
  ])('is answered %s', async (_, operation, headers) => {
    const { put } = await startTestServer(config);
    expect(await put(operation.replace('?from=portal', ''), right, { headers })).toMatchObject({ status: 200 });
  });

  it('is answered with a property that nobody knows', async () => {
    const { put } = await startTestServer(config);
    expect(await put('otp_token_auth', { ...right, shoesize: '43' })).toMatchObject({ status: 200 });
  });

  it('is answered whatever the case of the header names', async () => {
    const { url } = await startTestServer(config);
    const bytes = putBytes('otp_token_auth', JSON.stringify(right)).toString();
    const shouted = bytes.replace('tenant:', 'TENANT:').replace('content-type:', 'CONTENT-TYPE:');
    expect(await askRaw(url, shouted)).toMatchObject({ status: 200 });
  });

  it('is answered when its body comes in chunks', async () => {
    const { url } = await startTestServer(config);
    const body = JSON.stringify(right);
    const head = putBytes('otp_token_auth', '', { 'content-length': undefined, 'transfer-encoding': 'chunked' });
    const bytes = `${head}5\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`;
    expect(await askRaw(url, bytes)).toMatchObject({ status: 200 });
  });
});

// HTTP API reference R6, C7, C8; where it is silent, our choice.
describe('a request that is wrong', () => {
  const server = sharedServer(config);

  it.each([
    ['an array', '[]', { code: 'malformed', detail: 'it is not an object' }],
    ['a text', '"otp"', { code: 'malformed', detail: 'it is not an object' }],
    ['null', 'null', { code: 'malformed', detail: 'it is not an object' }],
    ['half a body', '{"username":"alovelace"', { code: 'malformed', detail: 'it is not JSON' }],
    ['a form', 'username=alovelace&otp=755224', { code: 'malformed', detail: 'it is not JSON' }],
    ['a number', '{"username":"alovelace","otp":755224}', { property: 'otp', detail: 'must be a string' }],
    ['null in a property', '{"username":null,"otp":"755224"}', { property: 'username', detail: 'must be a string' }],
    ['an object in a property', '{"username":{},"otp":""}', { property: 'username', detail: 'must be a string' }],
    ['nothing', '', { code: 'property-missing', property: 'username', detail: 'must be there' }],
    ['no code', '{"username":"alovelace"}', { code: 'property-missing', property: 'otp' }],
    ['a property twice', '{"username":"a","otp":"755224","username":"alovelace"}', { code: 'malformed' }],
  ])('is told what is wrong: %s', async (_, body, problem) => {
    const { put } = server();
    const answer = await put('otp_token_auth', body);
    expect(answer).toMatchObject({ status: 400, body: { status: 400, ...problem } });
    expect(answer.text).not.toContain('755224');
  });

  it('is told so without a body and without its length', async () => {
    const { url } = server();
    const answer = await askRaw(url, putBytes('otp_token_auth', '', { 'content-length': undefined }));
    expect(answer).toMatchObject({ status: 400 });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'property-missing', property: 'username' });
  });

  it.each([
    ['another type', { 'content-type': 'text/plain' }],
    ['a form’s type', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a type that only begins alike', { 'content-type': 'application/jsonx' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
  ])('is told that its type is not understood: %s', async (_, headers) => {
    const { put } = server();
    expect(await put('otp_token_auth', right, { headers })).toMatchObject({
      status: 415,
      body: { code: 'media-type' },
    });
  });

  it('is told that its type is missing, with and without a body', async () => {
    const { url } = server();
    const untyped = { 'content-type': undefined };
    expect(await askRaw(url, putBytes('otp_token_auth', '', untyped))).toMatchObject({ status: 415 });
    expect(await askRaw(url, putBytes('otp_token_auth', '{}', untyped))).toMatchObject({ status: 415 });
  });

  it('is told that it is too large', async () => {
    const { put } = server();
    const largest = (length: number) => `{"username":"${'x'.repeat(length - 15)}"}`;
    expect(await put('otp_token_auth', largest(65_536))).toMatchObject({ status: 400 });
    const answer = await put('otp_token_auth', largest(65_537));
    expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
    expect(answer.headers.get('connection')).toBe('close');
  });
});
