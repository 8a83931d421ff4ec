import { describe, expect, it } from 'vitest';
import { transactionPorts } from '../../../test/support/transactions.ts';
import { qrCodes } from '../../adapters/qr-codes.ts';
import { createSignIn } from '../../authenticators/sign-in.ts';
import { createSite } from '../../authenticators/site.ts';
import { wayBackTo } from '../../authenticators/way-back.ts';
import { type AuthenticatorTypeName, authenticatorSchema } from '../../core/authenticator-settings.ts';
import { createBackends } from '../../core/backend.ts';
import { bind } from '../../core/bind.ts';
import { Problem } from '../../core/problem.ts';
import { steps as commonSteps } from '../../steps/index.ts';
import { niasOnOtherDevice, niasOnSameDevice } from './authenticator.ts';
import type { NetIdBackend, Started } from './backend.ts';
import { type Collected, newsOf, newsOfMiss } from './news.ts';
import { steps } from './steps.ts';
import { niasStatuses, wordInFault } from './wire.ts';

const asked = '197001011234';
const rules = {
  personalNumbers: 'twelve-digits' as const,
  certificateRequired: false,
  skewMs: 0,
  reader: { hasAuthorities: false, read: () => undefined },
};
const types = [niasOnOtherDevice, niasOnSameDevice];
const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1';

/** A server that says what the test tells it to: the connection’s far end, above its wire. */
function scripted(now: () => number) {
  const far = {
    orders: [] as string[],
    start: { ref: 'ref-1' } as Started | 'silent',
    collected: undefined as Collected | undefined,
  };
  const backend: NetIdBackend = {
    intervalMs: 1000,
    leaseMs: 5000,
    lifetimeSeconds: 900,
    personalNumbers: 'twelve-digits',
    startLink: 'netid:///',
    async authenticate(whom) {
      far.orders.push(whom);
      if (far.start === 'silent') throw new Problem('vendor-timeout', 'no answer');
      return far.start;
    },
    async collect(order, transaction) {
      return far.collected === undefined
        ? newsOfMiss(transaction, 3)
        : newsOf(far.collected, transaction, order, now(), rules);
    },
  };
  return { far, backend };
}

async function page(type: AuthenticatorTypeName = 'NiasOnOtherDevice', userAgent = 'Test') {
  const { ports: some, pass, events } = transactionPorts();
  const { far, backend } = scripted(some.clock.now);
  const config = {
    tenant: 't1',
    context_path: '/nias',
    success_location: 'https://app.example/',
    token_delivery: 'query',
    internal_http_destination: 'default',
    custom_identifier: 'tag',
  };
  const settings = authenticatorSchema.parse({ id: 'nias', type, config });
  const messages = { sms: async () => {}, mail: async () => {} };
  const ports = {
    ...some,
    messages,
    qrCodes,
    realms: new Map(),
    backends: createBackends({ netid: new Map([['default', backend]]) }),
  };
  const site = createSite([settings], types, {
    realmOf: () => 'default',
    operationsOf: (each) =>
      bind(niasOnOtherDevice.operations(each) as Parameters<typeof bind>[0], [...commonSteps, ...steps]).operations,
  });
  const signIn = createSignIn(site, ports);
  const request = {
    id: 'nias',
    headers: { host: 'idp.example', origin: 'https://idp.example', 'user-agent': userAgent },
    address: '192.0.2.1',
    mayBegin: () => {},
    mayOrder: () => true,
    trace: 'b'.repeat(32),
  };
  const { cookie } = await signIn.page({ ...request, cookie: undefined });
  const say = async (kind: string, data: object = {}) => {
    const body = Buffer.from(JSON.stringify({ type: kind, data }));
    const answer = await signIn.message({ ...request, cookie, body });
    return answer.body as Record<string, unknown> & { readonly data: Record<string, unknown> };
  };
  const web = async () => (await events()).filter((event) => event.startsWith('WEB_'));
  const poll = (collected?: Collected) => {
    far.collected = collected;
    pass(1000);
    return say('state');
  };
  return { far, say, poll, pass, web, ports, start: () => say('start', { identifier: asked }) };
}

