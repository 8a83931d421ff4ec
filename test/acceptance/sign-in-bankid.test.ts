import { describe, expect, it } from 'vitest';
import { flowOf } from '../../src/authenticators/flow.ts';
import { failedHints, pendingHints } from '../../src/methods/bankid/wire.ts';
import { operationsOf, sharedEidServer, somebody } from '../support/eids.ts';
import { aloneAt, named, openOrderPage, signedIn } from '../support/order-page.ts';

const { personalNumber } = somebody;
const order = { internal_http_destination: 'default' };
const under = { tenant: 't1', base_path: '/authn' };
const people = {
  astrid: { attributes: { number: personalNumber } },
  mallory: { attributes: { number: '198611062384' } },
};
const link = { identity: 'personalNumber', attribute: 'number' };
const server = sharedEidServer({
  realms: { default: { directories: [{ type: 'built-in', people }] } },
  tenants: { t1: { operations: [...operationsOf(['bankid']), 'verifyUser', 'endSession'], callers: [{ open: true }] } },
  authenticators: [
    { id: 'other', type: 'BidOnOtherDevice', config: { ...aloneAt('/other'), ...order, caller_name: 'Portal' } },
    { id: 'once', type: 'BidOnOtherDevice', config: { ...aloneAt('/once'), ...order, renewals: 0 } },
    { id: 'linked', type: 'BidOnOtherDevice', config: { ...aloneAt('/linked'), ...order, link } },
    {
      id: 'strict',
      type: 'BidOnOtherDevice',
      config: { ...aloneAt('/strict'), ...order, requirement: { mrtd: true } },
    },
    {
      id: 'both',
      type: 'Chain',
      config: { ...under, success_location: 'https://app.example.org/', chain: [{ id: 'who' }, { id: 'proof' }] },
    },
    { id: 'who', type: 'UserLookup', config: under },
    { id: 'proof', type: 'BidOnOtherDevice', config: { ...under, ...order, link } },
  ],
});
const act = (action: string, more: object = {}) => server().act('bankid', action, server().newest('bankid'), more);
const open = (path = '/other') => openOrderPage(server(), path);
const starts = () => server().calls('bankid', '/auth');
const began = 'WEB_100001';
const inCapitals = (word: string) => word.replace(/(?=[A-Z])/g, '_').toUpperCase();

describe('BankID on another device', () => {
  it('shows a code that changes, and signs in who approves', async () => {
    const { say, poll, noted } = await open();
    expect(await say('state')).toMatchObject({ type: 'state', status: 'ABOUT_TO_START', callerName: 'Portal' });
    const first = await say('start');
    expect(first).toMatchObject({ type: 'start', status: 'PENDING', vendorStatus: 'OUTSTANDING_TRANSACTION' });
    expect(first.data['qr']).toMatch(/^data:image\/svg\+xml,%3Csvg/);
    server().pass(1);
    expect((await say('state')).data['qr']).not.toBe(first.data['qr']);
    await act('next');
    const taken = await poll();
    expect(taken).toMatchObject({ status: 'PENDING', vendorStatus: 'STARTED' });
    expect(taken.data).not.toHaveProperty('qr');
    await act('approve');
    const done = await poll();
    expect(done).toMatchObject({ type: 'complete', status: 'COMPLETED', vendorStatus: 'COMPLETE' });
    expect(await signedIn(server(), done)).toEqual({ status: 200, userid: personalNumber, auth_method: 'bankid' });
    expect(await noted()).toEqual([began, 'WEB_100002']);
    const access_token = new URL(String(done.data['location'])).searchParams.get('access_token');
    expect(await server().put('endSession', { access_token })).toMatchObject({ status: 200 });
    expect(await named(server(), personalNumber)).toEqual([]);
  });

  it('tells the service the browser’s address, and what is required', async () => {
    const { say } = await open('/strict');
    await say('start');
    expect(server().asked('bankid', '/auth')).toEqual({ endUserIp: '127.0.0.1', requirement: { mrtd: true } });
  });

  it.each(Object.keys(pendingHints))('goes on while the service says %s', async (hint) => {
    const { say, poll, noted } = await open();
    await say('start');
    await act('hint', { hint });
    expect(await poll()).toMatchObject({ type: 'state', status: 'PENDING', vendorStatus: inCapitals(hint) });
    expect(await noted()).toEqual([began]);
  });

  it.each(Object.entries(failedHints))(
    'ends when the service says %s, and can be begun anew',
    async (hint, { state }) => {
      const { say, poll, noted } = await open('/once');
      await say('start');
      await act('next');
      await poll();
      await act('fail', { hint });
      const vendorStatus = inCapitals(hint);
      const ended = { type: 'failure', status: 'FREJA_ERROR', vendorStatus, data: { canRestart: true } };
      expect(await poll()).toMatchObject({
        ...ended,
        data: { message: { text: `bankid.${vendorStatus.toLowerCase()}` } },
      });
      expect(await say('state')).toMatchObject(ended);
      const event = state === 'failed' && hint !== 'startFailed' ? 'WEB_100003' : 'WEB_100004';
      expect(await noted()).toEqual([began, `${event} ${hint}`]);
      expect(await say('start')).toMatchObject({ status: 'PENDING', vendorStatus: 'OUTSTANDING_TRANSACTION' });
      await act('approve');
      expect(await poll()).toMatchObject({ type: 'complete' });
    },
  );

  it('replaces an order that no app has taken, four times', async () => {
    const { say, poll, noted } = await open();
    const before = starts();
    const codes = [(await say('start')).data['qr']];
    for (const _ of [1, 2, 3, 4]) {
      server().pass(30);
      const renewed = await poll();
      expect(renewed).toMatchObject({ type: 'state', status: 'PENDING', vendorStatus: 'OUTSTANDING_TRANSACTION' });
      codes.push(renewed.data['qr']);
    }
    expect([new Set(codes).size, starts() - before]).toEqual([5, 5]);
    server().pass(30);
    expect(await poll()).toMatchObject({ type: 'failure', vendorStatus: 'START_FAILED' });
    expect(await noted()).toEqual(Array.from({ length: 5 }, () => [began, 'WEB_100004 startFailed']).flat());
  });

  it('signs in who approves an order that replaced another one', async () => {
    const { say, poll } = await open();
    await say('start');
    server().pass(30);
    await poll();
    await act('approve');
    expect(await poll()).toMatchObject({ type: 'complete' });
  });

  it('replaces no order that an app had taken', async () => {
    const { say, poll } = await open();
    await say('start');
    await act('next');
    await poll();
    await act('expire');
    expect(await poll()).toMatchObject({ type: 'failure', vendorStatus: 'EXPIRED_TRANSACTION' });
  });

  it('gives up an order that goes on too long, and it identifies nobody afterwards', async () => {
    const { say, poll, noted } = await open();
    await say('start');
    await act('next');
    await poll();
    server().pass(120);
    expect(await say('state')).toMatchObject({ type: 'failure', vendorStatus: 'EXPIRED_TRANSACTION' });
    expect(await noted()).toEqual([began, 'WEB_100004 local: timeout']);
    await expect(act('approve')).rejects.toThrow();
  });
});

