import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type GatewaySettings, gatewaySchema } from '../core/gateway-settings.ts';
import { elksReport, startElksSimulator } from '../methods/otp-sms/simulator/elks.ts';
import { linkReport, startLinkSimulator } from '../methods/otp-sms/simulator/link.ts';
import { formOf, jsonOf, type SimulatedProvider, startProvider } from '../methods/otp-sms/simulator/provider.ts';
import { sinchReport, startSinchSimulator } from '../methods/otp-sms/simulator/sinch.ts';
import { startTwilioSimulator, twilioReport } from '../methods/otp-sms/simulator/twilio.ts';
import { startVonageSimulator, vonageReport } from '../methods/otp-sms/simulator/vonage.ts';
import { systemClock } from './clock.ts';
import { createHttpClient } from './http-client.ts';
import type { Gateway, Sending } from './messages-gateway.ts';
import { createGateway } from './messages-gateways.ts';
import { createOutbox } from './messages-outbox.ts';
import { isSignedByTwilio } from './sms-twilio.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const connectTimeoutMs = 1000;
const receiptUrl = 'https://login.example.se/receipts/x/secret';

function gatewayOf(settings: object): Gateway {
  const http = createHttpClient({ connectTimeoutMs, failures: Number.POSITIVE_INFINITY });
  closing.push(() => http.close());
  return createGateway(gatewaySchema.parse(settings) as GatewaySettings, {
    connectTimeoutMs,
    clock: systemClock,
    http,
    outbox: createOutbox(systemClock),
    receiptUrl: () => receiptUrl,
    onReceipt: async () => undefined,
  });
}

async function running(starting: Promise<SimulatedProvider>): Promise<SimulatedProvider> {
  const provider = await starting;
  closing.push(() => provider.close());
  return provider;
}

const text = 'Din kod är 123456 & [gäller] 5 €';
const sms = { to: '+46701740605', text, reference: '0123456789abcdef' };
const swedish = `${'Räksmörgås på Åland är ändå över förväntan. '.repeat(8)}Slut.`;
const [secret, account] = ['right', { username: 'u1', password: 'right' }];

/** Each provider: its simulator, our settings for it, the text as it reads it, and how it reads the number. */
const providers: readonly {
  readonly name: string;
  readonly start: () => Promise<SimulatedProvider>;
  readonly settings: (url: string, proof: string) => object;
  readonly received: (provider: SimulatedProvider) => unknown;
  readonly number: string;
}[] = [
  {
    name: '46elks',
    start: () => startElksSimulator(account),
    settings: (url, password) => ({ '46elks': { url, username: 'u1', password, from: 'Portvakt', timeoutMs: 2000 } }),
    received: ({ calls }) => [formOf(calls.at(-1) as never)['to'], formOf(calls.at(-1) as never)['message']],
    number: sms.to,
  },
  {
    name: 'twilio',
    start: () => startTwilioSimulator({ sid: 'AC1', token: secret }),
    settings: (url, authToken) => ({
      twilio: { url, accountSid: 'AC1', authToken, from: '+46700000000', timeoutMs: 2000 },
    }),
    received: ({ calls }) => [formOf(calls.at(-1) as never)['To'], formOf(calls.at(-1) as never)['Body']],
    number: sms.to,
  },
  {
    name: 'vonage',
    start: () => startVonageSimulator({ key: 'k', secret }),
    settings: (url, apiSecret) => ({ vonage: { url, apiKey: 'k', apiSecret, from: 'Portvakt', timeoutMs: 2000 } }),
    received: ({ calls }) => [formOf(calls.at(-1) as never)['to'], formOf(calls.at(-1) as never)['text']],
    number: '46701740605',
  },
  {
    name: 'sinch',
    start: () => startSinchSimulator({ plan: 'p', token: secret }),
    settings: (url, apiToken) => ({ sinch: { url, servicePlanId: 'p', apiToken, from: 'Portvakt', timeoutMs: 2000 } }),
    received: ({ calls }) => [String(jsonOf(calls.at(-1) as never)?.['to']), jsonOf(calls.at(-1) as never)?.['body']],
    number: '46701740605',
  },
  {
    name: 'link',
    start: () => startLinkSimulator(account),
    settings: (url, password) => ({
      link: {
        ...{ url, username: 'u1', password, from: 'Portvakt', timeoutMs: 2000 },
        ...{ platformId: 'SMSC', platformPartnerId: '1', deliveryReportGates: ['g'] },
      },
    }),
    received: ({ calls }) => [
      jsonOf(calls.at(-1) as never)?.['destination'],
      jsonOf(calls.at(-1) as never)?.['userData'],
    ],
    number: sms.to,
  },
];

