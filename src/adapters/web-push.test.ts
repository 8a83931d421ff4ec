import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createFixtureStore } from '../../test/support/push-parts.ts';
import { startWebPushSimulator, type WebPushSimulator } from '../methods/push/simulator/web-push.ts';
import { createWebPush, type WebPushParts } from './web-push.ts';
import { openVapidKeys } from './web-push-vapid.ts';

let now = 0;
const clock = { now: () => now };
const message = { assignment: 'a-1', device: 'd-1', endsAt: 1_800_000_060_500, topic: 'topic' };
beforeEach(() => {
  now = 1_800_000_000_000;
});

async function scene(more: Partial<WebPushParts> = {}) {
  const service = await startWebPushSimulator(clock.now);
  const { store, vault } = createFixtureStore(clock);
  const keys = await openVapidKeys(store, vault);
  const parts = {
    keys: async () => keys,
    contact: 'mailto:operator@example.org',
    hosts: undefined,
    privateAddresses: ['127.0.0.0/8', '::1'],
    ca: [service.ca],
    clock,
    ...more,
  };
  const sender = createWebPush(parts);
  onTestFinished(async () => {
    await sender.close();
    await service.close();
  });
  const target = toTarget(service, keys.publicKey);
  return { service, sender, target, keys, send: () => sender.send(target, message, 60) };
}

function toTarget(service: WebPushSimulator, key: string) {
  const { endpoint, keys } = service.subscribe(key);
  return { type: 'web', endpoint, ...keys } as const;
}

describe('a web push', () => {
  it('is taken and decrypted, says nothing of the person, and has one length', async () => {
    const { service, send } = await scene();
    expect(await send()).toEqual({ outcome: 'sent' });
    expect(service.refusals).toEqual([]);
    const [pushed] = service.messages;
    expect(JSON.parse(pushed?.data ?? '')).toEqual({ v: 1, t: 'a-1', d: 'd-1', e: 1_800_000_060 });
    expect(pushed).toMatchObject({ ttl: 60, bytes: 86 + 512 + 1 + 16 });
    expect(pushed?.headers).toMatchObject({ urgency: 'high', topic: 'topic' });
  });

  it('uses a token again, and renews it before it ends', async () => {
    const { service, send } = await scene();
    await send();
    now += 3_600_000;
    await send();
    now += 6 * 3_600_000;
    await send();
    const [one, two, three] = service.messages.map(({ headers }) => headers.authorization);
    expect([one === two, two === three]).toEqual([true, false]);
    expect(service.refusals).toEqual([]);
  });

  it.each([
    [404, { outcome: 'gone' }],
    [410, { outcome: 'gone' }],
    [403, { outcome: 'denied', reason: 'answered 403' }],
    [413, { outcome: 'bug', reason: 'answered 413' }],
    [500, { outcome: 'retry' }],
    [503, { outcome: 'retry' }],
  ])('answered %i becomes what it means', async (status, outcome) => {
    const { service, send } = await scene();
    service.script.add({ status });
    expect(await send()).toEqual(outcome);
  });

  it('waits as long as the service says, in seconds or until a date', async () => {
    const { service, send } = await scene();
    const date = new Date(now + 5000).toUTCString();
    service.script.add(
      { status: 429, headers: { 'retry-after': '3' } },
      { status: 503, headers: { 'retry-after': date } },
    );
    expect(await send()).toEqual({ outcome: 'retry', afterMs: 3000 });
    expect(await send()).toEqual({ outcome: 'retry', afterMs: 5000 });
  });

  it('follows no redirect', async () => {
    const { service, send } = await scene();
    service.script.add({ status: 307, headers: { location: `${service.url}/elsewhere` } });
    expect(await send()).toMatchObject({ outcome: 'bug' });
    expect(service.asked()).toBe(1);
  });

  it('never connects to a private address, whatever its name', async () => {
    const { service, send, sender, target } = await scene({ privateAddresses: [] });
    expect(await send()).toEqual({ outcome: 'bug', reason: 'lies at a private address' });
    const endpoint = target.endpoint.replace('localhost', '127.0.0.1');
    expect(await sender.send({ ...target, endpoint }, message, 60)).toMatchObject({ outcome: 'bug' });
    expect(service.asked()).toBe(0);
  });

  it('goes to allowed hosts only', async () => {
    const { sender } = await scene({ hosts: ['push.example', '*.notify.example'] });
    const objections = [
      'push.example',
      'a.notify.example',
      'notify.example',
      'evil-push.example',
      'push.example.org',
    ].map((host) => sender.objectionTo(`https://${host}/x`) === undefined);
    expect(objections).toEqual([true, true, false, false, false]);
  });

  it.each([
    'http://push.example/',
    'https://[::1]/',
    'https://192.168.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'nonsense',
  ])('has an objection to %s', async (endpoint) => {
    const { sender } = await scene({ privateAddresses: [] });
    expect(sender.objectionTo(endpoint)).toBeTypeOf('string');
  });
});

describe('the keys we are known by', () => {
  it('are made once and the same for all who open them, together too', async () => {
    const { store, vault } = createFixtureStore(clock);
    const opened = await Promise.all([1, 2, 3].map(() => openVapidKeys(store, vault)));
    expect(new Set(opened.map(({ publicKey }) => publicKey)).size).toBe(1);
    expect((await openVapidKeys(store, vault)).publicKey).toBe(opened[0]?.publicKey);
  });
});