describe('one page, or several', () => {
  it('finds the same order after a reload, in a second tab, and when it is begun twice', async () => {
    const { say, browser, noted } = await open();
    const before = starts();
    await Promise.all([say('start'), say('start'), say('start')]);
    await browser.open('/other');
    expect(await say('state')).toMatchObject({ status: 'PENDING' });
    expect(await say('start', { identifier: 'whatever' })).toMatchObject({ status: 'PENDING' });
    expect([starts() - before, await noted()]).toEqual([1, [began]]);
  });

  it('writes nothing when it is told nothing new', async () => {
    const { say, poll, browser } = await open();
    await say('start');
    await poll();
    const { store, vault } = server().portvakt.ports;
    const [cookie = ''] = browser.cookies.values();
    const kept = () => store.read(flowOf({ cookie, userAgent: 'Test' }, vault));
    const before = await kept();
    expect(before).toBeDefined();
    for (const _ of [1, 2]) expect(await poll()).toMatchObject({ status: 'PENDING' });
    expect(await kept()).toEqual(before);
    await act('next');
    expect(await poll()).toMatchObject({ vendorStatus: 'STARTED' });
    expect(await kept()).not.toEqual(before);
  });

  it.each(['before the start', 'pending', 'taken', 'ended'])('cancels: %s', async (when) => {
    const { say, poll, noted } = await open();
    if (when !== 'before the start') await say('start');
    if (when === 'taken' || when === 'ended') await act('next').then(() => poll());
    if (when === 'ended') await act('cancel').then(() => poll());
    const isOpen = when === 'pending' || when === 'taken';
    const cancelled = server().calls('bankid', '/cancel');
    const answer = await say('cancel');
    expect(answer).toMatchObject({ type: 'cancel', status: 'ABOUT_TO_START', data: { location: '/other' } });
    expect(server().calls('bankid', '/cancel') - cancelled).toBe(isOpen ? 1 : 0);
    expect((await noted()).at(-1)?.startsWith('WEB_100004 local: cancel') ?? false).toBe(isOpen);
    expect(await poll()).toMatchObject({ status: 'ABOUT_TO_START' });
  });

  it('cancels nothing that is done', async () => {
    const { say, poll, noted } = await open();
    await say('start');
    await act('approve');
    const { data } = await poll();
    expect(await say('cancel')).toMatchObject({ success: false, reason: 'already_completed' });
    expect(await say('state')).toMatchObject({ type: 'complete', data: { location: data['location'] } });
    expect(await noted()).toHaveLength(2);
  });
});

