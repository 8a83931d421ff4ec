import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '../support/passkey-authenticator.ts';
import { passkeyAuthenticators, passkeyConfig, passkeyScene, unauthorized } from '../support/passkey-pages.ts';
import { startTestServer } from '../support/server.ts';

describe('a passkey', () => {
  it('signs in without a name', async () => {
    const { browser, options, enrolled, verify, verified, told } = await passkeyScene();
    const { key, handle } = await enrolled();
    const one = browser();
    await one.open('/key');
    expect((await one.say('/key', { type: 'state' })).body).toMatchObject({ status: 'ABOUT_TO_START', mode: 'use' });
    const asked = await options(one, '/key');
    expect(asked).toMatchObject({ rpId: 'localhost', userVerification: 'required', allowCredentials: [] });
    const { body } = await verify(one, '/key', key.get({ challenge: asked.challenge, userHandle: handle }));
    expect(body).toMatchObject({ type: 'complete', status: 'COMPLETED' });
    expect(await verified(body.data['location'])).toMatchObject({ userid: 'wgretzky', auth_method: 'passkey' });
    expect(await told('WEB_100022')).toMatchObject([{ user: 'wgretzky' }]);
  });
});

describe('a passkey that proves nothing', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another domain', { rpId: 'evil.example' }],
    ['a challenge of nobody’s', { challenge: 'AAAA' }],
    ['a person who was not verified', { isVerified: false }],
    ['another person’s handle', { userHandle: 'AAAA' }],
    ['no handle, where nobody was known before', { userHandle: undefined }],
  ])('is one with %s', async (_, says) => {
    const { browser, options, enrolled, verify, told } = await passkeyScene();
    const { key } = await enrolled();
    const one = browser();
    await one.open('/key');
    const { challenge } = await options(one, '/key');
    expect((await verify(one, '/key', key.get({ challenge, ...says }))).body).toMatchObject(unauthorized());
    expect(await told('WEB_100023')).toHaveLength(1);
    expect(await told('WEB_100022')).toEqual([]);
  });

  it('is one that nobody here has, or that is malformed', async () => {
    const { url, browser, options, verify } = await passkeyScene();
    const one = browser();
    await one.open('/key');
    const strange = createAuthenticator(url).get({ challenge: (await options(one, '/key')).challenge });
    expect((await verify(one, '/key', strange)).body).toMatchObject(unauthorized());
    for (const assertion of [undefined, null, 7, 'text', [], {}, { id: 7 }, { id: '../x' }, { id: 'a', response: 7 }]) {
      await options(one, '/key');
      const { status, body } = await one.say('/key', { type: 'verification', data: { assertion } });
      expect([status, body]).toMatchObject([200, unauthorized()]);
    }
  });

  it('is one used for what was asked in another flow', async () => {
    const { browser, options, enrolled, verify } = await passkeyScene();
    const { key } = await enrolled();
    const [mine, theirs] = [browser(), browser()];
    await Promise.all([mine.open('/key'), theirs.open('/key')]);
    await options(mine, '/key');
    const { challenge } = await options(theirs, '/key');
    expect((await verify(mine, '/key', key.get({ challenge }))).body).toMatchObject(unauthorized());
  });

  it('is one whose challenge was answered already, or is too old, or was never given', async () => {
    const { server, browser, options, enrolled, verify } = await passkeyScene();
    const { key } = await enrolled();
    const one = browser();
    await one.open('/key');
    const never = await verify(one, '/key', key.get({ challenge: 'AAAA' }));
    expect(never.body).toMatchObject({ success: false, reason: 'not_now' });
    const { challenge } = await options(one, '/key');
    await verify(one, '/key', key.get({ challenge, isVerified: false }));
    const again = await verify(one, '/key', key.get({ challenge }));
    expect(again.body).toMatchObject({ success: false, reason: 'not_now' });
    const late = await options(one, '/key');
    server.pass(300);
    const tooLate = await verify(one, '/key', key.get({ challenge: late.challenge }));
    expect(tooLate.body).toMatchObject(unauthorized('passkey.expired'));
  });

  it('is one that was seen before: a whole answer replayed in a flow of one’s own', async () => {
    const { browser, options, enrolled, verify } = await passkeyScene();
    const { key } = await enrolled();
    const [mine, theirs] = [browser(), browser()];
    await Promise.all([mine.open('/key'), theirs.open('/key')]);
    const { challenge } = await options(theirs, '/key');
    const assertion = key.get({ challenge });
    expect((await verify(theirs, '/key', assertion)).body).toMatchObject({ type: 'complete' });
    await options(mine, '/key');
    expect((await verify(mine, '/key', assertion)).body).toMatchObject(unauthorized());
  });

  it('is a copy: of two with one counter a single one is accepted, and that there are two is an event', async () => {
    const { browser, options, enrolled, verify, told } = await passkeyScene();
    const { key } = await enrolled();
    const flows = await Promise.all(
      [browser(), browser()].map(async (one) => {
        await one.open('/key');
        return { one, ...(await options(one, '/key')) };
      }),
    );
    const answers = await Promise.all(
      flows.map(({ one, challenge }) => verify(one, '/key', key.get({ challenge, counter: 9 }))),
    );
    expect(answers.map(({ body }) => body['type']).sort()).toEqual(['complete', 'failure']);
    expect(await told('passkey.counter-back')).toMatchObject([{ user: 'wgretzky', subject: key.id }]);
  });

  it('is one that never counts, once it was removed', async () => {
    const { server, browser, options, enrolled, verify } = await passkeyScene();
    const { key } = await enrolled();
    const one = browser();
    await one.open('/key');
    const { challenge } = await options(one, '/key');
    const { accountOf } = await import('../../src/core/account.ts');
    await server.portvakt.ports.store.change(accountOf('default', 'wgretzky'), () => ({
      next: null,
      claims: [],
      result: undefined,
    }));
    expect((await verify(one, '/key', key.get({ challenge, counter: 0 }))).body).toMatchObject(unauthorized());
  });
});

