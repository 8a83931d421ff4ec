import { describe, expect, it } from 'vitest';
import { operationsOf, sharedEidServer, somebody } from '../support/eids.ts';
import { aloneAt, named, openOrderPage, signedIn } from '../support/order-page.ts';

const agents = {
  safari: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1',
  chrome: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/130.0 Safari/604.1',
  firefox: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 FxiOS/130.0 Safari/604.1',
  android: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36',
  desktop: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36',
} as const;
const server = sharedEidServer({
  tenants: { t1: { operations: [...operationsOf(['bankid']), 'verifyUser'], callers: [{ open: true }] } },
  authenticators: [
    {
      id: 'same',
      type: 'BidOnMobileDevice',
      config: { ...aloneAt('/same'), internal_http_destination: 'default' },
    },
  ],
});
const act = (action: string) => server().act('bankid', action, server().newest('bankid'));
const open = (userAgent = 'Test') => openOrderPage(server(), '/same', { userAgent });
const openBeside = () => openOrderPage(server(), '/same', { afterSeconds: 0 });
const sessions = async () => (await server().events()).filter(({ event }) => event === 'session.opened').length;
const began = 'WEB_100001';
const waits = { type: 'state', status: 'PENDING', vendorStatus: 'AWAITING_RETURN' };
/** The word with which the app leads back, as the service was told it for the newest order. */
const word = () => /return(?:=|%3D)([0-9a-f]{64})$/.exec(String(server().asked('bankid', '/auth')['returnUrl']))?.[1];