describe('a fault', () => {
  it.each([
    ['error-maintenance', 'maintenance', true],
    ['error-internal', 'internalError', true],
    ['error-already-in-progress', 'alreadyInProgress', true],
    ['error-invalid-parameters', 'invalidParameters', true],
    ['error-unauthorized', 'unauthorized', false],
    ['error-unknown', undefined, true],
    ['missing-secret', undefined, true],
    ['html-page', undefined, true],
  ])('at the start is told, and leaves one event: %s', async (fault, word, canRestart) => {
    const { say, noted } = await open();
    server().fault('bankid', fault, { times: 1 });
    const vendorStatus = inCapitals(word ?? 'noAnswer');
    const status = word === undefined ? 'ERROR' : 'FREJA_ERROR';
    expect(await say('start')).toMatchObject({ type: 'failure', status, vendorStatus, data: { canRestart } });
    expect(await noted()).toEqual([`WEB_100003 ${word ?? 'local: transport'}`]);
    server().fault('bankid', undefined);
    expect(await say('start')).toMatchObject({ status: 'PENDING' });
  });

  it.each([
    ['signature-changed', 'VERIFICATION_FAILED', 'local: signature-invalid'],
    ['ocsp-revoked', 'VERIFICATION_FAILED', 'local: revocation-unclear'],
    ['other-relying-party', 'VERIFICATION_FAILED', 'local: other-relying-party'],
    ['missing-signature', 'NO_ANSWER', 'local: transport'],
  ])('of a completed order signs in nobody: %s', async (fault, vendorStatus, reason) => {
    const { say, poll, noted } = await open();
    await say('start');
    server().fault('bankid', fault);
    await act('approve');
    const answer = await poll();
    server().fault('bankid', undefined);
    expect(answer).toMatchObject({ type: 'failure', status: 'ERROR', vendorStatus });
    expect(answer.data).not.toHaveProperty('location');
    expect(await noted()).toEqual([began, `WEB_100003 ${reason}`]);
    expect(await poll()).toMatchObject({ type: 'failure', vendorStatus });
  });

  it('while it is asked how things stand changes nothing, until there were too many', async () => {
    const { say, poll, noted } = await open();
    await say('start');
    server().fault('bankid', 'html-page');
    for (const _ of [1, 2, 3]) expect(await poll()).toMatchObject({ status: 'PENDING' });
    const answer = await poll();
    server().fault('bankid', undefined);
    expect(answer).toMatchObject({ type: 'failure', status: 'ERROR', vendorStatus: 'NO_ANSWER' });
    expect(await noted()).toEqual([began, 'WEB_100003 local: transport']);
  });

  it.each([
    ['unknown-failed-hint', 'UNKNOWN_FAILURE'],
    ['unknown-status', 'UNKNOWN_FAILURE'],
    ['error-invalid-parameters', 'INVALID_PARAMETERS'],
  ])('in the words of the service ends the order: %s', async (fault, vendorStatus) => {
    const { say, poll, noted } = await open();
    await say('start');
    await act('next');
    server().fault('bankid', fault);
    if (fault === 'unknown-failed-hint') await act('cancel');
    const answer = await poll();
    server().fault('bankid', undefined);
    expect(answer).toMatchObject({ type: 'failure', status: 'FREJA_ERROR', vendorStatus });
    expect((await noted()).at(-1)).toMatch(/^WEB_100003 /);
  });
});

describe('the person', () => {
  it('is found in the directory with link', async () => {
    const { say, poll } = await open('/linked');
    await say('start');
    await act('approve');
    expect(await signedIn(server(), await poll())).toMatchObject({ userid: 'astrid', auth_method: 'bankid' });
    expect((await server().events()).filter(({ event }) => event === 'person.linked')).toHaveLength(1);
  });

  it('is nobody here when the directory does not have them', async () => {
    const { say, poll, noted } = await open('/linked');
    await say('start');
    await act('approve', { person: '197705232382' });
    const answer = await poll();
    expect(answer).toMatchObject({ type: 'failure', data: { message: { text: 'common.person_unlinked' } } });
    expect(await noted()).toEqual([began, 'WEB_100003 local: person unknown here']);
  });

  it.each([
    ['astrid', { type: 'complete', data: { location: '/authn/both' } }],
    ['mallory', { type: 'failure', data: { message: { text: 'common.other_person' } } }],
  ])('must be the one that was named before: %s', async (identifier, expected) => {
    const { browser } = await open('/authn/both');
    const say = async (path: string, type: string, data = {}) => (await browser.say(path, { type, data })).body;
    await say('/authn/who', 'start', { identifier });
    await browser.open('/authn/both');
    await say('/authn/proof', 'start');
    await act('approve');
    server().pass(2);
    expect(await say('/authn/proof', 'state')).toMatchObject(expected);
  });
});
