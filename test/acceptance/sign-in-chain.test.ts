import { describe, expect, it } from 'vitest';
import { accountOf } from '../../src/core/account.ts';
import { shownCode } from '../../src/methods/otp-token/index.ts';
import { rfcSeed, sharedServer, simpleConfig } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const out = { success_location: 'https://app.example.org/signed-in', token_delivery: 'query' };
const app = out.success_location;
const base = { tenant: 't1', base_path: '/access/authn' };
const people = {
  wgretzky: {
    password: 'right',
    attributes: { mail: 'w@example.org', mobile: '+46701740605' },
    tokens: [{ type: 'hotp', id: 'h1', secret: rfcSeed }],
  },
};
const choice = (target: string, more: object = {}) => ({ id: `to-${target}`, target, label: target, ...more });
const server = sharedServer(
  simpleConfig(people, {
    tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
    realms: { default: { directories: [{ type: 'built-in', people }], attempts: { limit: 50 } } },
    messages: { gateways: [{ log: {} }] },
    authenticators: [
      {
        id: 'chain',
        type: 'Chain',
        config: { ...base, success_location: app, token_delivery: 'query', chain: [{ id: 'choose' }, { id: 'code' }] },
      },
      {
        id: 'choose',
        type: 'Selector',
        config: {
          ...base,
          options: [
            choice('pw'),
            choice('never', { include_expr: { 'exports.nothing': { present: true } } }),
            choice('lookup'),
          ],
        },
      },
      {
        id: 'pw',
        type: 'UserNameAndPassword',
        config: { ...base, exports: [{ name: 'greeting', value: 'hello ${exports.username}' }] },
      },
      { id: 'never', type: 'UserNameAndPassword', config: base },
      { id: 'lookup', type: 'UserLookup', config: base },
      { id: 'code', type: 'OTPValidator', config: base },
      {
        id: 'sms-chain',
        type: 'Chain',
        config: {
          ...base,
          base_path: '/texted',
          success_location: app,
          token_delivery: 'query',
          chain: [
            { id: 'who', order: 1 },
            { id: 'sms', order: 2 },
          ],
        },
      },
      { id: 'who', type: 'UserLookup', config: { ...base, base_path: '/texted' } },
      { id: 'sms', type: 'OTPValidator', config: { ...base, base_path: '/texted', by: 'sms' } },
    ],
  }),
);
const start = (identifier: string, password: string) => ({ type: 'start', data: { identifier, password } });
const tokenIn = (location: unknown) => new URL(String(location)).searchParams.get('access_token') ?? '';

async function verified(location: unknown) {
  const { status, body } = await server().put('verifyUser', { access_token: tokenIn(location) });
  return { status, ...body };
}

async function opened(path: string) {
  const browser = signInBrowser(server().url);
  await browser.open(path);
  return browser;
}

async function hotp(user: string): Promise<string> {
  const { ports } = server().portvakt;
  const account = await ports.store.read(accountOf('default', user));
  const [[id, token] = []] = Object.entries(account?.tokens ?? {});
  if (id === undefined || token === undefined) throw new Error('no token');
  return shownCode('default', user, id, token, ports.clock.now(), ports.vault).code ?? '';
}

describe('a chain', () => {
  const code = '/access/authn/code';
  it('goes through a choice and a code, one after the other', async () => {
    const { open, say } = await opened('/access/authn/chain');
    expect((await open('/access/authn/chain')).location).toBe('/access/authn/choose');
    await open('/access/authn/choose');
    const { body } = await say('/access/authn/choose', { type: 'init' });
    expect(body.data['options']).toEqual([
      { id: 'to-pw', label: 'pw', type: 'UserNameAndPassword' },
      { id: 'to-lookup', label: 'lookup', type: 'UserLookup' },
    ]);
    expect(
      (await say('/access/authn/choose', { type: 'action', data: { id: 'to-never' } })).body.data['location'],
    ).toBeUndefined();
    expect((await say('/access/authn/choose', { type: 'action', data: { id: 'to-pw' } })).body.data['location']).toBe(
      '/access/authn/pw',
    );
    expect((await say('/access/authn/pw', start('wgretzky', 'right'))).body).toMatchObject({
      type: 'complete',
      data: { location: '/access/authn/choose' },
    });
    expect((await open('/access/authn/choose')).location).toBe('/access/authn/chain');
    expect((await open('/access/authn/chain')).location).toBe(code);
    const done = await say(code, { type: 'start', data: { otp: await hotp('wgretzky') } });
    expect(done.body).toMatchObject({ type: 'complete', data: { location: '/access/authn/chain' } });
    const { location } = await open('/access/authn/chain');
    expect(await verified(location)).toMatchObject({
      userid: 'wgretzky',
      auth_method: 'password+otp',
    });
  });

  it('lets nobody skip an item, nor come to one without having been sent', async () => {
    const { open, say } = await opened('/access/authn/chain');
    expect((await open(code)).location).toBe('/access/authn/chain');
    expect(await say(code, { type: 'start', data: { otp: '000000' } })).toMatchObject({
      status: 403,
      body: { reason: 'no_session' },
    });
    expect((await say('/access/authn/chain', { type: 'state' })).body).toMatchObject({
      success: false,
      reason: 'unknown_type',
    });
  });

  it('begins anew when somebody cancels, so that a name that was typed wrong can be typed once more', async () => {
    const { say, open } = await opened('/texted/sms-chain');
    await say('/texted/who', { type: 'start', data: { identifier: 'wgretzky' } });
    expect((await open('/texted/sms-chain')).location).toBe('/texted/sms');
    expect((await say('/texted/sms', { type: 'cancel' })).body.data['location']).toBe('/texted/sms-chain');
    expect((await open('/texted/sms-chain')).location).toBe('/texted/who');
  });

  it('is back at the choice when somebody cancels there', async () => {
    const { open, say } = await opened('/access/authn/chain');
    await open('/access/authn/choose');
    await say('/access/authn/choose', { type: 'action', data: { id: 'to-pw' } });
    expect((await say('/access/authn/pw', { type: 'cancel' })).body.data['location']).toBe('/access/authn/chain');
    expect((await open('/access/authn/chain')).location).toBe('/access/authn/choose');
    expect((await say('/access/authn/choose', { type: 'init' })).body.data['options']).toHaveLength(2);
  });

  it('sends one code to the person who was looked up, and takes that one only', async () => {
    const { open, say } = await opened('/texted/sms-chain');
    expect((await open('/texted/sms-chain')).location).toBe('/texted/who');
    await say('/texted/who', { type: 'start', data: { identifier: 'wgretzky' } });
    expect((await open('/texted/sms-chain')).location).toBe('/texted/sms');
    const outbox = server().portvakt.messages.outbox;
    const before = outbox()?.length ?? 0;
    for (const _ of [1, 2])
      expect((await say('/texted/sms', { type: 'state' })).body).toMatchObject({ status: 'ABOUT_TO_START', by: 'sms' });
    const messages = outbox() ?? [];
    expect(messages.length - before).toBe(1);
    const [, otp = ''] = /(\d{6}) is your code/.exec(JSON.stringify(messages.at(-1))) ?? [];
    await say('/texted/sms', { type: 'start', data: { otp: '000' } });
    await say('/texted/sms', { type: 'start', data: { otp } });
    const { location } = await open('/texted/sms-chain');
    expect(await verified(location)).toMatchObject({ userid: 'wgretzky', auth_method: 'otp' });
  });
});