describe('the link that opens BankID', () => {
  it.each([
    ['safari', /^https:\/\/app\.bankid\.com\/\?autostarttoken=[0-9a-f-]{36}$/, /^http:\/\/127\.0\.0\.1:\d+\/same#/],
    ['chrome', /^https:\/\/app\.bankid\.com\//, /^googlechrome:\/\/127\.0\.0\.1:\d+\/same#/],
    [
      'firefox',
      /^https:\/\/app\.bankid\.com\//,
      /^firefox:\/\/open-url\?url=http%3A%2F%2F127\.0\.0\.1%3A\d+%2Fsame%23/,
    ],
    ['android', /^https:\/\/app\.bankid\.com\//, /^http:\/\/127\.0\.0\.1:\d+\/same#/],
    ['desktop', /^bankid:\/\/\/\?autostarttoken=[0-9a-f-]{36}&redirect=null$/, /^http:\/\/127\.0\.0\.1:\d+\/same#/],
  ] as const)('is the system’s, and leads back to the browser that asked: %s', async (agent, link, back) => {
    const { say } = await open(agents[agent]);
    const { data } = await say('start');
    expect(data).toMatchObject({ status: 'PENDING', vendorStatus: 'OUTSTANDING_TRANSACTION' });
    expect(data['autoStartLink']).toMatch(link);
    expect(data['autoStartLink']).toContain(`autostarttoken=${data['autoStartToken']}`);
    expect(data).not.toHaveProperty('qr');
    expect(server().asked('bankid', '/auth')['returnUrl']).toMatch(back);
    expect(word()).toBeDefined();
  });

  it('is the same after a reload, and no page is told the word', async () => {
    const { say, poll, browser } = await open();
    const first = await say('start');
    await browser.open('/same');
    const told = [first, await say('state'), await poll(), await say('start')];
    expect(new Set(told.map(({ data }) => data['autoStartLink'])).size).toBe(1);
    expect(JSON.stringify(told)).not.toContain(word());
  });

  it('leads back with another word for another order', async () => {
    const { say } = await open();
    await say('start');
    const before = word();
    await say('cancel');
    await say('start');
    expect(word()).not.toBe(before);
  });
});

describe('BankID on this device', () => {
  it('signs in the browser that asked, once the app has led back to it', async () => {
    const { say, poll, noted } = await open(agents.safari);
    await say('start');
    await act('next');
    expect(await poll()).toMatchObject({ status: 'PENDING', vendorStatus: 'STARTED' });
    await act('approve');
    expect(await poll()).toMatchObject(waits);
    expect(await noted()).toEqual([began]);
    const done = await say('state', { return: word() });
    expect(done).toMatchObject({ type: 'complete', status: 'COMPLETED' });
    const { personalNumber } = somebody;
    expect(await signedIn(server(), done)).toEqual({ status: 200, userid: personalNumber, auth_method: 'bankid' });
    expect(await noted()).toEqual([began, 'WEB_100002']);
    expect(await named(server(), personalNumber)).toEqual([]);
  });

  it('remembers that the app has led back before the service knew that it is done', async () => {
    const { say, poll } = await open();
    await say('start');
    await act('next');
    expect(await poll({ return: word() })).toMatchObject({ status: 'PENDING', vendorStatus: 'STARTED' });
    await act('approve');
    expect(await poll()).toMatchObject({ type: 'complete' });
  });

  // Session fixation. Seen to fail (the attacker is signed in as the victim) without the check of the word.
  it('does not sign in who has passed the link on, when somebody else approves', async () => {
    const before = await sessions();
    const attacker = await open();
    const { data } = await attacker.say('start');
    expect(data['autoStartLink']).toBeDefined();
    await act('next');
    await act('approve');
    // The app leads the victim to a browser of their own.
    const victim = await openBeside();
    const stranger = await victim.say('state', { return: word() });
    expect(stranger).toMatchObject({ type: 'failure', status: 'ERROR', vendorStatus: 'OTHER_BROWSER' });
    expect(await attacker.poll()).toMatchObject(waits);
    for (const guess of ['', 'f'.repeat(64), { $ne: '' }, null, true, data['autoStartToken']]) {
      const answer = await attacker.poll({ return: guess });
      expect(answer).toMatchObject(waits);
      expect(answer.data).not.toHaveProperty('location');
    }
    server().pass(120);
    const ended = { type: 'failure', status: 'ERROR', vendorStatus: 'NOT_RETURNED', data: { canRestart: true } };
    expect(await attacker.say('state')).toMatchObject(ended);
    expect(await attacker.say('state', { return: word() })).toMatchObject(ended);
    expect(await attacker.noted()).toEqual([began, 'WEB_100003 local: not-returned']);
    expect(await sessions()).toBe(before);
  });

  it('takes no word of another order', async () => {
    const { say, poll } = await open();
    await say('start');
    const old = word();
    await say('cancel');
    await say('start');
    await act('approve');
    expect(await poll({ return: old })).toMatchObject(waits);
    expect(await poll({ return: word() })).toMatchObject({ type: 'complete' });
  });

  it('keeps the order of a browser that another’s word comes to', async () => {
    const mine = await open();
    await mine.say('start');
    const other = await openBeside();
    await other.say('start');
    expect(await mine.poll({ return: word() })).toMatchObject({ status: 'PENDING' });
    await act('approve');
    expect(await other.poll()).toMatchObject(waits);
    expect(await mine.poll()).toMatchObject({ status: 'PENDING', vendorStatus: 'OUTSTANDING_TRANSACTION' });
  });

  it('replaces no order that no app has taken', async () => {
    const { say, poll, noted } = await open();
    await say('start');
    server().pass(30);
    expect(await poll()).toMatchObject({ type: 'failure', vendorStatus: 'START_FAILED', data: { canRestart: true } });
    expect(await noted()).toEqual([began, 'WEB_100004 startFailed']);
    expect(await say('start')).toMatchObject({ status: 'PENDING' });
  });

  it('is begun anew when it was cancelled while the app had not led back', async () => {
    const { say, poll } = await open();
    await say('start');
    await act('approve');
    expect(await poll()).toMatchObject(waits);
    const old = word();
    expect(await say('cancel')).toMatchObject({ type: 'cancel', status: 'ABOUT_TO_START' });
    expect(await say('state', { return: old })).toMatchObject({ type: 'failure', vendorStatus: 'OTHER_BROWSER' });
    expect(await say('state')).toMatchObject({ type: 'state', status: 'ABOUT_TO_START' });
  });
});
