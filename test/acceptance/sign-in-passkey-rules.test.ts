import { describe, expect, it } from 'vitest';
import { accountOf } from '../../src/core/account.ts';
import { createPasskeyAdministration } from '../../src/methods/passkey/index.ts';
import { enrolPasskey, maxPasskeys } from '../../src/methods/passkey/keys.ts';
import { createAuthenticator } from '../support/passkey-authenticator.ts';
import { passkeyAuthenticators, passkeyConfig, passkeyScene, unauthorized } from '../support/passkey-pages.ts';
import { startTestServer } from '../support/server.ts';
import { askAt } from '../support/sign-in-at.ts';

type Scene = Awaited<ReturnType<typeof passkeyScene>>;
type Key = ReturnType<typeof createAuthenticator>;

const origin = { trace: 'a'.repeat(32) };
const ownerOf = (user: string) => ({ realm: 'default', user, origin });
const made = { publicKey: 'AAAA', counter: 0, rpId: 'localhost', isFirst: false };

/** Signs in with the passkey alone; tells what was answered. */
async function use({ browser, options, verify }: Scene, key: Key, says: object = {}, path = '/key') {
  const one = browser();
  await one.open(path);
  const { challenge } = await options(one, path);
  return (await verify(one, path, key.get({ challenge, ...says }))).body;
}

/** Why passkeys were refused so far. */
const reasons = async ({ told }: Scene) => (await told('WEB_100023')).map(({ reason }) => reason);

describe('the counter of a passkey', () => {
  it('may stay at nothing for ever, as that of a passkey that is kept on several devices', async () => {
    const scene = await passkeyScene();
    const { key } = await scene.enrolled();
    for (const _ of [1, 2]) expect(await use(scene, key, { counter: 0 })).toMatchObject({ type: 'complete' });
    expect(await use(scene, key, { counter: 1 })).toMatchObject({ type: 'complete' });
  });

  it.each([9, 8, 0])('is not taken once it was at nine: %i', async (counter) => {
    const scene = await passkeyScene();
    const { key } = await scene.enrolled();
    await use(scene, key, { counter: 9 });
    expect(await use(scene, key, { counter })).toMatchObject(unauthorized());
    expect(await reasons(scene)).toEqual(['counter']);
    expect(await scene.told('passkey.counter-back')).toHaveLength(1);
    expect(await use(scene, key, { counter: 10 })).toMatchObject({ type: 'complete' });
  });
});

it('opens without a handle for somebody who was named, as a security key may have none to tell', async () => {
  const scene = await passkeyScene();
  const { key } = await scene.enrolled();
  const one = scene.browser();
  await one.open('/n/named');
  await one.say('/n/who', { type: 'start', data: { identifier: 'wgretzky' } });
  await one.open('/n/named');
  const { challenge } = await scene.options(one, '/n/it');
  const { body } = await scene.verify(one, '/n/it', key.get({ challenge, userHandle: undefined }));
  expect(body).toMatchObject({ type: 'complete' });
});

