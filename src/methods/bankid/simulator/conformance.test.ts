import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sharedSimulator } from '../../../../test/support/bankid.ts';
import type { Issued } from '../../../simulator-kit/authority.ts';
import { testPeople } from '../../../simulator-kit/people.ts';
import type { BankIdSimulator } from './index.ts';

const simulator = sharedSimulator();
const [astrid] = testPeople;
const pinned = { endUserIp: '127.0.0.1', requirement: { personalNumber: astrid.personalNumber } };

type Body = Readonly<Record<string, unknown>>;

/** A relying party of its own, that speaks plain HTTP over mutual TLS and knows nothing of ours. */
async function party(to: BankIdSimulator, own?: Issued) {
  const { certificatePem: cert, keyPem: key } = own ?? (await to.issueClient());
  const agent = new Agent({ connect: { ca: to.ca, cert, key } });
  onTestFinished(() => agent.close());
  const call = async (method: 'GET' | 'POST', path: string, body?: string, type = 'application/json') => {
    const headers = { 'content-type': type };
    const answer = await request(`${to.url}/${path}`, { method, headers, body: body ?? null, dispatcher: agent });
    const text = await answer.body.text();
    return { status: answer.statusCode, type: answer.headers['content-type'], body: JSON.parse(text) as Body };
  };
  const post = (path: string, body: unknown, type?: string) => call('POST', path, JSON.stringify(body), type);
  const start = async (body: object = { endUserIp: '127.0.0.1' }, path = 'auth') => {
    const { orderRef } = (await post(path, body)).body;
    return { orderRef, ref: String(orderRef), collect: () => post('collect', { orderRef }) };
  };
  return { call, post, start };
}

const refused = { status: 400, body: { errorCode: 'invalidParameters', details: expect.any(String) } };
const base64 = (length: number) => Buffer.alloc((length / 4) * 3, 'a').toString('base64');

describe('a start', () => {
  it('gives four texts, one by phone', async () => {
    const { post } = await party(simulator());
    const { status, type, body } = await post('auth', { endUserIp: '127.0.0.1' });
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
    expect(Object.keys(body)).toEqual(['orderRef', 'autoStartToken', 'qrStartToken', 'qrStartSecret']);
    expect(new Set(Object.values(body)).size).toBe(4);
    const phone = { personalNumber: astrid.personalNumber, callInitiator: 'RP' };
    expect(Object.keys((await post('phone/auth', phone)).body)).toEqual(['orderRef']);
    for (const { ref, isOpen } of simulator().orders()) if (isOpen) await simulator().act('decline', ref);
  });

  it('demands POST, a known method and its media type without a parameter', async () => {
    const { call, post } = await party(simulator());
    expect(await call('GET', 'auth')).toMatchObject({ status: 405, body: { errorCode: 'methodNotAllowed' } });
    expect(await post('authenticate', {})).toMatchObject({ status: 404, body: { errorCode: 'notFound' } });
    for (const type of ['application/json; charset=utf-8', 'text/plain']) {
      const answer = await post('auth', { endUserIp: '127.0.0.1' }, type);
      expect(answer).toMatchObject({ status: 415, body: { errorCode: 'unsupportedMediaType' } });
    }
  });

  it('is refused without a certificate', async () => {
    const agent = new Agent({ connect: { ca: simulator().ca } });
    onTestFinished(() => agent.close());
    await expect(request(`${simulator().url}/auth`, { method: 'POST', dispatcher: agent })).rejects.toThrow();
  });

  it.each<[string, string, unknown]>([
    ['without an address', 'auth', {}],
    ['with an address that is none', 'auth', { endUserIp: '1.2.3' }],
    ['with a text that is not Base64', 'auth', { endUserIp: '::1', userVisibleData: 'Hej!' }],
    ['with a text that is too long', 'auth', { endUserIp: '::1', userVisibleData: base64(1504) }],
    ['with a hidden text that is too long', 'auth', { endUserIp: '::1', userNonVisibleData: base64(1504) }],
    ['to sign without a text', 'sign', { endUserIp: '::1' }],
    ['to sign a text that is too long', 'sign', { endUserIp: '::1', userVisibleData: base64(40_004) }],
    [
      'to sign a hidden text that is too long',
      'sign',
      { endUserIp: '::1', userVisibleData: 'QUJD', userNonVisibleData: base64(200_004) },
    ],
    ['of an app and a page', 'auth', { endUserIp: '::1', app: { deviceOS: 'x' }, web: { userAgent: 'x' } }],
    ['with another way to read the text', 'auth', { endUserIp: '::1', userVisibleDataFormat: 'html' }],
    ['with a requirement of the wrong type', 'auth', { endUserIp: '::1', requirement: { pinCode: 'true' } }],
    ['by phone without a person', 'phone/auth', { callInitiator: 'user' }],
    ['by phone without who called', 'phone/auth', { personalNumber: astrid.personalNumber }],
    [
      'by phone with another word for who called',
      'phone/auth',
      { personalNumber: astrid.personalNumber, callInitiator: 'USER' },
    ],
    ['that is a list', 'auth', []],
  ])('is refused %s', async (_, path, body) => {
    expect(await (await party(simulator())).post(path, body)).toMatchObject(refused);
  });

  it('takes the longest texts, and properties that nobody knows', async () => {
    const { post } = await party(simulator());
    const texts = { userVisibleData: base64(40_000), userNonVisibleData: base64(200_000) };
    expect(await post('sign', { endUserIp: '::1', ...texts, extra: 1 })).toMatchObject({ status: 200 });
    expect(await post('auth', { endUserIp: '::1', userVisibleData: base64(1500) })).toMatchObject({ status: 200 });
  });

  it('that is not JSON is refused', async () => {
    expect(await (await party(simulator())).call('POST', 'auth', '{')).toMatchObject(refused);
  });
});

