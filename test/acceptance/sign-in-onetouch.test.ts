import { describe, expect, it } from 'vitest';
import { type ApprovalDevice, enrolDevice } from '../support/approval-device.ts';
import { aloneAt, openOrderPage, signedIn } from '../support/order-page.ts';
import { sharedServer, simpleConfig } from '../support/server.ts';

const under = { tenant: 't1', base_path: '/authn' };
const names = ['wgretzky', 'alovelace', 'mlemieux'] as const;
const people = Object.fromEntries(names.map((name) => [name, { password: 'right', attributes: {} }]));
const chain = (id: string, first: string) => ({
  id,
  type: 'Chain',
  config: {
    ...under,
    success_location: 'https://app.example.org/',
    token_delivery: 'query',
    chain: [{ id: first }, { id: `${id}-push` }],
  },
});
const server = sharedServer(
  simpleConfig(people, {
    tenants: {
      t1: { name: 'Portal', operations: ['onetouch_enroll', 'verifyUser'], callers: [{ open: true }] },
    },
    push: { budget: { free: 1000 } },
    authenticators: [
      { id: 'push', type: 'OneTouch', config: aloneAt('/push') },
      { id: 'plain', type: 'OneTouch', config: { ...aloneAt('/plain'), match: false } },
      { id: 'passkey', type: 'OneTouch', config: { ...aloneAt('/passkey'), passkey: true } },
      chain('named', 'who'),
      { id: 'who', type: 'UserLookup', config: under },
      { id: 'named-push', type: 'OneTouch', config: under },
      chain('proved', 'password'),
      { id: 'password', type: 'UserNameAndPassword', config: under },
      { id: 'proved-push', type: 'OneTouch', config: under },
    ],
  }),
);
const open = (path = '/push') => openOrderPage(server(), path);
const began = 'WEB_100030';
const named = { identifier: 'wgretzky' };

const enrolled = new Map<string, Promise<ApprovalDevice>>();

/** The one device of this person. */
function deviceOf(username: string = named.identifier): Promise<ApprovalDevice> {
  const device = enrolled.get(username) ?? invited(username);
  enrolled.set(username, device);
  return device;
}

async function invited(username: string): Promise<ApprovalDevice> {
  const { body } = await server().put('onetouch_enroll', { username });
  return enrolDevice(server().url, server().clock, String(body?.['code']));
}

describe('OneTouch', () => {
  it('shows a number, and signs in who types it on the phone', async () => {
    const device = await deviceOf();
    const { say, poll, noted } = await open();
    expect(await say('state')).toMatchObject({ status: 'ABOUT_TO_START', needsIdentifier: true });
    const { data } = await say('start', { identifier: ' WGretzky ' });
    expect(data).toMatchObject({ status: 'PENDING', vendorStatus: 'PENDING' });
    expect(data['number']).toMatch(/^\d{3}$/);
    const shown = await device.open();
    expect(shown).toMatchObject({ match: true, asker: 'Portal', person: 'wgretzky', address: '127.0.0.1' });
    expect((await poll()).data).toMatchObject({ vendorStatus: 'IN_PROGRESS', number: data['number'] });
    await device.answer(shown, 'approve', { number: String(data['number']) });
    const done = await poll();
    expect(done).toMatchObject({ type: 'complete', status: 'COMPLETED', vendorStatus: 'CONFIRMED' });
    expect(await signedIn(server(), done)).toEqual({ status: 200, userid: 'wgretzky', auth_method: 'onetouch' });
    expect(await noted()).toEqual([began, 'WEB_100031 wgretzky']);
  });

  it('shows no number where the configuration wants none', async () => {
    const device = await deviceOf();
    const { say, poll } = await open('/plain');
    expect((await say('start', named)).data).not.toHaveProperty('number');
    await device.answer(await device.open(), 'approve');
    expect(await poll()).toMatchObject({ type: 'complete' });
  });

  it('has the phone ask for a passkey where the configuration wants one', async () => {
    const device = await deviceOf();
    const { say, poll } = await open('/passkey');
    const { data } = await say('start', named);
    const shown = await device.open();
    expect(shown).toMatchObject({ passkey: true });
    const number = String(data['number']);
    expect((await device.answer(shown, 'approve', { number })).status).toBe(403);
    expect(await poll()).toMatchObject({ status: 'PENDING' });
  });

  it('is the same for a name that nobody has: pending, and never answered', async () => {
    await deviceOf();
    const asked = async (identifier: string) => {
      const { say, poll, noted } = await open();
      const told = [await say('start', { identifier }), await poll(), await poll()];
      server().pass(120);
      told.push(await say('state'));
      const plain = told.map(({ data: { number, ...data }, ...rest }) => {
        expect(number === undefined || /^\d{3}$/.test(String(number))).toBe(true);
        return { ...rest, number: number !== undefined, data };
      });
      return [plain, await noted()];
    };
    const known = await asked('wgretzky');
    expect(await asked('nobody.at.all')).toEqual(known);
    expect(await asked('mlemieux')).toEqual(known);
    expect(known[1]).toEqual([began, 'WEB_100033 local: timeout']);
  });

  it.each(['', ' ', 'x'.repeat(256), 'a\nb', 7, null])('asks nobody for %o', async (identifier) => {
    const { say, noted } = await open();
    const told = { type: 'failure', status: 'ERROR', needsIdentifier: true };
    expect(await say('start', { identifier })).toMatchObject({
      ...told,
      data: { message: { text: 'common.input_invalid' } },
    });
    expect(await noted()).toEqual([]);
    expect(await say('start', named)).toMatchObject({ status: 'PENDING' });
  });
});