describe('a passkey opens nothing', () => {
  it('once it was taken away, however long before its page was opened', async () => {
    const scene = await passkeyScene();
    const { key } = await scene.enrolled();
    const one = scene.browser();
    await one.open('/key');
    const { challenge } = await scene.options(one, '/key');
    const { ports } = scene.server.portvakt;
    await createPasskeyAdministration('default', origin, ports).remove('wgretzky', key.id);
    expect((await scene.verify(one, '/key', key.get({ challenge }))).body).toMatchObject(unauthorized());
    expect(await reasons(scene)).toEqual(['unknown']);
  });

  it('while its person is locked', async () => {
    const { realms } = passkeyConfig as { readonly realms: { readonly default: object } };
    const scene = await passkeyScene({ realms: { default: { ...realms.default, attempts: { limit: 1 } } } });
    const { key } = await scene.enrolled();
    const guesser = scene.browser();
    await guesser.open('/in/strong');
    await guesser.say('/in/password', { type: 'start', data: { identifier: 'wgretzky', password: 'wrong' } });
    expect(await use(scene, key)).toMatchObject(unauthorized());
    expect(await reasons(scene)).toEqual(['locked']);
  });

  it('at another domain than it was made for, where it is not counted either', async () => {
    const scene = await passkeyScene();
    const { key } = await scene.enrolled();
    await scene.server.portvakt.ports.store.change(accountOf('default', 'wgretzky'), (account) => {
      const { [key.id]: kept } = account?.passkeys ?? {};
      if (kept === undefined) throw new Error('it was made');
      return { next: { ...account, passkeys: { [key.id]: { ...kept, rpId: 'example.org' } } }, result: undefined };
    });
    expect(await use(scene, key)).toMatchObject(unauthorized());
    expect(await reasons(scene)).toEqual(['unknown']);
    const one = await scene.proved('/in/strong', '/in/password', '/in/second');
    expect((await one.say('/in/second', { type: 'state' })).body).toMatchObject({ mode: 'enroll' });
    expect((await scene.options(one, '/in/second')).excludeCredentials).toEqual([]);
  });

  it('for somebody who is in no directory any more', async () => {
    const scene = await passkeyScene();
    const { key, handle } = await scene.enrolled();
    const { store } = scene.server.portvakt.ports;
    const account = await store.read(accountOf('default', 'wgretzky'));
    const { [key.id]: kept } = account?.passkeys ?? {};
    const { ports } = scene.server.portvakt;
    await createPasskeyAdministration('default', origin, ports).remove('wgretzky', key.id);
    const theirs = { ...made, id: key.id, publicKey: kept?.publicKey ?? '', handle };
    await store.change(accountOf('default', 'ghost'), enrolPasskey(ownerOf('ghost'), theirs));
    expect(await use(scene, key)).toMatchObject(unauthorized());
    expect(await reasons(scene)).toEqual(['nobody']);
  });

  it('in another realm', async () => {
    const { realms, tenants } = passkeyConfig as {
      readonly realms: { readonly default: object };
      readonly tenants: object;
    };
    const elsewhere = { tenant: 't2', context_path: '/elsewhere', success_location: '/out', token_delivery: 'query' };
    const scene = await passkeyScene({
      realms: { ...realms, other: realms.default },
      tenants: {
        t1: { ...Object.values(tenants)[0], realm: 'default' },
        t2: {
          realm: 'other',
          operations: ['verifyUser'],
          callers: [{ basic: { username: 'other', password: 'demo-secret' } }],
        },
      },
      authenticators: [...passkeyAuthenticators, { id: 'elsewhere', type: 'Passkey', config: elsewhere }],
    });
    const { key } = await scene.enrolled();
    expect(await use(scene, key, {}, '/elsewhere')).toMatchObject(unauthorized());
    expect(await reasons(scene)).toEqual(['unknown']);
    expect(await use(scene, key)).toMatchObject({ type: 'complete' });
  });
});