const progress = (progressStatus: string): Collected => ({ result: { progressStatus, userInfo: {}, deviceInfo: {} } });
const userInfo = {
  personalNumber: asked,
  name: 'A B',
  givenName: 'A',
  surname: 'B',
  userId: 'u1',
  certificate: undefined,
};
const { certificate: _, ...known } = userInfo;
const complete = (more: object = {}): Collected => ({
  result: {
    progressStatus: 'COMPLETE',
    userInfo: { ...known, ...more },
    deviceInfo: { address: '198.51.100.7', name: 'Phone', version: '1' },
  },
});
const began = 'WEB_100009';
const pendingWords = ['OUTSTANDING_TRANSACTION', 'PENDING', 'USER_SIGN'];
const endedWords = ['USER_CANCEL', 'CANCELLED', 'EXPIRED_TRANSACTION'];
// No server says this one: it is what other words are told as.
const words = niasStatuses.filter((word) => word !== 'UNKNOWN' && word !== 'COMPLETE');

describe('every value of niasStatus', () => {
  it.each(words)('as progress: %s', async (word) => {
    const { start, poll, web } = await page();
    await start();
    const answer = await poll(progress(word));
    if (pendingWords.includes(word)) {
      expect(answer).toMatchObject({ type: 'state', status: 'PENDING', niasStatus: word });
      expect(await web()).toEqual([began]);
      return;
    }
    expect(answer).toMatchObject({ success: true, type: 'failure', status: 'FREJA_ERROR', niasStatus: word });
    expect(answer.data).toMatchObject({
      status: 'FREJA_ERROR',
      niasStatus: word,
      message: { text: `nias.${word.toLowerCase()}` },
    });
    expect(await web()).toEqual([began, `${endedWords.includes(word) ? 'WEB_100012' : 'WEB_100011'} ${word}`]);
  });

  it.each(words.filter((word) => !pendingWords.includes(word)))('as a fault of Collect: %s', async (word) => {
    const { start, poll, web } = await page();
    await start();
    expect(await poll({ fault: wordInFault(`Server: ${word}`) })).toMatchObject({
      status: 'FREJA_ERROR',
      niasStatus: word,
    });
    expect(await web()).toEqual([began, `${endedWords.includes(word) ? 'WEB_100012' : 'WEB_100011'} ${word}`]);
  });

  it.each(words.filter((word) => !pendingWords.includes(word)))('as a fault of Authenticate: %s', async (word) => {
    const { far, start, web } = await page();
    far.start = { refusal: wordInFault(word) };
    expect(await start()).toMatchObject({ status: 'FREJA_ERROR', niasStatus: word });
    expect(await web()).toEqual([`WEB_100011 ${word}`]);
  });

  it('is UNKNOWN for a word nobody knows, told with the event', async () => {
    const { far, start, poll, web } = await page();
    await start();
    expect(await poll(progress('CERTIFICATE_ERR'))).toMatchObject({ status: 'FREJA_ERROR', niasStatus: 'UNKNOWN' });
    far.start = { refusal: 'CARD_ON_FIRE' };
    expect(await start()).toMatchObject({ status: 'FREJA_ERROR', niasStatus: 'UNKNOWN' });
    expect(await web()).toEqual([began, 'WEB_100011 CERTIFICATE_ERR', 'WEB_100011 CARD_ON_FIRE']);
  });

  it.each([
    ['as progress', 'CARD_ON_FIRE', progress('CARD_ON_FIRE')],
    ['as a fault', 'CARD_ON_FIRE', { fault: wordInFault('CARD_ON_FIRE') }],
    ['as progress', 'FAILED', progress('FAILED')],
    ['as a fault', 'FAILED', { fault: wordInFault('Server: FAILED') }],
  ])('is UNKNOWN for what is not on the list, told with the event: %s, %s', async (_, word, collected) => {
    const { start, poll, web } = await page();
    await start();
    expect(await poll(collected)).toMatchObject({ status: 'FREJA_ERROR', niasStatus: 'UNKNOWN' });
    expect(await web()).toEqual([began, `WEB_100011 ${word}`]);
  });

  it('is UNKNOWN for FAILED at the start as well', async () => {
    const { far, start, web } = await page();
    far.start = { refusal: wordInFault('FAILED') };
    expect(await start()).toMatchObject({ status: 'FREJA_ERROR', niasStatus: 'UNKNOWN' });
    expect(await web()).toEqual(['WEB_100011 FAILED']);
  });
});

