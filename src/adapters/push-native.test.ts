import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startApnsSimulator } from '../methods/push/simulator/apns.ts';
import { fcmError, startFcmSimulator } from '../methods/push/simulator/fcm.ts';
import { createHttpClient } from './http-client.ts';
import { createApns } from './push-apns.ts';
import { createFcm } from './push-fcm.ts';

const begin = 1_800_000_000_000;
const message = { assignment: 'a-1', device: 'd-1', endsAt: begin + 60_500, topic: 'topic' };

async function firebase() {
  let now = begin;
  const clock = { now: () => now };
  const service = await startFcmSimulator(clock.now);
  const http = createHttpClient({ tls: { ca: [service.ca] } });
  const sender = createFcm({ keyFile: service.keyFile, url: service.url, http, clock });
  onTestFinished(async () => {
    await sender.close();
    await service.close();
  });
  const send = () => sender.send({ type: 'fcm', token: 'registration' }, message, 60);
  const pass = (ms: number) => {
    now += ms;
  };
  return { service, send, pass };
}

describe('FCM', () => {
  it('takes a message of texts, with one token for many', async () => {
    const { service, send } = await firebase();
    expect([await send(), await send()]).toEqual([{ outcome: 'sent' }, { outcome: 'sent' }]);
    expect(service.tokens()).toBe(1);
    expect(service.messages[0]).toEqual({
      token: 'registration',
      data: { v: '1', t: 'a-1', d: 'd-1', e: '1800000060' },
      android: { priority: 'HIGH', ttl: '60s', collapse_key: 'topic' },
    });
  });

  it('is asked for a new token before the old one ends', async () => {
    const { service, send, pass } = await firebase();
    await send();
    pass(3_299_000);
    await send();
    expect(service.tokens()).toBe(2);
  });

  it('is asked for a new token once when it refuses the old one', async () => {
    const { service, send } = await firebase();
    await send();
    service.revokeTokens();
    expect(await send()).toEqual({ outcome: 'sent' });
    expect(service.tokens()).toBe(2);
  });

  it.each([
    [404, 'UNREGISTERED', { outcome: 'gone' }],
    [403, 'SENDER_ID_MISMATCH', { outcome: 'gone' }],
    [400, 'INVALID_ARGUMENT', { outcome: 'bug', reason: 'INVALID_ARGUMENT' }],
    [400, 'UNSPECIFIED_ERROR', { outcome: 'bug', reason: 'UNSPECIFIED_ERROR' }],
    [429, 'QUOTA_EXCEEDED', { outcome: 'retry', afterMs: 60_000 }],
    [503, 'UNAVAILABLE', { outcome: 'retry' }],
    [500, 'INTERNAL', { outcome: 'retry' }],
    [503, 'SOMETHING_NEW', { outcome: 'retry' }],
  ])('answered %i %s becomes what it means', async (status, code, outcome) => {
    const { service, send } = await firebase();
    service.script.add(fcmError(status, code));
    expect(await send()).toEqual(outcome);
  });

  it('that says its own credentials are wrong is told of, not tried again and again', async () => {
    const { service, send } = await firebase();
    const error = fcmError(401, 'THIRD_PARTY_AUTH_ERROR');
    service.script.add(error, error);
    expect(await send()).toEqual({ outcome: 'denied', reason: 'THIRD_PARTY_AUTH_ERROR' });
  });

  it('that cannot be reached is tried later', async () => {
    const { service, send } = await firebase();
    await service.close();
    expect(await send()).toMatchObject({ outcome: 'retry' });
  });
});

async function apple() {
  let now = begin;
  const clock = { now: () => now };
  const service = await startApnsSimulator(clock.now);
  const sender = createApns({ ...service, ca: [service.ca], clock });
  onTestFinished(async () => {
    await sender.close();
    await service.close();
  });
  const send = () => sender.send({ type: 'apns', token: 'ab'.repeat(32) }, message, 60);
  const pass = (ms: number) => {
    now += ms;
  };
  return { service, send, pass };
}

describe('APNs', () => {
  it('takes a message on one connection with one token', async () => {
    const { service, send, pass } = await apple();
    expect(await send()).toEqual({ outcome: 'sent' });
    pass(19 * 60_000);
    await send();
    expect([service.tokens.size, service.connections()]).toEqual([1, 1]);
    const [first] = service.messages;
    expect(first?.payload).toMatchObject({ v: 1, t: 'a-1', d: 'd-1', e: 1_800_000_060 });
    expect(first?.headers).toMatchObject({
      'apns-push-type': 'alert',
      'apns-expiration': '1800000060',
      'apns-collapse-id': 'topic',
    });
  });

  it('gets a new token before the hour is over', async () => {
    const { service, send, pass } = await apple();
    await send();
    pass(50 * 60_000);
    expect(await send()).toEqual({ outcome: 'sent' });
    expect(service.tokens.size).toBe(2);
  });

  it.each([
    [{ status: 400, reason: 'BadDeviceToken' }, { outcome: 'gone' }],
    [
      { status: 410, reason: 'Unregistered', timestamp: 7 },
      { outcome: 'gone', since: 7 },
    ],
    [
      { status: 400, reason: 'BadTopic' },
      { outcome: 'bug', reason: 'BadTopic' },
    ],
    [
      { status: 403, reason: 'InvalidProviderToken' },
      { outcome: 'denied', reason: 'InvalidProviderToken' },
    ],
    [
      { status: 413, reason: 'PayloadTooLarge' },
      { outcome: 'bug', reason: 'PayloadTooLarge' },
    ],
    [{ status: 429, reason: 'TooManyRequests' }, { outcome: 'retry' }],
    [{ status: 503, reason: 'ServiceUnavailable' }, { outcome: 'retry' }],
    [{ status: 503, reason: 'SomethingNew' }, { outcome: 'retry' }],
  ])('saying %o means what its table says', async (reply, outcome) => {
    const { service, send } = await apple();
    service.script.add(reply);
    expect(await send()).toEqual(outcome);
  });

  it('gets a new token once when it calls the old one expired', async () => {
    const { service, send } = await apple();
    service.script.add({ status: 403, reason: 'ExpiredProviderToken' });
    expect(await send()).toEqual({ outcome: 'sent' });
  });

  it('that told us to go away gets a new connection', async () => {
    const { service, send } = await apple();
    await send();
    service.goAway();
    const connectionsAfterSending = async () => {
      await send();
      return service.connections();
    };
    await expect.poll(connectionsAfterSending).toBe(2);
    expect(await send()).toEqual({ outcome: 'sent' });
  });

  it('does not start with a key that is none', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const settings = { key, keyId: '', teamId: '', topic: '', url: 'https://localhost:1', clock: { now: () => 0 } };
    expect(() => createApns(settings)).toThrow();
  });
});