describe('making a passkey', () => {
  const another = (scene: Scene) => scene.proved('/m/more', '/m/first', '/m/another');

  it('needs somebody who was proved, not merely named', async () => {
    const other = {
      it: { enroll: 'always' },
      // Without the last one nobody could sign in by it, and it would be refused at the start.
      named: { chain: [{ id: 'who' }, { id: 'it' }, { id: 'after' }] },
    };
    const always = passkeyAuthenticators.map(({ id, config, ...rest }) => ({
      ...rest,
      id,
      config: { ...config, ...other[id as keyof typeof other] },
    }));
    const after = { id: 'after', type: 'UserNameAndPassword', config: { tenant: 't1', base_path: '/n' } };
    const { browser } = await passkeyScene({ authenticators: [...always, after] });
    const one = browser();
    await one.open('/n/named');
    await one.say('/n/who', { type: 'start', data: { identifier: 'wgretzky' } });
    await one.open('/n/named');
    for (const type of ['state', 'options']) {
      expect((await one.say('/n/it', { type })).body).toMatchObject({
        type: 'failure',
        status: 'ERROR',
        data: { message: { text: 'passkey.not_proved' } },
      });
    }
  });

  it('is not what a challenge to use one is for, nor the other way round', async () => {
    const scene = await passkeyScene();
    const { key } = await scene.enrolled();
    const one = await another(scene);
    const { challenge } = await scene.options(one, '/m/another');
    const { body } = await scene.verify(one, '/m/another', key.get({ challenge }));
    expect(body).toMatchObject({ success: false, reason: 'not_now' });
    const two = scene.browser();
    await two.open('/key');
    const asked = await scene.options(two, '/key');
    const attestation = JSON.parse(createAuthenticator(scene.url).create(asked));
    const made = await two.say('/key', { type: 'registration', data: { attestation } });
    expect(made.body).toMatchObject({ success: false, reason: 'not_now' });
  });

  it('gives a person one handle, however many are made at the same time', async () => {
    const scene = await passkeyScene();
    const flows = await Promise.all([another(scene), another(scene)]);
    const made = [];
    const offers = await Promise.all(flows.map((one) => scene.options(one, '/m/another')));
    for (const [index, one] of flows.entries()) {
      const { challenge = '', user } = offers[index] ?? {};
      const key = createAuthenticator(scene.url);
      const attestation = JSON.parse(key.create({ challenge, userHandle: user?.id }));
      made.push((await one.say('/m/another', { type: 'registration', data: { attestation } })).body['type']);
    }
    expect(made).toEqual(['complete', 'failure']);
  });

  // Seen to fail without the look at the moment of writing; two that never had one differ in their handles besides.
  it('that is missing makes one, for somebody who had one before', async () => {
    const scene = await passkeyScene();
    const { key } = await scene.enrolled();
    const { ports } = scene.server.portvakt;
    await createPasskeyAdministration('default', origin, ports).remove('wgretzky', key.id);
    const both = [1, 2].map(() => scene.proved('/in/strong', '/in/password', '/in/second'));
    const flows = await Promise.all(both);
    const made = await Promise.all(flows.map((one) => scene.register(one, '/in/second')));
    expect(made.map(({ answer }) => answer.body['type']).sort()).toEqual(['complete', 'failure']);
  });

  it('does not put a key in the place of one that the person has', async () => {
    const scene = await passkeyScene();
    const { key } = await scene.enrolled();
    await use(scene, key, { counter: 9 });
    expect((await scene.register(await another(scene), '/m/another', key)).answer.body).toMatchObject(unauthorized());
    expect(await use(scene, key, { counter: 5 })).toMatchObject(unauthorized());
  });

  it('ends with as many as a person may have', async () => {
    const scene = await passkeyScene();
    const { handle } = await scene.enrolled();
    const { store } = scene.server.portvakt.ports;
    const give = (id: string) =>
      store.change(accountOf('default', 'wgretzky'), enrolPasskey(ownerOf('wgretzky'), { ...made, id, handle }));
    for (let count = 1; count < maxPasskeys - 1; count += 1) await give(`key-${count}`);
    expect((await scene.register(await another(scene), '/m/another')).answer.body).toMatchObject({ type: 'complete' });
    expect((await scene.register(await another(scene), '/m/another')).answer.body).toMatchObject(unauthorized());
  });

  it('is offered to a person of the directory, without saying who it is by the handle', async () => {
    const scene = await passkeyScene();
    const { user } = await scene.options(await another(scene), '/m/another');
    expect(user).toMatchObject({ name: 'wgretzky', id: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) });
  });
});

describe('the domain of passkeys', () => {
  const at = (more: object) =>
    passkeyAuthenticators.map((each) => (each.id === 'key' ? { ...each, config: { ...each.config, ...more } } : each));

  it.each([
    ['is', 'login.example.org', 'ABOUT_TO_START'],
    ['is', 'example.org', 'ABOUT_TO_START'],
    ['is not', 'notexample.org', 'ERROR'],
    ['is not', 'example.org.evil.example', 'ERROR'],
  ])('%s that of a page at %s', async (_, host, status) => {
    const { url } = await passkeyScene({ authenticators: at({ rp_id: 'example.org' }) });
    const { cookies } = await askAt(url, '/key', { host });
    const cookie = cookies[0]?.split(';')[0] ?? '';
    const answer = await askAt(url, '/key', { host, origin: `https://${host}`, cookie }, { type: 'state' });
    expect(JSON.parse(answer.body)).toMatchObject({ status });
  });

  it('is not enough at an origin that is not configured', async () => {
    const { browser } = await passkeyScene({
      authenticators: at({ rp_id: 'localhost', origins: ['https://localhost'] }),
    });
    const one = browser();
    await one.open('/key');
    expect((await one.say('/key', { type: 'state' })).body).toMatchObject({ status: 'ERROR' });
  });
});

it('no operation of one’s own can take the place of the page: it would choose challenge and origin itself', async () => {
  const mine = { summary: 'Of one’s own.', steps: [{ step: 'passkey/verify' }] };
  await expect(startTestServer({ ...passkeyConfig, operations: { mine } })).rejects.toThrow('passkey/verify');
});
