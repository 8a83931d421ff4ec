import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createMemoryStore } from '../../test/support/memory-store.ts';
import { type MessageSettings, messagesSchema } from '../core/message-settings.ts';
import type { Store } from '../core/store.ts';
import { elksReport, startElksSimulator } from '../methods/otp-sms/simulator/elks.ts';
import { startProvider } from '../methods/otp-sms/simulator/provider.ts';
import { startSmtpSimulator } from '../methods/otp-sms/simulator/smtp.ts';
import { createAuditLog } from './audit-log.ts';
import { systemChance } from './chance.ts';
import { parseKeyRing } from './key-ring.ts';
import { createMessages } from './messages.ts';
import { openSqliteStore } from './store-sqlite.ts';
import { createVault } from './vault.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const ring = parseKeyRing(`k1:${Buffer.alloc(32, 1).toString('base64')}`);
const origin = { trace: 'a'.repeat(32), operation: 'sendSMS' };
const message = { to: '070-174 06 05', text: 'Din kod är 123456', tenant: 't1', origin };

function centre(written: object, given?: Store) {
  let now = Date.UTC(2026, 0, 2, 3);
  const clock = { now: () => now };
  const store = given ?? createMemoryStore({ clock, log: createAuditLog(ring) });
  const warned: object[] = [];
  const warn = (fields: object) => void warned.push(fields);
  const settings = messagesSchema.parse(written) as MessageSettings;
  const messages = createMessages({
    settings,
    store,
    vault: createVault(ring),
    clock,
    chance: systemChance,
    log: { warn },
  });
  closing.push(() => messages.close());
  const events = async () =>
    (await store.events(0, 1000)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  /** How many of so many messages at once went out. */
  const accepted = async (count: number, more: Partial<typeof message> = {}) => {
    const sent = await Promise.allSettled(Array.from({ length: count }, () => messages.sms({ ...message, ...more })));
    return sent.filter(({ status }) => status === 'fulfilled').length;
  };
  return { messages, store, events, pass, accepted, warned };
}

const log = { gateways: [{ log: {} }] };

it('keeps messages of the demo, the last of them only, and numbers as they are dialled', async () => {
  const { messages } = centre({ ...log, throttle: { enabled: false } });
  for (let count = 1; count <= 52; count += 1) await messages.sms({ ...message, text: `text ${count}` });
  expect(messages.outbox()).toHaveLength(50);
  expect(messages.outbox()[0]).toEqual({ at: Date.UTC(2026, 0, 2, 3), to: '+46701740605', text: 'text 3' });
});

it('warns of a gateway that fails while another takes over', async () => {
  const dead = { http: { url: 'http://127.0.0.1:1/', method: 'POST', form: { to: '{to}', text: '{text}' } } };
  const { messages, events, warned } = centre({ gateways: [dead, { log: {} }] });
  await messages.sms({ ...message, person: { realm: 'default', user: 'anna' } });
  expect(await events()).toMatchObject([{ event: 'message.sent', subject: 'log', realm: 'default', user: 'anna' }]);
  expect(warned).toEqual([{ gateways: expect.stringMatching(/^http: not-reached/) }]);
});

it('writes down who sent by which gateway', async () => {
  const { messages, events } = centre(log);
  await messages.sms(message);
  expect(await events()).toMatchObject([{ ...origin, event: 'message.sent', tenant: 't1', subject: 'log' }]);
});

it.each([
  [{ to: 'hej' }, {}, 'number-invalid'],
  [{}, { allowedPrefixes: ['+47', '+45'] }, 'prefix-denied'],
  [{}, { allowedPrefixes: ['+46'], deniedPrefixes: ['+4670'] }, 'prefix-denied'],
  [{}, { gateways: [] }, 'no-gateway'],
  [{}, { budget: { perDay: 0 } }, 'budget-spent'],
])('refuses %j under %j: %s', async (given, settings, reason) => {
  const { messages, events } = centre({ ...log, ...settings });
  await expect(messages.sms({ ...message, ...given })).rejects.toMatchObject({
    code: 'message-refused',
    recorded: true,
    detail: expect.stringContaining(reason),
  });
  expect(await events()).toMatchObject([{ event: 'message.refused', tenant: 't1', reason }]);
  expect(messages.outbox()).toEqual([]);
});

it('sends to a number as often as the throttle allows, however it is spelled, then puts it in quarantine', async () => {
  const { accepted, pass, messages } = centre(log);
  expect(await accepted(3)).toBe(3);
  expect(await accepted(3, { to: '+46 70 174 06 05', tenant: 't2' })).toBe(2);
  expect(await accepted(1, { to: '0701740606' })).toBe(1);
  pass(599);
  expect(await accepted(1)).toBe(0);
  pass(1);
  expect(await accepted(1)).toBe(1);
  expect(messages.outbox()).toHaveLength(7);
});

it('is exact with many at once, over two servers and a restart', async () => {
  // Seen to fail (all of them accepted) with read-then-write in mayWrite.
  const folder = mkdtempSync(join(tmpdir(), 'messages-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const clock = { now: () => 1_000_000 };
  const open = () => openSqliteStore({ path: join(folder, 'a.db'), clock, log: createAuditLog(ring) });
  const stores = [open(), open()] as const;
  const [one, two] = [centre(log, stores[0]), centre(log, stores[1])];
  const counts = await Promise.all([one.accepted(10), two.accepted(10)]);
  expect(counts[0] + counts[1]).toBe(5);
  expect(one.messages.outbox().length + two.messages.outbox().length).toBe(5);
  for (const store of stores) await store.close();
  const later = open();
  expect(await centre(log, later).accepted(1)).toBe(0);
  await later.close();
});

it('gives each tenant its own budget, exactly', async () => {
  const budget = { perDay: 3, tenants: { t2: 4 } };
  const { accepted, pass } = centre({ ...log, throttle: { enabled: false }, budget });
  expect(await Promise.all([accepted(20), accepted(20, { tenant: 't2' })])).toEqual([3, 4]);
  pass(86_400);
  expect(await accepted(20)).toBe(3);
});

it('does not let a number in quarantine eat the budget', async () => {
  const { accepted } = centre({ ...log, budget: { perDay: 6 } });
  expect(await accepted(20)).toBe(5);
  expect(await accepted(2, { to: '0701740606' })).toBe(1);
});

async function twoGateways() {
  const first = await startProvider(() => ({ status: 200 }));
  const second = await startProvider(() => ({ status: 200 }));
  closing.push(first.close, second.close);
  const gateways = [first, second].map(({ url }, index) => ({
    http: { url, name: `g${index}`, json: { t: '{text}' }, timeoutMs: 2000 },
  }));
  return { first, second, settings: { gateways, throttle: { enabled: false }, connectTimeoutMs: 1000 } };
}

it('has the second gateway take over when the first refuses or is away, with the same text', async () => {
  const { first, second, settings } = await twoGateways();
  const { messages, events } = centre(settings);
  first.fail({ status: 400 });
  await messages.sms(message);
  await first.close();
  await messages.sms(message);
  expect(second.calls.map(({ body }) => body.toString())).toEqual(Array(2).fill('{"t":"Din kod är 123456"}'));
  expect((await events()).map(({ subject }) => subject)).toEqual(['g1', 'g1']);
});

it('passes over a gateway that failed repeatedly', async () => {
  const { first, second, settings } = await twoGateways();
  const { messages } = centre({ ...settings, breaker: { failures: 2 } });
  first.fail({ status: 500 }, { status: 500 }, { status: 500 });
  for (const _ of [0, 1, 2, 3]) await messages.sms(message);
  expect([first.calls.length, second.calls.length]).toEqual([2, 4]);
});

it('never sends again what may be on its way', async () => {
  const { first, second, settings } = await twoGateways();
  const { messages, events } = centre(settings);
  first.fail('hang', 'reset');
  for (const _ of [0, 1]) {
    await expect(messages.sms(message)).rejects.toMatchObject({
      code: 'message-refused',
      detail: expect.stringContaining('unknown'),
    });
  }
  expect(second.calls).toEqual([]);
  expect(await events()).toMatchObject(Array(2).fill({ event: 'message.refused', reason: 'unknown', subject: 'g0' }));
});

it('takes receipts with the secret of their address only, and writes down that a message arrived', async () => {
  const elks = await startElksSimulator({ username: 'u', password: 'p' });
  closing.push(elks.close);
  const gateways = [{ '46elks': { url: elks.url, username: 'u', password: 'p', from: 'Portvakt' } }];
  const { messages, events } = centre({ gateways, receiptsUrl: 'https://login.example.se/receipts/' });
  await messages.sms(message);
  const told = new URL(new URLSearchParams(elks.calls[0]?.body.toString()).get('whendelivered') ?? '');
  const [, place, gateway = '', secret = ''] = told.pathname.split('/');
  expect([place, gateway]).toEqual(['receipts', '46elks']);
  const posted = (body: string) => ({ headers: {}, body });
  const body = elksReport('s'.padEnd(33, '0'), 'delivered');
  expect(await messages.receive(gateway, 'x'.repeat(43), posted(body))).toBe('refused');
  expect(await messages.receive('nobody', secret, posted(body))).toBe('refused');
  expect(await messages.receive(gateway, secret, posted('hej'))).toBe('not-understood');
  expect(await messages.receive(gateway, secret, posted(body))).toBe('recorded');
  expect(await events()).toHaveLength(1);
});

it('says once that a message arrived', async () => {
  const id = `s${'0'.repeat(32)}`;
  const elks = await startProvider(() => ({ status: 200, body: { id, status: 'created' } }));
  closing.push(elks.close);
  const gateways = [{ '46elks': { url: elks.url, username: 'u', password: 'p', from: 'Portvakt' } }];
  const { messages, events } = centre({ gateways, receiptsUrl: 'https://login.example.se' });
  await messages.sms(message);
  const secret = new URLSearchParams(elks.calls[0]?.body.toString()).get('whendelivered')?.split('/').at(-1) ?? '';
  for (const state of ['sent', 'delivered', 'delivered', 'failed'] as const) {
    await messages.receive('46elks', secret, { headers: {}, body: elksReport(id, state) });
  }
  expect((await events()).map(({ event, tenant }) => [event, tenant])).toEqual([
    ['message.sent', 't1'],
    ['message.delivered', 't1'],
  ]);
});

it('hands mail to the mail server, under the same throttle', async () => {
  const far = await startSmtpSimulator();
  closing.push(far.close);
  const smtp = { host: '127.0.0.1', port: far.port, security: 'none', from: 'no-reply@example.se' };
  const { messages, events } = centre({ mail: { smtp } });
  const mail = { ...message, to: 'wg@example.se', subject: 'Kod' };
  for (const _ of [0, 1, 2, 3, 4]) await messages.mail(mail);
  await expect(messages.mail({ ...mail, to: 'WG@example.se' })).rejects.toMatchObject({ detail: 'quarantined' });
  await expect(messages.mail({ ...mail, to: 'a@b, c@d' })).rejects.toMatchObject({ detail: 'address-invalid' });
  expect(far.mails).toHaveLength(5);
  expect((await events())[0]).toMatchObject({ event: 'message.sent', subject: 'smtp' });
});

it('keeps mail of the demo with the text messages', async () => {
  const { messages } = centre({ mail: { log: {} } });
  await messages.mail({ ...message, to: 'wg@example.se', subject: 'Kod' });
  expect(messages.outbox()).toMatchObject([{ to: 'wg@example.se', text: message.text }]);
});

it('leaves neither number, address nor text in the store, in events or in what it throws', async () => {
  const { first, second, settings } = await twoGateways();
  const far = await startSmtpSimulator();
  closing.push(far.close);
  const smtp = { host: '127.0.0.1', port: far.port, security: 'none', from: 'no-reply@example.se' };
  const kept: unknown[] = [];
  const { messages, store, events } = centre({ ...settings, throttle: {}, budget: { perDay: 100 }, mail: { smtp } });
  const spying = async (work: Promise<void>) => {
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    kept.push(error instanceof Error ? [error.message, error.stack, error.cause] : error);
  };
  first.fail({ status: 400, body: `${message.to} ${message.text}` }, 'hang');
  second.fail({ status: 500, body: '+46701740605' });
  far.fail({ at: 'recipient', reply: 550 });
  for (const _ of Array(7)) await spying(messages.sms(message));
  for (const _ of Array(2)) await spying(messages.mail({ ...message, to: 'wg@example.se', subject: 'Kod' }));
  for (const name of ['phone-throttle', 'mail-throttle', 'message-budget', 'message-state']) {
    kept.push(await store.list({ name }, { limit: 100 }));
  }
  kept.push(await events());
  expect(JSON.stringify(kept)).not.toMatch(/701740605|174 06 05|123456|wg@example/);
});
