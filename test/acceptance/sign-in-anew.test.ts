import { describe, expect, it } from 'vitest';
import { sharedEidServer, somebody } from '../support/eids.ts';
import { signedIn } from '../support/order-page.ts';
import { signInBrowser } from '../support/sign-in-browser.ts';

const out = { success_location: 'https://app.example.org/signed-in', token_delivery: 'query' };
const link = { identity: 'personalNumber', attribute: 'personalNumber', spelling: 'personal-number' };
const order = { internal_http_destination: 'default', link };
const people = {
  astrid: { password: 'right', attributes: { personalNumber: somebody.personalNumber, mobile: '+46701740605' } },
  wgretzky: { password: 'left' },
};
/** A Chain or Selector at `/<base>/<id>`, with what is below it. */
const at = (base: string, id: string, type: string, config: object, below: readonly [string, string, object?][]) => [
  { id, type, config: { tenant: 't1', base_path: `/${base}`, ...config } },
  ...below.map(([each, kind, more]) => ({
    id: each,
    type: kind,
    config: { tenant: 't1', base_path: `/${base}`, ...more },
  })),
];
const option = (target: string) => ({ id: `to-${target}`, target, label: target });
const server = sharedEidServer({
  realms: { default: { directories: [{ type: 'built-in', people }], attempts: { limit: 50 } } },
  tenants: { t1: { operations: ['verifyUser'], callers: [{ open: true }] } },
  messages: { gateways: [{ log: {} }] },
  management: { port: 0 },
  authenticators: [
    ...at('any', 'choose', 'Selector', { ...out, options: ['make', 'nias', 'bank', 'plain'].map(option) }, [
      ['make', 'Chain', { chain: [{ id: 'first' }, { id: 'key' }] }],
      ['first', 'UserNameAndPassword'],
      ['key', 'Passkey', { enroll: 'always' }],
      ['nias', 'NiasOnOtherDevice', order],
      ['bank', 'BidOnOtherDevice', order],
      ['plain', 'UserNameAndPassword', { exports: [{ name: 'plain', value: 'yes' }] }],
    ]),
    ...at('two', 'both', 'Chain', { ...out, chain: [{ id: 'word' }, { id: 'code' }] }, [
      ['word', 'UserNameAndPassword'],
      ['code', 'OTPValidator'],
    ]),
    ...at('sms', 'texted', 'Chain', { ...out, chain: [{ id: 'who' }, { id: 'sent' }], proceed_on_error: false }, [
      ['who', 'UserLookup'],
      ['sent', 'OTPValidator', { by: 'sms' }],
    ]),
    ...at('late', 'ordered', 'Chain', { ...out, chain: [{ id: 'sworn' }, { id: 'asked' }] }, [
      ['sworn', 'UserNameAndPassword'],
      ['asked', 'NiasOnOtherDevice', order],
    ]),
  ],
});
const right = { type: 'start', data: { identifier: 'astrid', password: 'right' } };
const wrong = { type: 'start', data: { identifier: 'astrid', password: 'wrong' } };
const start = { type: 'start', data: { identifier: somebody.personalNumber } };

/** A new browser that has been sent there. */
async function opened(path: string) {
  const browser = signInBrowser(server().url);
  /** Goes there, and on to wherever that leads on this server; tells where it ends. */
  const follow = async (first: string): Promise<string> => {
    for (let to = first, hops = 0; hops < 6; hops += 1) {
      const { location } = await browser.open(to);
      if (location === null || !location.startsWith('/')) return location ?? to;
      to = location;
    }
    return 'round and round';
  };
  const pick = async (target: string) => {
    const { body } = await browser.say('/any/choose', { type: 'action', data: { id: `to-${target}` } });
    return follow(String(body.data['location']));
  };
  await follow(path);
  return { ...browser, follow, pick };
}

async function eventsSince(before: number) {
  const news = (await server().events()).slice(before);
  return news.flatMap(({ event, reason }) =>
    String(event).startsWith('WEB_') ? [[event, reason].filter((part) => part !== undefined).join(' ')] : [],
  );
}
const count = async () => (await server().events()).length;

describe('whoever cancels', () => {
  it('leaves no proof behind for the next person at the browser', async () => {
    const { say, pick, follow } = await opened('/any/choose');
    await pick('make');
    await say('/any/first', right);
    expect(await follow('/any/make')).toBe('/any/key');
    const { body } = await say('/any/key', { type: 'cancel' });
    expect(body).toMatchObject({ type: 'cancel', data: { location: '/any/choose' } });
    expect((await say('/any/key', { type: 'options' })).status).toBe(403);
    expect(await pick('make')).toBe('/any/first');
    const other = { type: 'start', data: { identifier: 'wgretzky', password: 'left' } };
    expect((await say('/any/first', other)).body).toMatchObject({ type: 'complete' });
  });

  it('can say anew who they are', async () => {
    const { say, follow } = await opened('/sms/texted');
    await say('/sms/who', { type: 'start', data: { identifier: 'wgretzky' } });
    expect(await follow('/sms/texted')).toBe('/sms/sent');
    const { body } = await say('/sms/sent', { type: 'cancel' });
    expect(await follow(String(body.data['location']))).toBe('/sms/who');
    await say('/sms/who', { type: 'start', data: { identifier: 'astrid' } });
    await follow('/sms/texted');
    expect((await say('/sms/sent', { type: 'state' })).body).toMatchObject({ success: true, type: 'state' });
  });
});