describe('an end without a yes', () => {
  it.each([
    ['reject', 'REJECTED', 'WEB_100033 rejected'],
    ['wrong', 'WRONG_NUMBER', 'WEB_100032 wrong-number'],
  ])('is told, and a new start follows: %s', async (how, vendorStatus, event) => {
    const device = await deviceOf();
    const { say, poll, noted } = await open();
    const number = String((await say('start', named)).data['number']);
    const shown = await device.open();
    if (how === 'reject') await device.answer(shown, 'reject');
    else await device.answer(shown, 'approve', { number: number === '000' ? '001' : '000' });
    const told = { type: 'failure', status: 'FREJA_ERROR', vendorStatus, data: { canRestart: true } };
    expect(await poll()).toMatchObject({
      ...told,
      data: { message: { text: `onetouch.${vendorStatus.toLowerCase()}` } },
    });
    expect(await say('state')).toMatchObject(told);
    expect(await noted()).toEqual([began, event]);
    expect(await say('start', named)).toMatchObject({ status: 'PENDING' });
  });

  it('is a request that another one has taken the place of', async () => {
    const device = await deviceOf();
    const first = await open();
    await first.say('start', named);
    const second = await openOrderPage(server(), '/push', { afterSeconds: 0 });
    const { data } = await second.say('start', named);
    expect(await first.poll()).toMatchObject({ type: 'failure', vendorStatus: 'ERROR' });
    await device.answer(await device.open(), 'approve', { number: String(data['number']) });
    expect(await first.poll()).toMatchObject({ type: 'failure' });
    expect(await second.poll()).toMatchObject({ type: 'complete' });
  });

  it.each(['before the start', 'pending', 'open'])(
    'is a cancel, after which nothing can be approved: %s',
    async (when) => {
      const device = await deviceOf();
      const { say, poll, noted } = await open();
      const { data } = when === 'before the start' ? { data: {} } : await say('start', named);
      const shown = when === 'open' ? await device.open() : {};
      expect(await say('cancel')).toMatchObject({
        type: 'cancel',
        status: 'ABOUT_TO_START',
        data: { location: '/push' },
      });
      if (when === 'open') {
        const answer = await device.answer(shown, 'approve', { number: String((data as { number?: string }).number) });
        expect(answer.body).toMatchObject({ code: 'assignment-gone' });
      }
      expect(await poll()).toMatchObject({ status: 'ABOUT_TO_START', needsIdentifier: true });
      expect(await noted()).toEqual(when === 'before the start' ? [] : [began, 'WEB_100033 local: cancel']);
    },
  );
});

describe('one order', () => {
  it('is found after a reload, in a second tab and when it is begun twice; another name begins another', async () => {
    const { say, browser, noted } = await open();
    const numbers = (await Promise.all([say('start', named), say('start', named)])).map(({ data }) => data['number']);
    await browser.open('/push');
    numbers.push((await say('state')).data['number'], (await say('start', named)).data['number']);
    expect(new Set(numbers).size).toBe(1);
    expect(await noted()).toEqual([began]);
    await say('start', { identifier: 'alovelace' });
    expect(await noted()).toEqual([began, 'WEB_100033 local: cancel', began]);
  });
});

describe('in a chain', () => {
  const talk = async (path: string) => {
    const { browser } = await open(path);
    return {
      open: browser.open,
      say: async (at: string, type: string, data = {}) => (await browser.say(at, { type, data })).body,
    };
  };

  it('asks the person who was looked up, whatever the page says', async () => {
    const [device, other] = [await deviceOf(), await deviceOf('alovelace')];
    const { open: go, say } = await talk('/authn/named');
    await say('/authn/who', 'start', named);
    expect((await go('/authn/named')).location).toBe('/authn/named-push');
    expect(await say('/authn/named-push', 'state')).toMatchObject({ needsIdentifier: false });
    const { data } = await say('/authn/named-push', 'start', { identifier: 'alovelace' });
    expect((await other.ask('pending')).body).not.toHaveProperty('assignment');
    await device.answer(await device.open(), 'approve', { number: String(data['number']) });
    expect(await say('/authn/named-push', 'state')).toMatchObject({ type: 'complete' });
    const { location } = await go('/authn/named');
    expect(await signedIn(server(), location)).toEqual({ status: 200, userid: 'wgretzky', auth_method: 'onetouch' });
  });

  it('comes on top of a password', async () => {
    const device = await deviceOf();
    const { open: go, say } = await talk('/authn/proved');
    await say('/authn/password', 'start', { ...named, password: 'right' });
    await go('/authn/proved');
    const { data } = await say('/authn/proved-push', 'start');
    await device.answer(await device.open(), 'approve', { number: String(data['number']) });
    await say('/authn/proved-push', 'state');
    const { location } = await go('/authn/proved');
    expect(await signedIn(server(), location)).toMatchObject({ userid: 'wgretzky', auth_method: 'password+onetouch' });
  });
});