describe.each(providers)('$name', ({ start, settings, received, number }) => {
  const ready = async (proof = secret) => {
    const provider = await running(start());
    return { provider, gateway: gatewayOf(settings(provider.url, proof)) };
  };

  it('takes a message, with its number and text whole', async () => {
    const { provider, gateway } = await ready();
    const sending = await gateway.send(sms);
    expect(sending).toMatchObject({ outcome: 'accepted', ids: [expect.stringMatching(/.{10}/)] });
    expect(received(provider)).toEqual([number, text]);
  });

  it('takes a long Swedish text whole', async () => {
    const { provider, gateway } = await ready();
    expect(await gateway.send({ ...sms, text: swedish })).toMatchObject({ outcome: 'accepted' });
    expect(received(provider)).toEqual([number, swedish]);
  });

  it('refuses a wrong proof, and a number that is none', async () => {
    const { gateway } = await ready('wrong');
    expect(await gateway.send(sms)).toMatchObject({ outcome: 'refused', reason: 'auth' });
    const { gateway: known } = await ready();
    expect(await known.send({ ...sms, to: '+4' })).toMatchObject({ outcome: 'refused' });
  });

  it('is told apart when it has trouble, refuses, hangs, breaks or answers nonsense', async () => {
    const { provider, gateway } = await ready();
    const faults = [
      { status: 500 },
      { status: 503 },
      { status: 429 },
      { status: 504 },
      'hang',
      'reset',
      { status: 200, body: 'hej' },
    ] as const;
    provider.fail(...faults);
    const seen: Sending[] = [];
    for (const _ of faults) seen.push(await gateway.send(sms));
    expect(seen).toMatchObject([
      { outcome: 'refused', reason: 'unavailable' },
      { outcome: 'refused', reason: 'unavailable' },
      { outcome: 'refused', reason: 'throttled' },
      { outcome: 'unknown' },
      { outcome: 'unknown', code: 'TimeoutError' },
      { outcome: 'unknown' },
      { outcome: 'unknown' },
    ]);
    expect(JSON.stringify(seen)).not.toMatch(/6701740605|123456/);
  });

  it('is not reached when nobody is there', async () => {
    const { provider, gateway } = await ready();
    await provider.close();
    expect(await gateway.send(sms)).toEqual({ outcome: 'not-reached', code: 'ECONNREFUSED' });
  });

  it('is not reached when connecting takes too long', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closing.push(() => silent.close());
    const { port } = silent.address() as { port: number };
    // TCP is open, but the TLS handshake is never answered: nothing of the request has been sent.
    const gateway = gatewayOf(settings(`https://127.0.0.1:${port}`, secret));
    expect(await gateway.send(sms)).toEqual({ outcome: 'not-reached', code: 'UND_ERR_CONNECT_TIMEOUT' });
  });
});

it('keeps the text out of the log of 46elks, and asks for receipts', async () => {
  const provider = await running(startElksSimulator(account));
  await gatewayOf({ '46elks': { url: provider.url, ...account, from: 'Portvakt' } }).send(sms);
  expect(formOf(provider.calls[0] as never)).toMatchObject({ dontlog: 'message', whendelivered: receiptUrl });
});

it('tells Vonage when a text needs more than the GSM alphabet', async () => {
  const provider = await running(startVonageSimulator({ key: 'k', secret }));
  const gateway = gatewayOf({ vonage: { url: provider.url, apiKey: 'k', apiSecret: secret, from: 'Portvakt' } });
  await gateway.send(sms);
  await gateway.send({ ...sms, text: 'Код 123' });
  expect(provider.calls.map((call) => formOf(call)['type'])).toEqual(['text', 'unicode']);
});

it('does not know what becomes of a text of which Vonage took only a part', async () => {
  const provider = await running(startVonageSimulator({ key: 'k', secret }));
  provider.fail({ status: 200, body: { messages: [{ status: '0', 'message-id': 'a' }, { status: '1' }] } });
  const gateway = gatewayOf({ vonage: { url: provider.url, apiKey: 'k', apiSecret: secret, from: 'Portvakt' } });
  expect(await gateway.send(sms)).toEqual({ outcome: 'unknown', code: '1' });
});

it('passes on why Twilio refuses, without its words', async () => {
  const provider = await running(startTwilioSimulator({ sid: 'AC1', token: secret, optedOut: [sms.to] }));
  const gateway = gatewayOf({
    twilio: { url: provider.url, accountSid: 'AC1', authToken: secret, messagingServiceSid: 'MG' },
  });
  expect(await gateway.send(sms)).toEqual({ outcome: 'refused', reason: 'blocked', code: '21610' });
});