describe('a browser that the application sends anew', () => {
  it('finds nothing of what was proved in it, and nothing under way', async () => {
    const { say, pick, follow, open } = await opened('/any/choose?state=one');
    await pick('make');
    await say('/any/first', right);
    expect(await follow('/any/make')).toBe('/any/key');
    // A reload, or an older tab.
    await open('/any/choose?state=one');
    expect((await say('/any/key', { type: 'state' })).body).toMatchObject({ success: true });
    await open('/any/choose?state=two');
    expect((await say('/any/key', { type: 'options' })).status).toBe(403);
    expect(await pick('make')).toBe('/any/first');
    await pick('plain');
    await open('/any/choose?state=one');
    await say('/any/plain', right);
    // The newest, which is what the application waits for.
    expect((await open('/any/choose')).location).toMatch(/&state=two$/);
  });
});

describe('another choice', () => {
  it('begins with nothing that the one before has proved or exported', async () => {
    const { say, pick } = await opened('/any/choose');
    await pick('make');
    await say('/any/first', right);
    expect(await pick('make')).toBe('/any/first');
    await say('/any/first', right);
    await pick('plain');
    const { body } = await say('/any/plain', { type: 'start', data: { identifier: 'wgretzky', password: 'left' } });
    expect(body).toMatchObject({ type: 'complete' });
  });

  it.each([
    ['another is chosen', async ({ pick }: Awaited<ReturnType<typeof opened>>) => void (await pick('plain'))],
    ['the choice is cancelled', async ({ say }) => void (await say('/any/choose', { type: 'cancel' }))],
    ['the application sends the browser anew', async ({ open }) => void (await open('/any/choose?state=other'))],
  ])('ends the order of the one before, when %s', async (_, leave) => {
    const browser = await opened('/any/choose?state=first');
    const before = await count();
    server().pass(700);
    await browser.pick('nias');
    await browser.say('/any/nias', start);
    await leave(browser);
    expect(await eventsSince(before)).toEqual(['WEB_100009', 'WEB_100012 local: cancel']);
    await browser.pick('nias');
    expect((await browser.say('/any/nias', { type: 'state' })).body).toMatchObject({ status: 'ABOUT_TO_START' });
  });

  it('counts the order of the one before as ended', async () => {
    const { say, pick } = await opened('/any/choose');
    const metrics = async () => (await fetch(`${server().managementUrl}/metrics`)).text();
    const ended = async () =>
      Number(/_outcomes_total\{authenticator="nias",.*"ended"\} (\d+)/.exec(await metrics())?.[1] ?? 0);
    const before = await ended();
    server().pass(700);
    await pick('nias');
    await say('/any/nias', start);
    await pick('plain');
    expect(await ended()).toBe(before + 1);
  });

  it('that a reload comes to ends nothing', async () => {
    const { say, follow } = await opened('/late/ordered');
    const before = await count();
    server().pass(700);
    await say('/late/sworn', right);
    expect(await follow('/late/ordered')).toBe('/late/asked');
    await say('/late/asked', start);
    expect(await follow('/late/ordered')).toBe('/late/asked');
    expect((await say('/late/asked', start)).body).toMatchObject({ status: 'PENDING' });
    expect(await eventsSince(before)).toEqual(['WEB_100017', 'WEB_100009']);
  });
});

describe('a chain whose first step has failed', () => {
  it('does not stop at a code that nobody could type, and begins anew', async () => {
    const { say, follow, open } = await opened('/two/both');
    for (const _ of [1, 2, 3]) await say('/two/word', wrong);
    expect(await follow('/two/both')).toBe('/two/code');
    const { body } = await say('/two/code', { type: 'state' });
    expect(body).toMatchObject({ type: 'failure', data: { location: '/two/both' } });
    expect(await follow('/two/both')).toBe('/two/both/failed#common.not_signed_in');
    expect((await open('/two/both')).location).toBe('/two/word');
    expect((await say('/two/word', right)).body).toMatchObject({ type: 'complete', data: { location: '/two/both' } });
  });

  it('ends there as well when a code is typed all the same', async () => {
    const { say, follow } = await opened('/two/both');
    for (const _ of [1, 2, 3]) await say('/two/word', wrong);
    await follow('/two/both');
    const { body } = await say('/two/code', { type: 'start', data: { otp: '123456' } });
    expect(body).toMatchObject({ type: 'failure', data: { location: '/two/both' } });
  });
});

describe('the end of a sign-in', () => {
  it('ends an order that an older page of it has left', async () => {
    const { say, pick, follow } = await opened('/any/choose');
    const before = await count();
    server().pass(700);
    await pick('nias');
    await say('/any/nias', start);
    await pick('plain');
    await say('/any/plain', right);
    const location = await follow('/any/choose');
    expect(await signedIn(server(), location)).toMatchObject({
      status: 200,
      userid: 'astrid',
      auth_method: 'password',
    });
    expect(await eventsSince(before)).toEqual(['WEB_100009', 'WEB_100012 local: cancel', 'WEB_100017']);
  });
});
