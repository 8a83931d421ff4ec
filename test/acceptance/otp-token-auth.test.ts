import { describe, expect, it } from 'vitest';
import { hotpOf, oathtoolHotp, oathtoolTotp, rfcSeeds, totpOf } from '../support/oath.ts';
import { noon, personWith, rfcSeed, simpleConfig, startTestServer } from '../support/server.ts';

const hotpPerson = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };

// HTTP API reference 3.3: the documented request and its answers.
describe('the documented example', () => {
  it('answers 200 without a body for a valid code', async () => {
    const { put } = await startTestServer(simpleConfig());
    const answer = await put('otp_token_auth', { username: 'wgretzky', otp: totpOf({ secret: rfcSeed }, noon) });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('content-length')).toBe('0');
    expect(answer.headers.get('content-type')).toBeNull();
  });

  it('answers 403 for a code that is not valid', async () => {
    const { put } = await startTestServer(simpleConfig());
    const answer = await put('otp_token_auth', { username: 'wgretzky', otp: '123456' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'refused', title: 'Refused', status: 403 } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  });

  it('answers 403 for a user that nobody knows', async () => {
    const { put } = await startTestServer(simpleConfig());
    expect(await put('otp_token_auth', { username: 'nobody', otp: '123456' })).toMatchObject({ status: 403 });
  });

  it('takes the user name as the directory does, whatever its case', async () => {
    const { put } = await startTestServer(simpleConfig(hotpPerson));
    expect(await put('otp_token_auth', { username: 'ALovelace', otp: '755224' })).toMatchObject({ status: 200 });
    expect(await put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({ status: 403 });
  });

  it('leaves an event for each answer', async () => {
    const { put, events } = await startTestServer(simpleConfig(hotpPerson));
    await put('otp_token_auth', { username: 'alovelace', otp: '755224' });
    await put('otp_token_auth', { username: 'alovelace', otp: '755224' });
    const common = { realm: 'default', user: 'alovelace', tenant: 't1', operation: 'otp_token_auth', caller: 'open' };
    expect((await events()).slice(-2)).toMatchObject([
      { event: 'otp-token.accepted', subject: 'hotp-1', ...common },
      { event: 'otp-token.refused', reason: 'used', ...common },
    ]);
  });
});

// HTTP API reference, conformance check 9; RFC 6238 §5.2, RFC 4226 §7.2 and §7.4.
describe('a code', () => {
  it('of a time step is accepted once', async () => {
    const { put, pass } = await startTestServer(simpleConfig());
    const body = { username: 'wgretzky', otp: totpOf({ secret: rfcSeed }, noon) };
    expect(await put('otp_token_auth', body)).toMatchObject({ status: 200 });
    expect(await put('otp_token_auth', body)).toMatchObject({ status: 403 });
    pass(30);
    expect(await put('otp_token_auth', body)).toMatchObject({ status: 403 });
  });

  it('of an earlier time step than the one last used is refused', async () => {
    const { put } = await startTestServer(simpleConfig());
    const at = (instant: number) => ({ username: 'wgretzky', otp: totpOf({ secret: rfcSeed }, instant) });
    expect(await put('otp_token_auth', at(noon))).toMatchObject({ status: 200 });
    expect(await put('otp_token_auth', at(noon - 30_000))).toMatchObject({ status: 403 });
  });

  it('of one time step before or after is accepted, of two is not', async () => {
    const people = Object.fromEntries(
      ['early', 'late', 'tooearly', 'toolate'].map((name) => [name, personWith({ type: 'totp', id: name })]),
    );
    const { put } = await startTestServer(simpleConfig(people));
    const ask = async (username: string, seconds: number) => {
      const otp = totpOf({ secret: rfcSeed }, noon + seconds * 1000);
      return (await put('otp_token_auth', { username, otp })).status;
    };
    expect(await ask('early', -30)).toBe(200);
    expect(await ask('late', 30)).toBe(200);
    expect(await ask('tooearly', -60)).toBe(403);
    expect(await ask('toolate', 60)).toBe(403);
  });

  it('behind the counter is refused', async () => {
    const { put } = await startTestServer(simpleConfig(hotpPerson));
    const ask = async (counter: number) =>
      (await put('otp_token_auth', { username: 'alovelace', otp: hotpOf({ secret: rfcSeed }, counter) })).status;
    expect(await ask(3)).toBe(200);
    expect(await ask(1)).toBe(403);
    expect(await ask(3)).toBe(403);
    expect(await ask(4)).toBe(200);
  });

  it('as far ahead of the counter as is looked is accepted, one further is not', async () => {
    const { put } = await startTestServer(simpleConfig(hotpPerson));
    const ask = async (counter: number) =>
      (await put('otp_token_auth', { username: 'alovelace', otp: hotpOf({ secret: rfcSeed }, counter) })).status;
    expect(await ask(21)).toBe(403);
    expect(await ask(20)).toBe(200);
    expect(await ask(42)).toBe(403);
    expect(await ask(41)).toBe(200);
  });

  it('of any of the person’s tokens is accepted', async () => {
    const people = {
      klarsson: personWith({ type: 'totp', id: 'one', secret: rfcSeeds.SHA256 }, { type: 'hotp', id: 'two' }),
    };
    const { put } = await startTestServer(simpleConfig(people));
    expect(
      await put('otp_token_auth', { username: 'klarsson', otp: totpOf({ secret: rfcSeeds.SHA256 }, noon) }),
    ).toMatchObject({ status: 200 });
    expect(await put('otp_token_auth', { username: 'klarsson', otp: '755224' })).toMatchObject({ status: 200 });
  });

  it('may be typed in groups, as people read it', async () => {
    const { put } = await startTestServer(simpleConfig(hotpPerson));
    expect(await put('otp_token_auth', { username: 'alovelace', otp: '755 224' })).toMatchObject({ status: 200 });
    expect(await put('otp_token_auth', { username: 'alovelace', otp: '287-082' })).toMatchObject({ status: 200 });
  });
});

describe('codes of other programs', () => {
  const forms = (['SHA1', 'SHA256', 'SHA512'] as const).flatMap((algorithm) =>
    [6, 7, 8].map((digits) => ({ algorithm, digits, periodSeconds: 60, secret: rfcSeeds[algorithm] })),
  );
  const idOf = ({ algorithm, digits }: (typeof forms)[number]) => `${algorithm}-${digits}`;

  it('by time are accepted: otpauth’s and oathtool’s', async () => {
    const people = Object.fromEntries(
      forms.map((form) => [idOf(form), personWith({ type: 'totp', id: idOf(form), ...form })]),
    );
    const { put, pass } = await startTestServer(simpleConfig(people));
    for (const form of forms) {
      const answer = await put('otp_token_auth', { username: idOf(form), otp: totpOf(form, noon) });
      expect([idOf(form), answer.status]).toEqual([idOf(form), 200]);
    }
    pass(60);
    for (const form of forms) {
      const answer = await put('otp_token_auth', { username: idOf(form), otp: oathtoolTotp(form, noon + 60_000) });
      expect([idOf(form), answer.status]).toEqual([idOf(form), 200]);
    }
  });

  it('by counter are accepted: otpauth’s and oathtool’s', async () => {
    const form = { secret: 'NBSWY3DPEB3W64TMMQQGC3TEEBXG65A', digits: 8 };
    const first = 4_294_967_290;
    const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1', counter: first, ...form }) };
    const { put } = await startTestServer(simpleConfig(people));
    for (let counter = first; counter < first + 10; counter += 2) {
      expect(await put('otp_token_auth', { username: 'alovelace', otp: hotpOf(form, counter) })).toMatchObject({
        status: 200,
      });
      const otp = oathtoolHotp(form, counter + 1);
      expect(await put('otp_token_auth', { username: 'alovelace', otp })).toMatchObject({ status: 200 });
    }
  });
});