describe('an order', () => {
  it('is outstanding until somebody takes it', async () => {
    const { collect, orderRef } = await (await party(simulator())).start();
    const body = { orderRef, status: 'pending', hintCode: 'outstandingTransaction' };
    expect(await collect()).toMatchObject({ status: 200, body });
  });

  it('is delivered once when it is done', async () => {
    const { collect, ref, orderRef } = await (await party(simulator())).start();
    await simulator().act('scan', ref);
    expect((await collect()).body).toMatchObject({ status: 'pending', hintCode: 'started' });
    await simulator().act('next', ref);
    expect((await collect()).body).toMatchObject({ status: 'pending', hintCode: 'userSign' });
    await simulator().act('approve', ref, { person: astrid.personalNumber });
    const done = await collect();
    expect(done.body).toMatchObject({
      orderRef,
      status: 'complete',
      completionData: {
        user: { personalNumber: astrid.personalNumber, surname: astrid.surname },
        bankIdIssueDate: '2020-02-01Z',
      },
    });
    expect(done.body).not.toHaveProperty('hintCode');
    expect(await collect()).toMatchObject(refused);
  });

  it('is taken by the text of its QR code only while that is shown', async () => {
    const { post } = await party(simulator());
    const { orderRef, qrStartToken, qrStartSecret } = (await post('auth', { endUserIp: '::1' })).body;
    const qrAt = (time: number) =>
      `bankid.${qrStartToken}.${time}.${createHmac('sha256', String(qrStartSecret)).update(String(time)).digest('hex')}`;
    const scan = (qr: string) => simulator().act('scan', '', { qr });
    simulator().clock.advance(10);
    for (const qr of [qrAt(6), qrAt(11), qrAt(10).replace(/.$/, '_'), qrAt(10).replace('.10.', '.9.')]) {
      await expect(scan(qr)).rejects.toThrow('not one that is shown now');
    }
    await scan(qrAt(8));
    expect((await post('collect', { orderRef })).body).toMatchObject({ hintCode: 'started' });
    await expect(scan(qrAt(10))).rejects.toThrow('cannot be taken any more');
  });

  it('belongs to the certificate that started it', async () => {
    const { orderRef } = await (await party(simulator())).start();
    const other = await party(simulator());
    expect(await other.post('collect', { orderRef })).toMatchObject(refused);
    expect(await other.post('cancel', { orderRef })).toMatchObject(refused);
  });

  it('is cancelled by a second one for the same person, which is refused', async () => {
    const { start, post } = await party(simulator());
    const first = await start(pinned);
    expect(await post('auth', pinned)).toMatchObject({ status: 400, body: { errorCode: 'alreadyInProgress' } });
    expect((await first.collect()).body).toMatchObject({ status: 'failed', hintCode: 'cancelled' });
  });

  it('is completed by nobody but the person it is for', async () => {
    const { collect, ref } = await (await party(simulator())).start(pinned);
    await simulator().act('approve', ref, { person: testPeople[1].personalNumber });
    expect((await collect()).body).toMatchObject({
      completionData: { user: { personalNumber: astrid.personalNumber } },
    });
  });

  it('can be cancelled once', async () => {
    const { start, post } = await party(simulator());
    const { orderRef, collect } = await start();
    expect(await post('cancel', { orderRef })).toMatchObject({ status: 200, body: {} });
    expect(await post('cancel', { orderRef })).toMatchObject(refused);
    expect(await collect()).toMatchObject(refused);
  });

  it('runs out untaken, unfinished and uncollected', async () => {
    const { start } = await party(simulator());
    const collectAfter = async (seconds: number, { collect }: Awaited<ReturnType<typeof start>>) => {
      simulator().clock.advance(seconds);
      return collect();
    };
    expect((await collectAfter(29, await start())).body).toMatchObject({ status: 'pending' });
    expect((await collectAfter(30, await start())).body).toMatchObject({ status: 'failed', hintCode: 'startFailed' });
    const taken = await start();
    await simulator().act('scan', taken.ref);
    expect((await collectAfter(180, taken)).body).toMatchObject({ status: 'failed', hintCode: 'expiredTransaction' });
    expect(await collectAfter(30 + 301, await start())).toMatchObject(refused);
    const done = await start();
    await simulator().act('approve', done.ref, { person: astrid.personalNumber });
    expect(await collectAfter(181, done)).toMatchObject(refused);
  });

  it('asks for a travel document where that was demanded, and for the call where there is one', async () => {
    const { start } = await party(simulator());
    const { ref, collect } = await start({ endUserIp: '::1', requirement: { mrtd: true } });
    const hints: unknown[] = [];
    for (let step = 0; step < 3; step += 1) {
      await simulator().act('next', ref);
      hints.push((await collect()).body['hintCode']);
    }
    expect(hints).toEqual(['started', 'userMrtd', 'userSign']);
    const phone = await start({ personalNumber: testPeople[2].personalNumber, callInitiator: 'user' }, 'phone/auth');
    await simulator().act('next', phone.ref);
    expect((await phone.collect()).body).toMatchObject({ hintCode: 'userCallConfirm' });
    await simulator().act('decline', phone.ref);
    expect((await phone.collect()).body).toMatchObject({ status: 'failed', hintCode: 'userDeclinedCall' });
  });
});