describe('on another device', () => {
  it('completes with the person, at the application, and repeats that', async () => {
    const { start, poll, say, web } = await page();
    expect(await say('state')).toEqual({
      success: true,
      type: 'state',
      status: 'ABOUT_TO_START',
      data: { status: 'ABOUT_TO_START' },
    });
    const begun = await start();
    expect(begun).toMatchObject({
      type: 'start',
      status: 'PENDING',
      niasStatus: 'OUTSTANDING_TRANSACTION',
      authRef: expect.any(String),
    });
    const answer = await poll(complete());
    expect(answer).toMatchObject({
      type: 'complete',
      status: 'COMPLETED',
      niasStatus: 'COMPLETE',
      authRef: begun['authRef'],
    });
    expect(answer.data['location']).toMatch(/^https:\/\/app\.example\/\?access_token=/);
    expect(await say('start', { identifier: asked })).toMatchObject({
      type: 'complete',
      niasStatus: 'COMPLETE',
      data: { location: answer.data['location'] },
    });
    expect(await web()).toEqual([began, 'WEB_100010']);
  });

  it('leaves the trace of the flow, the device’s address and the tag in the event', async () => {
    const { start, poll, ports } = await page();
    await start();
    await poll(complete());
    const entries = (await ports.store.events(0, 100)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    const done = entries.find(({ event }) => event === 'WEB_100010');
    expect(done).toMatchObject({ trace: 'b'.repeat(32), address: '198.51.100.7', subject: 'tag' });
    expect(entries.find(({ event }) => event === began)).toMatchObject({ address: '192.0.2.1' });
  });

  it('asks nobody for an identifier that cannot be right', async () => {
    const { far, say, web } = await page();
    for (const identifier of [
      undefined,
      7,
      '',
      '  ',
      'x'.repeat(256),
      '7001011234',
      '19700101-123',
      '1970 0101 12345',
    ]) {
      const answer = await say('start', { identifier });
      expect(answer).toMatchObject({
        success: true,
        type: 'failure',
        status: 'ERROR',
        niasStatus: 'INVALID_PARAMETERS',
      });
      expect(answer.data).toMatchObject({ message: { text: 'niasood.identifier_invalid' } });
    }
    expect([far.orders, await web()]).toEqual([[], []]);
  });

  it('takes a number however it is written, and anything else as it is', async () => {
    const { far, say } = await page();
    for (const identifier of ['19700101-1234', ' 1970 0101 1234 ', 'a.b@example.org', 'SE2321000016-1']) {
      await say('start', { identifier });
      await say('cancel');
    }
    expect(far.orders).toEqual([asked, asked, 'a.b@example.org', 'SE2321000016-1']);
  });

  it('places one order for two starts, and another for another person', async () => {
    const { far, say, start, web } = await page();
    await Promise.all([start(), start()]);
    expect(far.orders).toEqual([asked]);
    await say('start', { identifier: '197001019999' });
    expect(far.orders).toHaveLength(2);
    expect(await web()).toEqual([began, 'WEB_100012 local: cancel', began]);
  });

  it('never takes a reference from the page', async () => {
    const { say, poll, start } = await page();
    const other = await page();
    const { authRef } = await other.start();
    expect(await say('state', { authRef, id: authRef })).toMatchObject({ status: 'ABOUT_TO_START' });
    await start();
    expect((await poll(progress('PENDING')))['authRef']).not.toBe(authRef);
  });

  it('starts anew after an error', async () => {
    const { start, poll } = await page();
    await start();
    await poll(progress('USER_CANCEL'));
    expect(await start()).toMatchObject({ type: 'start', status: 'PENDING' });
  });

  it('forgets an order that is cancelled, in every state, and tells the event only if there was one', async () => {
    const { say, start, poll, web } = await page();
    const idle = {
      success: true,
      type: 'cancel',
      status: 'ABOUT_TO_START',
      data: { status: 'ABOUT_TO_START', location: '/nias' },
    };
    expect(await say('cancel')).toEqual(idle);
    await start();
    expect(await say('cancel')).toEqual(idle);
    expect(await say('state')).toMatchObject({ status: 'ABOUT_TO_START' });
    await start();
    await poll(progress('USER_BLOCKED'));
    expect(await say('cancel')).toEqual(idle);
    expect(await web()).toEqual([began, 'WEB_100012 local: cancel', began, 'WEB_100011 USER_BLOCKED']);
    await start();
    await poll(complete());
    expect(await say('cancel')).toMatchObject({ success: false, reason: 'already_completed' });
  });

  it('gives up after two minutes', async () => {
    const { start, poll, pass, say, web } = await page();
    await start();
    pass(118_000);
    expect(await poll(progress('PENDING'))).toMatchObject({ status: 'PENDING' });
    pass(1000);
    expect(await say('state')).toMatchObject({ status: 'FREJA_ERROR', niasStatus: 'EXPIRED_TRANSACTION' });
    expect(await say('state')).toMatchObject({ status: 'FREJA_ERROR', niasStatus: 'EXPIRED_TRANSACTION' });
    expect(await web()).toEqual([began, 'WEB_100012 local: timeout']);
  });

  it('bears two questions without an answer, and ends by the third', async () => {
    const { start, poll, web } = await page();
    await start();
    for (const _ of [1, 2]) expect(await poll()).toMatchObject({ status: 'PENDING' });
    expect(await poll()).toMatchObject({ status: 'ERROR', niasStatus: 'INTERNAL_ERROR' });
    expect(await web()).toEqual([began, 'WEB_100011 local: transport']);
  });

  it('does not ask twice when the order gets no answer', async () => {
    const { far, start, web } = await page();
    far.start = 'silent';
    expect(await start()).toMatchObject({ status: 'ERROR', niasStatus: 'INTERNAL_ERROR' });
    expect([far.orders.length, await web()]).toEqual([1, ['WEB_100011 local: transport']]);
  });

  it('believes no result that names nobody, or somebody else', async () => {
    for (const more of [{ personalNumber: undefined, userId: undefined }, { personalNumber: '197001019999' }]) {
      const { start, poll, web } = await page();
      await start();
      expect(await poll(complete(more))).toMatchObject({
        type: 'failure',
        status: 'ERROR',
        niasStatus: 'INTERNAL_ERROR',
      });
      expect((await web()).at(-1)).toMatch(/^WEB_100011 /);
    }
  });
});

describe('on the same device', () => {
  it('asks for nobody, and makes the link that opens the app', async () => {
    const { far, say } = await page('NiasOnSameDevice');
    const answer = await say('start', { identifier: asked, authRef: 'x' });
    expect(far.orders).toEqual(['']);
    expect(answer).toMatchObject({
      status: 'PENDING',
      authRef: 'ref-1',
      autoStartToken: 'ref-1',
      autoStartLink: 'netid:///?autostarttoken=ref-1&redirect=null',
    });
    expect((await say('state'))['authRef']).toBe('ref-1');
  });

  it('has the app go back to the page on iOS, by the browser that shows it', async () => {
    const { say } = await page('NiasOnSameDevice', iPhone);
    const back = encodeURIComponent('https://idp.example/nias');
    expect((await say('start'))['autoStartLink']).toBe(`netid:///?autostarttoken=ref-1&redirect=${back}`);
    expect(wayBackTo('https://a/b', `${iPhone} CriOS/130`)).toBe('googlechromes://a/b');
    expect(wayBackTo('http://a/b', `${iPhone} CriOS/130`)).toBe('googlechrome://a/b');
    expect(wayBackTo('https://a/b', `${iPhone} FxiOS/130`)).toBe('firefox://open-url?url=https%3A%2F%2Fa%2Fb');
    expect(wayBackTo('https://a/b', 'Windows NT 10.0 Chrome/130')).toBe('');
  });
});
