import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startElksSimulator } from '../../src/methods/otp-sms/simulator/elks.ts';
import { startLinkSimulator } from '../../src/methods/otp-sms/simulator/link.ts';
import type { ReportingProvider } from '../../src/methods/otp-sms/simulator/reports.ts';
import { startSinchSimulator } from '../../src/methods/otp-sms/simulator/sinch.ts';
import { startTwilioSimulator, twilioReport } from '../../src/methods/otp-sms/simulator/twilio.ts';
import { startVonageSimulator } from '../../src/methods/otp-sms/simulator/vonage.ts';
import { hotpOf } from '../support/oath.ts';
import { askRaw, openRaw, putBytes, type RawAnswer } from '../support/raw.ts';
import { personWith, rfcSeed, simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

const receiptsUrl = 'https://login.example.se/sms/receipts';
const tenants = { t1: { operations: ['sendSMS', 'otp_token_auth'], callers: [{ open: true }] } };
const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
const sms = { mobile: '0701740605', message: 'Din kod är 123456' };
const elksAccount = { username: 'u1', password: 'p1' };
const sender = { from: 'Portvakt' };

function configOf(gateways: readonly object[], more: object = {}): object {
  return simpleConfig(people, { tenants, messages: { gateways, receiptsUrl, throttle: { enabled: false }, ...more } });
}

async function running<Provider extends ReportingProvider<never>>(starting: Promise<Provider>): Promise<Provider> {
  const provider = await starting;
  onTestFinished(() => provider.close());
  return provider;
}

/** A server that sends through 46elks, with the address that the provider was told. */
async function elksSite(more: object = {}) {
  const elks = await running(startElksSimulator(elksAccount));
  const server = await startTestServer(configOf([{ '46elks': { ...elksAccount, url: elks.url, ...sender } }], more));
  expect(await server.put('sendSMS', sms)).toMatchObject({ status: 200 });
  const { id = '', url = '' } = elks.taken[0] ?? {};
  return { ...server, elks, id, path: url.replace('https://login.example.se', '') };
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** The bytes of a request that a provider, or somebody else, could send. */
function post(path: string, body: string, headers: Readonly<Record<string, string>> = form, method = 'POST'): string {
  const all = {
    host: 'x',
    ...headers,
    ...(method === 'POST' && { 'content-length': String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${method === 'POST' ? body : ''}`;
}

/** An answer without what differs in any two. */
async function answerTo(url: string, bytes: string) {
  const answer = await askRaw(url, bytes);
  const lines = answer?.lines.filter((line) => !/^date:/i.test(line));
  return { status: answer?.status, lines, body: answer?.body.replace(/[0-9a-f]{32}/, '') };
}

const messageEvents = (events: readonly Record<string, unknown>[]) =>
  events.filter(({ event }) => String(event).startsWith('message.'));

const linkThroughGate = (url: string) => ({
  link: { url, ...elksAccount, platformId: 'S', platformPartnerId: '1', deliveryReportGates: ['g1'], ...sender },
});

/** Providers with their settings, and their words for a message that arrived and one that did not. */
const providers: readonly {
  readonly name: string;
  start(): Promise<ReportingProvider<never> & { readonly paste?: (address: string) => void }>;
  settings(url: string): object;
  readonly words: readonly [unknown, unknown];
}[] = [
  {
    name: '46elks',
    start: () => startElksSimulator(elksAccount),
    settings: (url) => ({ '46elks': { ...elksAccount, url, ...sender } }),
    words: ['delivered', 'failed'],
  },
  {
    name: 'twilio',
    start: () => startTwilioSimulator({ sid: 'AC1', token: 'right' }),
    settings: (url) => ({ twilio: { url, accountSid: 'AC1', authToken: 'right', ...sender } }),
    words: ['delivered', 'undelivered'],
  },
  ...(['POST-JSON', 'POST', 'GET'] as const).map((webhookFormat) => ({
    name: `vonage by ${webhookFormat}`,
    start: () => startVonageSimulator({ key: 'k', secret: 's', webhookFormat }),
    settings: (url: string) => ({ vonage: { url, apiKey: 'k', apiSecret: 's', ...sender } }),
    words: ['delivered', 'expired'] as const,
  })),
  {
    name: 'sinch',
    start: () => startSinchSimulator({ plan: 'p', token: 't' }),
    settings: (url) => ({ sinch: { url, servicePlanId: 'p', apiToken: 't', ...sender } }),
    words: ['Delivered', 'Rejected'],
  },
  {
    name: 'link',
    async start() {
      const link = await startLinkSimulator(elksAccount);
      return { ...link, paste: (address: string) => link.setGate('g1', address) };
    },
    settings: (url) => linkThroughGate(url),
    words: [1001, 1002],
  },
];

describe.each(providers)('a message through $name', ({ start, settings, words }) => {
  it.each([
    ['arrives', 0, 'message.delivered'],
    ['does not arrive', 1, 'message.undelivered'],
  ] as const)('%s, and its receipt is an event of whoever sent it', async (_, word, expected) => {
    const provider = await running(start());
    const { put, url, events, portvakt } = await startTestServer(configOf([settings(provider.url)]));
    for (const address of portvakt.messages.receiptAddresses()) provider.paste?.(address.url);
    expect(await put('sendSMS', sms)).toMatchObject({ status: 200 });
    expect(await provider.report(words[word] as never, url)).toBe(204);
    const [sent, arrived, ...more] = messageEvents(await events());
    expect(sent).toMatchObject({ event: 'message.sent', tenant: 't1' });
    expect(arrived).toMatchObject({
      event: expected,
      trace: sent?.['trace'],
      tenant: 't1',
      subject: sent?.['subject'],
    });
    expect(more).toEqual([]);
  });
});

it('prints the addresses for the providers, and one that is pasted there works', async () => {
  const link = await running(startLinkSimulator(elksAccount));
  const gateways = [linkThroughGate(link.url), { '46elks': { ...elksAccount, ...sender } }, { log: {} }];
  const site = makeSite(configOf(gateways));
  const server = await site.serve();
  const printing = runPortvakt('messages', 'receipts', '--config', site.file, '--data', site.data);
  expect(await printing.ended).toBe(0);
  const lines = printing
    .output()
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  expect(lines).toEqual([
    ['link', expect.stringMatching(/^https:\/\/login\.example\.se\/sms\/receipts\/link\/[\w-]{43}$/)],
    ['46elks', expect.stringMatching(/^https:\/\/login\.example\.se\/sms\/receipts\/46elks\/[\w-]{43}$/)],
  ]);
  link.setGate('g1', lines[0]?.[1] ?? '');
  const [line] = await server.connect(1);
  expect(await line?.put('sendSMS', sms)).toMatchObject({ status: 200 });
  expect(await link.report(1001, server.url)).toBe(204);
  line?.connection.close();
  await server.stop();
  expect(messageEvents(await site.events()).map(({ event }) => event)).toEqual(['message.sent', 'message.delivered']);
});

it.each([
  [{ receiptsUrl: undefined, gateways: [{ '46elks': { ...elksAccount, ...sender } }] }, /receiptsUrl is not set/],
  [{ gateways: [{ log: {} }] }, /No gateway has a provider/],
])('says why there is no address to print: %j', async (messages, why) => {
  const site = makeSite(configOf([], JSON.parse(JSON.stringify(messages)).receiptsUrl ?? messages));
  const server = await site.serve();
  const printing = runPortvakt('messages', 'receipts', '--config', site.file, '--data', site.data);
  expect(await printing.ended).toBe(1);
  expect(printing.output()).toMatch(why);
  await server.stop();
});

describe('an address that is not one', () => {
  it('is answered like any other that is not there, and leaves nothing behind', async () => {
    const { url, path, id, events } = await elksSite();
    const body = `id=${id}&status=delivered`;
    const secret = path.split('/').at(-1) ?? '';
    const other = Buffer.from(randomBytes(32)).toString('base64url');
    const nowhere = await answerTo(url, post('/nowhere/46elks/x', body));
    expect(nowhere.status).toBe(404);
    for (const wrong of [
      path.replace(secret, other),
      path.replace(secret, secret.slice(0, -1)),
      path.replace('46elks', 'twilio'),
      path.replace('46elks', 'log'),
      path.replace('/sms/receipts', '/receipts'),
      `${path}/more`,
      path.slice(0, path.lastIndexOf('/')),
    ]) {
      expect(await answerTo(url, post(wrong, body)), wrong.replace(secret, '…')).toEqual(nowhere);
    }
    const large = 'x'.repeat(70_000);
    expect(await answerTo(url, post(path.replace(secret, other), large))).toEqual(nowhere);
    expect(messageEvents(await events())).toHaveLength(1);
  });

  it('is the right one with another method, and with a query from a provider that posts', async () => {
    const { url, path, id, events } = await elksSite();
    const query = `${path}?id=${id}&status=delivered`;
    expect(await answerTo(url, post(query, '', {}, 'GET'))).toEqual(await answerTo(url, post('/x', '', {}, 'GET')));
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      expect(await answerTo(url, post(query, '', {}, method)), method).toMatchObject({ status: 404 });
    }
    expect(messageEvents(await events())).toHaveLength(1);
  });

  it('is any, as long as providers are not to send receipts', async () => {
    const elks = await running(startElksSimulator(elksAccount));
    const gateways = [{ '46elks': { ...elksAccount, url: elks.url, ...sender } }];
    const { put, url, portvakt } = await startTestServer(simpleConfig(people, { tenants, messages: { gateways } }));
    await put('sendSMS', sms);
    expect(elks.taken).toMatchObject([{ url: undefined }]);
    expect(portvakt.messages.receiptAddresses()).toEqual([]);
    const secret = portvakt.ports.vault.keyedHash('46elks', 'receipt-address');
    const body = `id=${elks.taken[0]?.id}&status=delivered`;
    for (const path of ['/46elks', '/receipts/46elks', '/sms/receipts/46elks']) {
      expect(await askRaw(url, post(`${path}/${secret}`, body))).toMatchObject({ status: 404 });
    }
  });
});

it('refuses what Twilio did not sign, in the bytes of an address that is not there', async () => {
  const twilio = await running(startTwilioSimulator({ sid: 'AC1', token: 'right' }));
  const settings = { url: twilio.url, accountSid: 'AC1', authToken: 'right', ...sender };
  const { put, url, events } = await startTestServer(configOf([{ twilio: settings }]));
  await put('sendSMS', sms);
  const { id, url: told = '' } = twilio.taken[0] ?? {};
  const path = told.replace('https://login.example.se', '');
  const fields = { MessageSid: id ?? '', MessageStatus: 'delivered' };
  const right = twilioReport(told, 'right', fields);
  const nowhere = await answerTo(url, post('/nowhere', right.body));
  for (const [headers, body] of [
    [{}, right.body],
    [twilioReport(told, 'foreign', fields).headers, right.body],
    [twilioReport(`${told}x`, 'right', fields).headers, right.body],
    [right.headers, right.body.replace('delivered', 'failed')],
  ] as const) {
    expect(await answerTo(url, post(path, body, { ...form, ...headers }))).toEqual(nowhere);
  }
  expect(messageEvents(await events())).toHaveLength(1);
  expect(await answerTo(url, post(path, right.body, { ...form, ...right.headers }))).toMatchObject({ status: 204 });
  expect(messageEvents(await events())).toHaveLength(2);
});

describe('a receipt that is not right', () => {
  it.each([
    ['a word that the provider does not have', (id: string) => `id=${id}&status=lost`, form],
    ['no id', () => 'status=delivered', form],
    ['nothing', () => '', form],
    [
      'JSON instead of a form',
      (id: string) => JSON.stringify({ id, status: 'delivered' }),
      { 'content-type': 'application/json' },
    ],
    ['a type that no provider sends', (id: string) => `id=${id}&status=delivered`, { 'content-type': 'text/plain' }],
    ['no type', (id: string) => `id=${id}&status=delivered`, {}],
    ['something compressed', (id: string) => `id=${id}&status=delivered`, { ...form, 'content-encoding': 'gzip' }],
  ])('is answered with 400 and changes nothing: %s', async (_, bodyOf, headers) => {
    const { url, path, id, events } = await elksSite();
    const answer = await askRaw(url, post(path, bodyOf(id), headers));
    expect(answer).toMatchObject({ status: 400 });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'malformed' });
    expect(answer?.body).not.toContain(path.split('/').at(-1));
    expect(messageEvents(await events())).toHaveLength(1);
  });

  it('is answered with 413 when it is larger than 64 kB', async () => {
    const { url, path, id, events } = await elksSite();
    const body = `id=${id}&status=delivered&more=`;
    expect(await askRaw(url, post(path, body.padEnd(65_537, 'x')))).toMatchObject({ status: 413 });
    expect(messageEvents(await events())).toHaveLength(1);
    expect(await askRaw(url, post(path, body.padEnd(65_536, 'x')))).toMatchObject({ status: 204 });
    expect(messageEvents(await events())).toHaveLength(2);
  });

  it('is taken, and is no event, when its message is not known or its end is known already', async () => {
    const { url, path, id, elks, events } = await elksSite();
    expect(await askRaw(url, post(path, `id=s${'0'.repeat(32)}&status=delivered`))).toMatchObject({ status: 204 });
    expect(messageEvents(await events())).toHaveLength(1);
    expect(await elks.report('delivered', url)).toBe(204);
    for (const status of ['failed', 'delivered', 'sent'] as const) expect(await elks.report(status, url)).toBe(204);
    expect(id).toBe(elks.taken[0]?.id);
    expect(messageEvents(await events())).toHaveLength(2);
  });
});

it('is to come again when the store cannot be written', async () => {
  const { elks, url, portvakt, events } = await elksSite();
  const other = new DatabaseSync(join(portvakt.config.data, 'portvakt.db'));
  other.exec('BEGIN IMMEDIATE');
  expect(await elks.report('delivered', url)).toBe(503);
  other.exec('ROLLBACK');
  other.close();
  expect(await elks.report('delivered', url)).toBe(204);
  expect(messageEvents(await events())).toHaveLength(2);
});

it('tells a flood of receipts to come again, and answers an operation meanwhile', async () => {
  const { url, path, put } = await elksSite();
  const connections = await Promise.all(Array.from({ length: 50 }, () => openRaw(url)));
  const each = Array.from({ length: 40 });
  const receiptOf = (count: number) => post(path, `id=s${String(count).padStart(32, '0')}&status=delivered`);
  for (const [count, { send }] of connections.entries()) {
    send(each.map((_, index) => receiptOf(count * each.length + index)).join(''));
  }
  const otp = hotpOf({ secret: rfcSeed }, 0);
  expect(await put('otp_token_auth', { username: 'alovelace', otp })).toMatchObject({ status: 200 });
  const answers: (RawAnswer | undefined)[] = [];
  for (const { receive } of connections) for (const _ of each) answers.push(await receive());
  for (const { close } of connections) close();
  expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([204, 429]));
  expect(answers.find((answer) => answer?.status === 429)?.header('retry-after')).toBe('1');
});

it('writes the secret of an address nowhere: no log, no event, no metric, not in the store', async () => {
  const elks = await running(startElksSimulator(elksAccount));
  const gateways = [{ '46elks': { ...elksAccount, url: elks.url, ...sender } }];
  const site = makeSite({ ...configOf(gateways), log: { level: 'debug' }, management: { port: 0 } });
  const server = await site.serve();
  expect(await askRaw(server.url, putBytes('sendSMS', JSON.stringify(sms)))).toMatchObject({ status: 200 });
  const { id, url = '' } = elks.taken[0] ?? {};
  const path = url.replace('https://login.example.se', '');
  const secret = path.split('/').at(-1) ?? '';
  expect(secret).toHaveLength(43);
  for (const [target, body, status] of [
    [path, `id=${id}&status=delivered`, 204],
    [path, 'x', 400],
    [path, 'x'.repeat(70_000), 413],
    [`${path}?${secret}`, `id=${secret}&status=${secret}`, 400],
    [path.replace('46elks', secret), `id=${id}`, 404],
    [`${path}${secret.repeat(9)}`, `id=${id}`, 404],
    [`${path}%ff%`, `id=${id}`, 404],
  ] as const) {
    expect(await askRaw(server.url, post(target, body)), String(status)).toMatchObject({ status });
  }
  const metrics = await (await fetch(`${server.managementUrl}/metrics`)).text();
  await server.stop();
  const events = JSON.stringify(await site.events());
  const files = readdirSync(site.data).map((name) => readFileSync(join(site.data, name), 'latin1'));
  expect(server.output()).toContain('request refused');
  for (const written of [server.output(), metrics, events, ...files]) expect(written.includes(secret)).toBe(false);
  expect(events).toContain('message.delivered');
});