describe('a passkey after another proof', () => {
  it('is made by whoever was proved and has none, and used from then on', async () => {
    const { proved, options, register, verify, verified, told } = await passkeyScene();
    const first = await proved('/in/strong', '/in/password', '/in/second');
    expect((await first.say('/in/second', { type: 'state' })).body).toMatchObject({ mode: 'enroll' });
    const { key, answer } = await register(first, '/in/second');
    expect(answer.body).toMatchObject({ type: 'complete', data: { location: '/in/strong' } });
    // What has just been made proves no more than the password did.
    expect(await verified((await first.open('/in/strong')).location)).toMatchObject({ auth_method: 'password' });
    const second = await proved('/in/strong', '/in/password', '/in/second');
    expect((await second.say('/in/second', { type: 'state' })).body).toMatchObject({ mode: 'use' });
    const { challenge, allowCredentials } = await options(second, '/in/second');
    expect(allowCredentials).toMatchObject([{ id: key.id }]);
    await verify(second, '/in/second', key.get({ challenge }));
    const { location } = await second.open('/in/strong');
    expect(await verified(location)).toMatchObject({ userid: 'wgretzky', auth_method: 'password+passkey' });
    expect(await told('passkey.enrolled')).toMatchObject([{ user: 'wgretzky', subject: key.id }]);
  });

  it('of another person is refused', async () => {
    const { proved, options, enrolled, verify } = await passkeyScene();
    await enrolled();
    const { key } = await enrolled('mlemieux');
    const one = await proved('/in/strong', '/in/password', '/in/second');
    const { challenge } = await options(one, '/in/second');
    const { body } = await verify(one, '/in/second', key.get({ challenge }));
    expect(body).toMatchObject(unauthorized('common.other_person'));
    expect((await one.open('/in/strong')).location).toBe('/in/second');
  });

  it('is asked of the person who was looked up, whose passkeys are told to nobody', async () => {
    const { browser, options, enrolled, verify, verified } = await passkeyScene();
    const { key } = await enrolled();
    const { key: other } = await enrolled('mlemieux');
    const one = browser();
    await one.open('/n/named');
    await one.say('/n/who', { type: 'start', data: { identifier: 'wgretzky' } });
    await one.open('/n/named');
    const { challenge, allowCredentials } = await options(one, '/n/it');
    expect(allowCredentials).toEqual([]);
    const wrong = await verify(one, '/n/it', other.get({ challenge }));
    expect(wrong.body).toMatchObject(unauthorized('common.other_person'));
    await verify(one, '/n/it', key.get({ challenge: (await options(one, '/n/it')).challenge }));
    const { location } = await one.open('/n/named');
    expect(await verified(location)).toMatchObject({ userid: 'wgretzky', auth_method: 'passkey' });
  });

  it('is made by nobody who was only named', async () => {
    const { url, browser, options } = await passkeyScene();
    const one = browser();
    await one.open('/n/named');
    await one.say('/n/who', { type: 'start', data: { identifier: 'wgretzky' } });
    await one.open('/n/named');
    expect((await one.say('/n/it', { type: 'state' })).body).toMatchObject({ mode: 'use' });
    const { challenge } = await options(one, '/n/it');
    const attestation = JSON.parse(createAuthenticator(url).create({ challenge }));
    const { body } = await one.say('/n/it', { type: 'registration', data: { attestation } });
    expect(body).toMatchObject({ success: false, reason: 'not_now' });
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another domain', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['a person who was not verified', { isVerified: false }],
  ])('is not made with %s', async (_, says) => {
    const { proved, register, told } = await passkeyScene();
    const one = await proved('/in/strong', '/in/password', '/in/second');
    const { answer } = await register(one, '/in/second', undefined, says);
    expect(answer.body).toMatchObject(unauthorized());
    expect((await one.open('/in/strong')).location).toBe('/in/second');
    expect(await told('passkey.enrolled')).toEqual([]);
  });

  it('is the first one once, however many sign in at the same time', async () => {
    const { proved, register, told } = await passkeyScene();
    const flows = await Promise.all([1, 2].map(() => proved('/in/strong', '/in/password', '/in/second')));
    const made = await Promise.all(flows.map((one) => register(one, '/in/second')));
    expect(made.map(({ answer }) => answer.body['type']).sort()).toEqual(['complete', 'failure']);
    expect(await told('passkey.enrolled')).toHaveLength(1);
  });

  it('that somebody has already is nobody else’s', async () => {
    const { proved, register, enrolled } = await passkeyScene();
    const { key } = await enrolled();
    const one = await proved('/in/strong', '/in/password', '/in/second', 'mlemieux');
    expect((await register(one, '/in/second', key)).answer.body).toMatchObject(unauthorized());
  });

  it('is offered besides those there are, or skipped where the chain goes on without it', async () => {
    const { proved, options, register, enrolled, verified, told } = await passkeyScene();
    const { key } = await enrolled();
    const one = await proved('/m/more', '/m/first', '/m/another');
    expect((await one.say('/m/another', { type: 'state' })).body).toMatchObject({ mode: 'enroll', canSkip: true });
    expect((await options(one, '/m/another')).excludeCredentials).toMatchObject([{ id: key.id }]);
    expect((await register(one, '/m/another')).answer.body).toMatchObject({ type: 'complete' });
    expect(await told('passkey.enrolled')).toHaveLength(2);
    const two = await proved('/m/more', '/m/first', '/m/another');
    expect((await two.say('/m/another', { type: 'skip' })).body).toMatchObject({ data: { location: '/m/more' } });
    expect(await verified((await two.open('/m/more')).location)).toMatchObject({ auth_method: 'password' });
    const three = await proved('/in/strong', '/in/password', '/in/second');
    expect((await three.say('/in/second', { type: 'skip' })).body).toMatchObject({ success: false, reason: 'not_now' });
  });
});

it('uses passkeys at the configured addresses only', async () => {
  const at = (more: object) =>
    passkeyAuthenticators.map((each) => (each.id === 'key' ? { ...each, config: { ...each.config, ...more } } : each));
  const { browser } = await passkeyScene({
    authenticators: at({ rp_id: 'example.org', origins: ['https://login.example.org'] }),
  });
  const one = browser();
  await one.open('/key');
  for (const type of ['state', 'options']) {
    expect((await one.say('/key', { type })).body).toMatchObject({
      type: 'failure',
      status: 'ERROR',
      data: { message: { text: 'passkey.elsewhere' } },
    });
  }
  const wrong = (more: object) => startTestServer({ ...passkeyConfig, authenticators: at(more) });
  await expect(wrong({ rp_id: 'example.org', origins: ['https://example.com'] })).rejects.toThrow(
    'neither rp_id nor below',
  );
  await expect(wrong({ enroll: 'missing' })).rejects.toThrow('"key": needs a Chain');
});