it('believes the signature of Twilio, over this address and these fields only', () => {
  // https://www.twilio.com/docs/usage/security#validating-requests
  const body = 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212';
  const posted = { headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' }, body };
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  expect(isSignedByTwilio(posted, '12345', url)).toBe(true);
  expect(isSignedByTwilio({ ...posted, body: body.replace('1234', '1235') }, '12345', url)).toBe(false);
  expect(isSignedByTwilio(posted, '12345', 'https://mycompany.com/')).toBe(false);
  expect(isSignedByTwilio({ ...posted, headers: {} }, '12345', url)).toBe(false);
});

const twilioSettings = { twilio: { accountSid: 'AC1', authToken: secret, from: '+46700000000' } };

it.each<[string, object, string, object | undefined]>([
  ['46elks', { '46elks': { ...account, from: 'P' } }, elksReport('s1', 'delivered'), { id: 's1', state: 'delivered' }],
  ['46elks', { '46elks': { ...account, from: 'P' } }, elksReport('s1', 'failed'), { id: 's1', state: 'failed' }],
  ['46elks', { '46elks': { ...account, from: 'P' } }, 'id=s1&status=constructor', undefined],
  [
    'twilio',
    twilioSettings,
    'MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005',
    { id: 'SM1', state: 'failed' },
  ],
  ['twilio', twilioSettings, 'MessageSid=SM1&MessageStatus=sent', { id: 'SM1', state: 'sent' }],
  [
    'vonage',
    { vonage: { apiKey: 'k', apiSecret: 's', from: 'P' } },
    vonageReport('0A', 'delivered'),
    { id: '0A', state: 'delivered' },
  ],
  [
    'vonage',
    { vonage: { apiKey: 'k', apiSecret: 's', from: 'P' } },
    'messageId=0A&status=expired',
    { id: '0A', state: 'failed' },
  ],
  [
    'sinch',
    { sinch: { servicePlanId: 'p', apiToken: 't', from: 'P' } },
    sinchReport('01', 'Delivered'),
    { id: '01', state: 'delivered' },
  ],
  ['sinch', { sinch: { servicePlanId: 'p', apiToken: 't', from: 'P' } }, sinchReport('01', 'Lost'), undefined],
  [
    'sinch',
    { sinch: { servicePlanId: 'p', apiToken: 't', from: 'P' } },
    '{"batch_id":"01","status":{"toString":1}}',
    undefined,
  ],
])('reads the receipts of %s: %j %s', (_, settings, body, receipt) => {
  expect(gatewayOf(settings).receipts?.parse(body)).toEqual(receipt);
});

it.each([
  [1000, 'sent'],
  [1001, 'delivered'],
  [1002, 'failed'],
  [1006, 'failed'],
  [1007, 'delivered'],
  [1010, 'sent'],
  [2104, 'failed'],
])('reads the result code %d of LINK Mobility as %s', (code, state) => {
  const link = { url: 'https://x', ...account, platformId: 'a', platformPartnerId: 'b', from: 'P' };
  expect(gatewayOf({ link }).receipts?.parse(linkReport('D+/1', code))).toEqual({ id: 'D+/1', state });
});

it('takes a signed receipt of Twilio and no other', () => {
  const reader = gatewayOf(twilioSettings).receipts;
  const posted = twilioReport(receiptUrl, secret, { MessageSid: 'SM1', MessageStatus: 'delivered', To: sms.to });
  expect(reader?.isGenuine?.(posted)).toBe(true);
  expect(reader?.isGenuine?.({ ...posted, body: posted.body.replace('delivered', 'failed') })).toBe(false);
});

it('connects anew for each message, so that no idle connection can swallow one', async () => {
  const provider = await running(startProvider(() => ({ status: 200 })));
  const gateway = gatewayOf({ http: { url: provider.url } });
  for (const _ of [0, 1]) await gateway.send(sms);
  expect(provider.calls.map(({ headers }) => headers['connection'])).toEqual(['close', 'close']);
});

describe('the template', () => {
  const recorded = async (settings: object, answer: object = { status: 200 }) => {
    const provider = await running(startProvider(() => answer as { status: number }));
    const gateway = gatewayOf({
      http: { timeoutMs: 2000, ...settings, url: `${provider.url}${(settings as { url: string }).url}` },
    });
    return { provider, sending: await gateway.send({ ...sms, text: 'Kod: 12&34 å' }) };
  };

  it('writes every value for its place: address, form, JSON, XML', async () => {
    const url = '/send?to={to}&nat={toNational}&text={text}&u={user}&p={password}';
    const { provider } = await recorded({ method: 'GET', url, user: 'ö&', password: 'p=' });
    expect(provider.calls[0]).toMatchObject({
      method: 'GET',
      target: '/send?to=%2B46701740605&nat=0701740605&text=Kod%3A%2012%2634%20%C3%A5&u=%C3%B6%26&p=p%3D',
    });
    const form = await recorded({ url: '/', form: { 'till&': '{to00}', text: '{text}' } });
    expect(form.provider.calls[0]?.body.toString()).toBe('till%26=0046701740605&text=Kod%3A+12%2634+%C3%A5');
    const json = await recorded({ url: '/', json: { to: ['{toNoPlus}'], n: 1, in: { text: '"{text}"' } } });
    expect(json.provider.calls[0]?.body.toString()).toBe(
      '{"to":["46701740605"],"n":1,"in":{"text":"\\"Kod: 12&34 å\\""}}',
    );
    const xml = await recorded({ url: '/', xml: '<sms to="{to}">{text}</sms>' });
    expect(xml.provider.calls[0]?.body.toString()).toBe('<sms to="+46701740605">Kod: 12&amp;34 å</sms>');
  });

  it('writes Latin-1 where it must, and refuses what has no place in it', async () => {
    const url = '/?text={text}';
    const { provider } = await recorded({ url, form: { t: '{text}' }, charset: 'iso-8859-1' });
    expect(provider.calls[0]?.target).toBe('/?text=Kod%3A%2012%2634%20%E5');
    expect(provider.calls[0]?.body.toString()).toBe('t=Kod%3A+12%2634+%E5');
    const gateway = gatewayOf({ http: { url: `${provider.url}${url}`, charset: 'iso-8859-1' } });
    expect(await gateway.send({ ...sms, text: '€' })).toEqual({ outcome: 'refused', reason: 'content' });
  });

  it('proves itself and sends headers, but none that a value breaks', async () => {
    const headers = { 'X-To': '{to}', 'X-Text': '{text}' };
    const { provider } = await recorded({ url: '/', headers, basic: { username: 'a', password: 'b' } });
    expect(provider.calls[0]?.headers).toMatchObject({ 'x-to': '+46701740605', authorization: 'Basic YTpi' });
    const gateway = gatewayOf({ http: { url: provider.url, headers } });
    expect(await gateway.send({ ...sms, text: 'a\r\nX-Evil: 1' })).toEqual({ outcome: 'refused', reason: 'content' });
    expect(provider.calls).toHaveLength(1);
  });

  it.each<[object, object, object]>([
    [{}, { status: 202 }, { outcome: 'accepted', ids: [] }],
    [{ statuses: [200] }, { status: 202 }, { outcome: 'refused', reason: 'other', code: '202' }],
    [{ startsWith: 'OK' }, { status: 200, body: 'OK:1' }, { outcome: 'accepted', ids: [] }],
    [
      { startsWith: 'OK' },
      { status: 200, body: 'ERR' },
      { outcome: 'refused', reason: 'other', code: 'by its answer' },
    ],
    [
      { json: { '/a/0/s~1t': 0 } },
      { status: 200, body: { a: [{ 's/t': 0 }], id: 7 } },
      { outcome: 'accepted', ids: ['7'] },
    ],
    [
      { json: { '/a': 0 } },
      { status: 200, body: { a: 1 } },
      { outcome: 'refused', reason: 'other', code: 'by its answer' },
    ],
    [{ json: { '/a': 0 } }, { status: 200, body: '<html>' }, { outcome: 'unknown', code: 'answer not understood' }],
  ])('with %j takes %j for %j', async (accepted, answer, sending) => {
    expect((await recorded({ url: '/', accepted, id: '/id' }, answer)).sending).toEqual(sending);
  });
});

it.each([
  [{ http: { url: 'https://x/{number}' } }],
  [{ http: { url: 'https://{to}/' } }],
  [{ http: { url: 'https://x/', json: { a: ['{nobody}'] } } }],
  [{ http: { url: 'https://x/', headers: { 'X-A': 'a\nb' } } }],
  [{ http: { url: 'https://x/', form: {}, json: {} } }],
  [{ log: {}, twilio: {} }],
])('refuses to begin with %j', (settings) => {
  expect(gatewaySchema.safeParse(settings).success).toBe(false);
});
