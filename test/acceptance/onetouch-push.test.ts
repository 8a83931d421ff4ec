import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startWebPushSimulator } from '../../src/methods/push/simulator/web-push.ts';
import { startPushServer } from '../support/push-server.ts';
import { noon } from '../support/server.ts';

async function scene(web: object = { privateAddresses: ['127.0.0.0/8', '::1'] }) {
  const service = await startWebPushSimulator(() => noon);
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-push-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, service.ca);
  onTestFinished(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });
  const server = await startPushServer({ push: { web: { ca: [ca], ...web } } });
  const device = await server.enrol();
  const key = await server.portvakt.push.applicationServerKey();
  const { endpoint, keys } = service.subscribe(key);
  const subscribe = () => device.ask('push', { type: 'web', endpoint, ...keys });
  const startAndWait = async () => {
    const started = await server.start();
    await server.portvakt.push.idle();
    return started;
  };
  return { ...server, service, device, subscribe, startAndWait };
}

describe('a push', () => {
  it('reaches the subscribed device, and nobody else could read it', async () => {
    const { service, device, subscribe, startAndWait } = await scene();
    expect((await subscribe()).body).toMatchObject({ push: 'active', pushKind: 'web' });
    const { assignmentid } = await startAndWait();
    const data = { v: 1, t: assignmentid, d: device.id, e: Math.floor((noon + 60_000) / 1000) };
    expect(service.messages.map((message) => JSON.parse(message.data))).toEqual([data]);
    expect(service.refusals).toEqual([]);
  });

  it('to a subscription that is gone ends the subscription, and not the request', async () => {
    const { service, device, subscribe, startAndWait, statusOf, events } = await scene();
    await subscribe();
    service.script.add({ status: 410 });
    const { assignmentid } = await startAndWait();
    expect((await device.ask('state')).body).toMatchObject({ push: 'lapsed' });
    expect((await device.answer(await device.open(), 'approve')).status).toBe(200);
    expect(await statusOf(assignmentid)).toBe('CONFIRMED');
    expect((await events()).map(({ event }) => event)).toContain('push.lapsed');
    await startAndWait();
    expect(service.asked()).toBe(1);
    await subscribe();
    expect((await device.ask('state')).body).toMatchObject({ push: 'active' });
  });

  it('is taken back by the device, and sent to nobody for a name that nobody has', async () => {
    const { service, device, subscribe, start, portvakt } = await scene();
    await subscribe();
    await start({}, 'nobody');
    expect((await device.ask('push')).body).toMatchObject({ push: 'none' });
    await start();
    await portvakt.push.idle();
    expect(service.asked()).toBe(0);
  });

  it('to a private address is never sent, and one that is written as such is refused', async () => {
    const { service, device, subscribe, startAndWait } = await scene({});
    await subscribe();
    await startAndWait();
    expect(service.asked()).toBe(0);
    const keys = service.subscribe('').keys;
    const answer = await device.ask('push', { type: 'web', endpoint: 'https://169.254.169.254/x', ...keys });
    expect(answer.body).toMatchObject({ code: 'property-invalid', property: 'endpoint' });
  });

  it('for a key that is no point on the curve is refused when it is subscribed', async () => {
    const { service, device } = await scene();
    const { endpoint, keys } = service.subscribe('');
    const p256dh = `B${'A'.repeat(86)}`;
    const answer = await device.ask('push', { type: 'web', endpoint, ...keys, p256dh });
    expect(answer.body).toMatchObject({ code: 'property-invalid', property: 'p256dh' });
    expect((await device.ask('state')).body).toMatchObject({ push: 'none' });
  });

  it('address is in no event, and sealed in the store', async () => {
    const { service, subscribe, startAndWait, events, portvakt } = await scene();
    await subscribe();
    await startAndWait();
    const { items } = await portvakt.ports.store.list({ name: 'account' }, { limit: 10 });
    expect(JSON.stringify([items, await events()])).not.toContain(service.url);
  });
});
