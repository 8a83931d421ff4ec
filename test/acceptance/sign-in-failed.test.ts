import { describe, expect, it } from 'vitest';
import { sharedEidServer, somebody } from '../support/eids.ts';
import { simpleConfig, startTestServer } from '../support/server.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const out = { success_location: 'https://app.example.org/', token_delivery: 'query' };
const link = { identity: 'personalNumber', attribute: 'personalNumber', spelling: 'personal-number' };
const under = (base: string) => ({ tenant: 't1', base_path: `/${base}` });
const never = { include_expr: { 'exports.nothing': { present: true } } };
const option = (target: string, more: object = {}) => ({ id: `to-${target}`, target, label: target, ...more });
const people = { astrid: { password: 'right', attributes: { personalNumber: somebody.personalNumber } } };
const server = sharedEidServer({
  realms: { default: { directories: [{ type: 'built-in', people }] } },
  authenticators: [
    {
      id: 'empty',
      type: 'Selector',
      config: { ...under('a'), ...out, auto_complete: true, options: [option('hidden', never)] },
    },
    { id: 'hidden', type: 'UserNameAndPassword', config: under('a') },
    {
      id: 'named',
      type: 'Chain',
      config: {
        ...under('b'),
        ...out,
        chain: [{ id: 'who' }, { id: 'maybe', required: false }],
        require_subject: false,
      },
    },
    { id: 'who', type: 'UserLookup', config: under('b') },
    { id: 'maybe', type: 'UserNameAndPassword', config: { ...under('b'), allowed_retries: 0 } },
    { id: 'row', type: 'Chain', config: { ...under('c'), ...out, chain: [{ id: 'choose' }] } },
    { id: 'choose', type: 'Selector', config: { ...under('c'), options: [option('password'), option('bank')] } },
    { id: 'password', type: 'UserNameAndPassword', config: { ...under('c'), allowed_retries: 9 } },
    { id: 'bank', type: 'BidOnOtherDevice', config: { ...under('c'), internal_http_destination: 'default', link } },
    {
      id: 'alone',
      type: 'BidOnOtherDevice',
      config: { tenant: 't1', context_path: '/alone', ...out, internal_http_destination: 'default', link },
    },
  ],
});
const say = (identifier: string, password?: string) => ({ type: 'start', data: { identifier, password } });

describe('a sign-in that has failed, and has no place of its own for that', () => {
  it('is told by a page, not by going round and round', async () => {
    const { open } = signInBrowser(server().url);
    expect(await open('/a/empty')).toMatchObject({ status: 303, location: '/a/empty/failed#common.not_signed_in' });
    expect(await (await open('/a/empty/failed/page.json')).text).toContain('"id":"empty"');
  });

  it('is told by a page when a name was found, and nothing was proved', async () => {
    const browser = signInBrowser(server().url);
    await browser.open('/b/named');
    await browser.say('/b/who', say('astrid'));
    await browser.open('/b/named');
    await browser.say('/b/maybe', say('astrid', 'wrong'));
    expect((await browser.open('/b/named')).location).toBe('/b/named/failed#common.not_signed_in');
    expect((await browser.open('/b/named')).location).toBe('/b/who');
  });
});

describe('somebody who is locked', () => {
  const bank = async (browser: ReturnType<typeof signInBrowser>, path: string) => {
    await browser.say(path, { type: 'start', data: {} });
    await server().act('bankid', 'approve', server().newest('bankid'));
    server().pass(2);
    return (await browser.say(path, { type: 'state' })).body;
  };

  it('is told so instead of being sent out with a session that is none', async () => {
    const opened = async () => (await server().events()).filter(({ event }) => event === 'session.opened').length;
    const before = await opened();
    const browser = signInBrowser(server().url);
    for (const path of ['/c/row', '/c/choose', '/alone']) await browser.open(path);
    const pick = (id: string) => browser.say('/c/choose', { type: 'action', data: { id: `to-${id}` } });
    await pick('password');
    for (const _ of [1, 2, 3, 4, 5]) await browser.say('/c/password', say('astrid', 'wrong'));
    expect(await bank(browser, '/alone')).toMatchObject({
      type: 'failure',
      data: { message: { text: 'common.person_locked' }, location: '/alone' },
    });
    await pick('bank');
    expect(await bank(browser, '/c/bank')).toMatchObject({ type: 'complete', data: { location: '/c/choose' } });
    expect((await browser.open('/c/choose')).location).toBe('/c/row');
    expect((await browser.open('/c/row')).location).toBe('/c/row/failed#common.person_locked');
    expect(await opened()).toBe(before);
  });
});

describe('at the start', () => {
  const faultsOf = (authenticators: readonly object[]) =>
    startTestServer(simpleConfig({}, { authenticators })).then(
      () => '',
      (error: Error) => error.message,
    );
  const chain = (items: readonly object[]) => [
    { id: 'top', type: 'Chain', config: { ...under('x'), ...out, chain: items.map((_, n) => ({ id: `i${n}` })) } },
    ...items.map((item, n) => ({ id: `i${n}`, config: under('x'), ...item })),
  ];

  it.each([
    ['a look-up alone', [{ id: 'top', type: 'UserLookup', config: { tenant: 't1', context_path: '/x', ...out } }]],
    ['a code alone', [{ id: 'top', type: 'OTPValidator', config: { tenant: 't1', context_path: '/x', ...out } }]],
    ['a chain of a look-up', chain([{ type: 'UserLookup' }])],
    ['a code before the look-up', chain([{ type: 'OTPValidator' }, { type: 'UserLookup' }])],
    [
      'a passkey that is always made',
      chain([{ type: 'UserLookup' }, { type: 'Passkey', config: { ...under('x'), enroll: 'always' } }]),
    ],
  ])('refuses what could sign in nobody: %s', async (_, authenticators) => {
    expect(await faultsOf(authenticators)).toContain('authenticator "top": proves nobody');
  });

  it('takes what proves somebody', async () => {
    expect(await faultsOf(chain([{ type: 'UserLookup' }, { type: 'OTPValidator' }]))).toBe('');
  });

  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'])(
    'refuses an authenticator that is called %s',
    async (id) => {
      const config = { tenant: 't1', context_path: '/x', ...out };
      expect(await faultsOf([{ id, type: 'UserNameAndPassword', config }])).toContain('authenticators[0].id');
    },
  );
});
