import { describe, expect, it } from 'vitest';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
const right = { username: 'alovelace', otp: '755224' };
const proof = [{ step: 'find-claimant' }, { step: 'otp-token/verify-code' }];

function configWith(operations: object): object {
  const tenants = { t1: { operations: Object.keys(operations), callers: [{ open: true }] } };
  return simpleConfig(people, { operations, tenants });
}

const withSteps = (...steps: readonly object[]) => ({ summary: 'One of our own', steps });

// HTTP API reference A6, R2 and conformance check 19.
describe('an operation of the configuration', () => {
  it('replaces the one that ships, and adds attributes of the person to its answer', async () => {
    const attributes = { name: 'displayName', email: 'mail', fax: 'facsimileTelephoneNumber', odd: 'constructor' };
    const own = withSteps(...proof, { step: 'reply-attributes', attributes });
    const { put } = await startTestServer(configWith({ otp_token_auth: own }));
    const answer = await put('otp_token_auth', right);
    expect(answer).toMatchObject({ status: 200, body: { name: 'Wayne Gretzky', email: 'wayne@example.org' } });
    expect(answer.body).not.toHaveProperty('fax');
    expect(answer.body).not.toHaveProperty('odd');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await put('otp_token_auth', right)).toMatchObject({ status: 403, body: { code: 'refused' } });
  });

  it('puts into the answer what its templates say, and leaves out what is missing', async () => {
    const properties = {
      greeting: 'Hello ${user.attributes.displayName}!',
      from: '${headers.X-Portal} for ${tenant.id}',
      echo: '${input.note}',
      nothing: '${input.absent} is absent',
    };
    const { put } = await startTestServer(configWith({ signin: withSteps(...proof, { step: 'reply', properties }) }));
    const answer = await put('signin', { ...right, note: '${input.otp}' }, { headers: { 'x-portal': 'intranet' } });
    expect(answer.body).toEqual({
      greeting: 'Hello Wayne Gretzky!',
      from: 'intranet for t1',
      echo: '${input.otp}',
    });
  });

  it('does what stands in a condition only where it holds', async () => {
    const when = { 'input.want': ['name', 'everything'], not: { 'headers.x-silent': { present: true } } };
    const then = [{ step: 'reply-attributes', attributes: { name: 'displayName' } }];
    const { put } = await startTestServer(configWith({ signin: withSteps(...proof, { when, then }) }));
    expect((await put('signin', { ...right, want: 'name' })).body).toEqual({ name: 'Wayne Gretzky' });
    const silent = { headers: { 'x-silent': 'yes' } };
    expect((await put('signin', { ...right, otp: '287082', want: 'name' }, silent)).body).toEqual({});
    expect((await put('signin', { ...right, otp: '359152', want: 'nothing' })).body).toEqual({});
    expect((await put('signin', { ...right, otp: '969429' })).body).toEqual({});
  });

  it('refuses where it says so, before the code is looked at', async () => {
    const when = { 'input.username': { startsWith: 'a' } };
    const then = [{ step: 'refuse', reason: 'not by this way' }];
    const { put, events } = await startTestServer(configWith({ signin: withSteps({ when, then }, ...proof) }));
    expect(await put('signin', right)).toMatchObject({ status: 403, body: { code: 'refused' } });
    expect((await events()).at(-1)).toMatchObject({ event: 'operation.refused', operation: 'signin' });
    expect(await put('signin', { ...right, username: 'ALovelace' })).toMatchObject({ status: 200 });
  });

  it('never says yes to somebody who has proved nothing', async () => {
    const { put, events } = await startTestServer(configWith({ signin: withSteps({ step: 'find-claimant' }) }));
    expect(await put('signin', right)).toMatchObject({ status: 403, body: { code: 'refused' } });
    expect((await events()).at(-1)).toMatchObject({ event: 'operation.refused' });
  });

  it('never says yes where the proof stands in a condition that does not hold', async () => {
    const own = withSteps({ step: 'find-claimant' }, { when: { 'input.prove': 'yes' }, then: [proof[1]] });
    const { put } = await startTestServer(configWith({ signin: own }));
    expect(await put('signin', right)).toMatchObject({ status: 403 });
    expect(await put('signin', { ...right, prove: 'yes' })).toMatchObject({ status: 200 });
  });

  it('leaves an event when it has no step that does', async () => {
    const own = withSteps({ step: 'reply', properties: { trace: '${origin.trace}' } });
    const { put, events } = await startTestServer(configWith({ hello: own }));
    const { body } = await put('hello', {});
    expect((await events()).at(-1)).toMatchObject({
      event: 'operation.done',
      operation: 'hello',
      trace: body?.['trace'],
    });
  });

  it('may look further ahead, or not at all', async () => {
    const strict = [{ step: 'find-claimant' }, { step: 'otp-token/verify-code', lookAhead: 0 }];
    const { put } = await startTestServer(configWith({ signin: withSteps(...strict) }));
    expect(await put('signin', { ...right, otp: '287082' })).toMatchObject({ status: 403 });
    expect(await put('signin', right)).toMatchObject({ status: 200 });
  });

  it('is in the description of the API', async () => {
    const own = withSteps({ step: 'require-input', properties: ['username', 'otp'] }, ...proof);
    const { url } = await startTestServer(configWith({ signin: own }));
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, unknown> };
    expect(document.paths['/api/authentication/signin']).toMatchObject({ put: { summary: 'One of our own' } });
  });
});

it('is told of every fault at once: those of the settings and those of the steps', async () => {
  const faulty = simpleConfig(undefined, {
    hosst: 'x',
    operations: { mine: { summary: 'Mine', steps: [{ step: 'nixda' }, { step: 'otp-token/verify-code' }] } },
  });
  const error = await startTestServer(faulty).catch((fault: { lines: readonly string[] }) => fault);
  expect('lines' in error && error.lines).toEqual([
    expect.stringContaining('unknown setting "hosst"'),
    expect.stringContaining('there is no step "nixda"'),
    expect.stringContaining('needs "claimant"'),
  ]);
});
