import { describe, expect, it } from 'vitest';
import { sharedSimulator, startBankId } from '../../../test/support/bankid.ts';
import { transactions } from '../../core/transaction.ts';
import { testPeople } from '../../simulator-kit/people.ts';

const simulator = sharedSimulator();
const [astrid, marta, ulla] = testPeople;
const approve = (ref: string, person: string = astrid.personalNumber) => simulator().act('approve', ref, { person });
/** The last order that BankID was sent. */
const sent = () =>
  JSON.parse(simulator().calls.findLast(({ path }) => !path.endsWith('collect'))?.body ?? '') as unknown;
const asked = (path: string) => simulator().calls.filter((call) => call.path.endsWith(path)).length;

describe('an identification', () => {
  it('begins with an empty request', async () => {
    const { begin } = await startBankId(simulator());
    const { reply } = await begin();
    const { autoStartToken, qrStartToken } = reply;
    expect(reply).toEqual({
      transactionID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      autoStartToken: expect.stringMatching(/./),
      qrStartToken: expect.stringMatching(/./),
      qrData: expect.stringMatching(new RegExp(`^bankid\\.${qrStartToken}\\.0\\.[0-9a-f]{64}$`)),
      launchUrl: `https://app.bankid.com/?autostarttoken=${autoStartToken}&redirect=null`,
      schemeUrl: `bankid:///?autostarttoken=${autoStartToken}&redirect=null`,
    });
    expect(sent()).toEqual({ endUserIp: '192.0.2.9' });
  });

  it('tells the six properties once it is done, however often asked', async () => {
    const { ask, begin, check } = await withBegin();
    await approve(begin.ref);
    const told = await check();
    expect(told).toEqual({
      status: 'OK',
      personalNumber: astrid.personalNumber,
      name: `${astrid.givenName} ${astrid.surname}`,
      givenName: astrid.givenName,
      surName: astrid.surname,
      signature: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
      ocspResponse: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
    });
    const before = asked('collect');
    expect(await check()).toEqual(told);
    expect(await ask('bankid_check_auth', { orderRef: begin.id })).toEqual(told);
    expect(asked('collect')).toBe(before);
  });

  it('tells each state that the person goes through, in the language asked for', async () => {
    const { begin, check } = await withBegin({}, { more: english });
    expect(await check()).toMatchObject({ status: 'OUTSTANDING_TRANSACTION', userMessageId: 'RFA1' });
    expect(await check({ device: 'same' })).toMatchObject({ userMessageId: 'RFA13' });
    await simulator().act('scan', begin.ref);
    const swedish = await check({ language: 'sv' });
    expect(swedish).toMatchObject({ status: 'STARTED', userMessage: expect.stringContaining('letas upp') });
    expect(await check({ language: 'en' })).toMatchObject({ userMessage: expect.stringContaining('Looking for') });
    expect(await begin.ask('check_in_english')).toMatchObject({ userMessage: expect.stringContaining('Looking for') });
    await expect(check({ language: 'fi' })).rejects.toMatchObject({ code: 'property-invalid', property: 'language' });
  });

  it('lets only the person asked for complete it', async () => {
    const { begin, check } = await withBegin({ pnr: marta.personalNumber });
    expect(sent()).toMatchObject({ requirement: { personalNumber: marta.personalNumber } });
    await approve(begin.ref);
    expect(await check()).toMatchObject({ status: 'OK', personalNumber: marta.personalNumber });
  });

  it('under way for a person is ended by a second one, which is refused', async () => {
    const { ask, check } = await withBegin({ pnr: ulla.personalNumber });
    const second = ask('bankid_start_auth', { pnr: ulla.personalNumber });
    await expect(second).rejects.toMatchObject({ code: 'already-in-progress', status: 409 });
    expect(await check()).toMatchObject({ status: 'ERROR', message: 'cancelled', userMessageId: 'RFA3' });
  });

  it('runs out by itself when BankID does not say so', async () => {
    const { ask, begin, pass, events } = await withBegin({}, { settings: { lifetimeSeconds: 30 } });
    pass(30);
    const told = await ask('bankid_check_auth', { transactionID: begin.id });
    expect(told).toMatchObject({ status: 'ERROR', message: 'expiredTransaction' });
    expect(await events()).toEqual(['transaction.opened', 'transaction.expired expired']);
  });

  it('is asked about once in two seconds, whoever wants to know', async () => {
    const { ask, begin, pass } = await withBegin();
    const before = asked('collect');
    const poll = () => ask('bankid_check_auth', { transactionID: begin.id });
    await Promise.all([poll(), poll(), poll()]);
    pass(1.9);
    await poll();
    expect(asked('collect')).toBe(before + 1);
    pass(0.1);
    await Promise.all([poll(), poll()]);
    expect(asked('collect')).toBe(before + 2);
  });

  it('tells what else BankID said as facts, and the risk in the answer', async () => {
    const properties = {
      uhi: '${identity.deviceUhi}',
      born: '${identity.bankIdIssueDate}',
      at: '${identity.deviceAddress}',
    };
    const more = { more: { summary: 'x', steps: [{ step: 'bankid/check' }, { step: 'reply', properties }] } };
    const { ask, begin, pass } = await withBegin({ returnRisk: 'true', mrtd: 'true' }, { more });
    await approve(begin.ref);
    pass(2);
    const told = await ask('more', { transactionID: begin.id });
    expect(told).toMatchObject({
      status: 'OK',
      risk: 'low',
      uhi: expect.any(String),
      born: '2020-02-01Z',
      at: '192.0.2.7',
    });
  });
});

const english = { check_in_english: { summary: 'x', steps: [{ step: 'bankid/check', language: 'en' }] } };

/** A running identification. */
async function withBegin(input: object = {}, options: Parameters<typeof startBankId>[1] = {}) {
  const bench = await startBankId(simulator(), options);
  const begun = await bench.begin(input);
  const ask = (name: string) => bench.ask(name, { transactionID: begun.id });
  return { ...bench, begin: { ...begun, ask }, check: begun.check };
}

describe('the QR code', () => {
  it('is another one each second, and one that the app takes', async () => {
    const { ask, begin, pass } = await withBegin();
    const codes = [begin.reply['qrData']];
    for (let second = 0; second < 3; second += 1) {
      pass(1);
      codes.push((await begin.ask('bankid_check_auth'))['qrData']);
    }
    expect(new Set(codes).size).toBe(4);
    await simulator().act('scan', '', { qr: codes.at(-1) ?? '' });
    pass(2);
    const told = await ask('bankid_check_auth', { transactionID: begin.id });
    expect(told).toMatchObject({ status: 'STARTED' });
    expect(told).not.toHaveProperty('qrData');
  });

  it('is drawn when the request asks for that', async () => {
    const { begin, check } = await withBegin({ qrImage: 'svg' });
    expect(begin.reply).toMatchObject({ qrSvg: expect.stringMatching(/^<svg /) });
    expect(await check({ qrImage: 'png' })).toMatchObject({ qrPng: expect.stringMatching(/^iVBORw0KGgo/) });
    expect(await check()).not.toHaveProperty('qrSvg');
    await expect(check({ qrImage: 'gif' })).rejects.toMatchObject({ property: 'qrImage' });
  });

  it('does not let its secret, nor BankID’s reference, leave the server', async () => {
    const { begin, check, answers, events, logged, store, ask } = await withBegin({ qrImage: 'svg' });
    const { qrStartSecret, orderRef } = JSON.parse(answers[0] ?? '') as Record<string, string>;
    const outside = [begin.reply, await check({ qrImage: 'png' })];
    simulator().faults.set('rubbish', { times: 1 });
    outside.push(await check(), await ask('bankid_cancel', { transactionID: begin.id }), await check());
    const kept = await store.list(transactions, { limit: 100 });
    const all = JSON.stringify([outside, await events(), logged, kept, await store.events(0, 1000)]);
    expect(qrStartSecret).toMatch(/^[0-9a-f-]{36}$/);
    for (const secret of [qrStartSecret, orderRef]) expect(all).not.toContain(secret);
  });
});

describe('an order', () => {
  it('carries what the request says, and nothing else of it', async () => {
    const { ask } = await startBankId(simulator());
    await ask('bankid_start_auth', {
      endUserIp: '2001:db8::1',
      userVisibleData: 'Logga in på *Ångström*',
      userVisibleDataFormat: 'simpleMarkdownV1',
      userNonVisibleData: 'hidden',
      returnUrl: 'https://portal.example/back?a=1#x',
      returnRisk: 'true',
      pinCode: 'true',
      mrtd: 'true',
      cardReader: 'class2',
      certificatePolicies: '1.2.3.4.25, 1.2.752.78.*',
      referringDomain: 'portal.example',
      userAgent: 'Mozilla/5.0',
      deviceIdentifier: 'abc',
      favourite: 'colour',
    });
    expect(sent()).toEqual({
      endUserIp: '2001:db8::1',
      userVisibleData: Buffer.from('Logga in på *Ångström*').toString('base64'),
      userVisibleDataFormat: 'simpleMarkdownV1',
      userNonVisibleData: 'aGlkZGVu',
      returnUrl: 'https://portal.example/back?a=1#x',
      returnRisk: true,
      requirement: {
        pinCode: true,
        mrtd: true,
        cardReader: 'class2',
        certificatePolicies: ['1.2.3.4.25', '1.2.752.78.*'],
      },
      web: { referringDomain: 'portal.example', userAgent: 'Mozilla/5.0', deviceIdentifier: 'abc' },
    });
  });

  it('with a way back needs none in its launch address', async () => {
    const { begin } = await withBegin({ returnUrl: 'https://portal.example/' });
    expect(begin.reply['launchUrl']).toBe(`https://app.bankid.com/?autostarttoken=${begin.reply['autoStartToken']}`);
  });

  it('to sign carries a text, and is done when that text was signed', async () => {
    const bench = await startBankId(simulator());
    await expect(bench.ask('bankid_start_sign')).rejects.toMatchObject({
      code: 'property-missing',
      property: 'userVisibleData',
    });
    const { ref, check } = await bench.begin({ userVisibleData: 'Jag säljer båten.' }, 'bankid_start_sign');
    expect(simulator().calls.at(-1)?.path).toBe('/rp/v6.0/sign');
    await approve(ref);
    expect(await check()).toMatchObject({ status: 'OK', personalNumber: astrid.personalNumber });
  });

  it('to sign takes the longest texts', async () => {
    const bench = await startBankId(simulator());
    const texts = { userVisibleData: 'x'.repeat(30_000), userNonVisibleData: 'y'.repeat(49_149) };
    const { ref, check } = await bench.begin(texts, 'bankid_start_sign');
    await approve(ref);
    expect(await check()).toMatchObject({ status: 'OK' });
  });

  it('to sign is none to sign in by, where the settings say so', async () => {
    const more = { sign_in: { summary: 'x', steps: [{ step: 'bankid/check', purposes: ['auth'] }] } };
    const bench = await startBankId(simulator(), { more });
    const { id, ref } = await bench.begin({ userVisibleData: 'a' }, 'bankid_start_sign');
    await approve(ref);
    await expect(bench.ask('sign_in', { transactionID: id })).rejects.toMatchObject({ code: 'transaction-unknown' });
    const identification = await bench.begin();
    expect(await bench.ask('sign_in', { transactionID: identification.id })).toHaveProperty('qrData');
  });

  it('by phone has neither QR code nor launch address', async () => {
    const bench = await startBankId(simulator());
    const { id, reply, ref } = await bench.begin(
      { pnr: astrid.personalNumber, callInitiator: 'RP' },
      'bankid_phone_start_auth',
    );
    expect(reply).toEqual({ transactionID: id, orderRef: id });
    expect(simulator().calls.at(-1)?.path).toBe('/rp/v6.0/phone/auth');
    expect(sent()).toEqual({ personalNumber: astrid.personalNumber, callInitiator: 'RP' });
    await simulator().act('scan', ref);
    const check = () => bench.ask('bankid_check_auth', { orderRef: id });
    bench.pass(2);
    expect(await check()).toMatchObject({ status: 'USER_CALL_CONFIRM' });
    await approve(ref);
    bench.pass(2);
    expect(await check()).toMatchObject({ status: 'OK', personalNumber: astrid.personalNumber });
  });
});

describe('cancelling', () => {
  it('ends the order here and with BankID, once', async () => {
    const { ask, begin, check, events } = await withBegin();
    const before = asked('cancel');
    const cancel = () => ask('bankid_cancel', { transactionID: begin.id });
    const told = { status: 'ERROR', message: 'cancelled', userMessageId: 'RFA3' };
    for (const answer of await Promise.all([cancel(), cancel(), cancel()])) expect(answer).toMatchObject(told);
    expect(asked('cancel')).toBe(before + 1);
    expect(await check()).toMatchObject(told);
    expect(await events()).toEqual(['transaction.opened', 'transaction.cancelled cancelled']);
    await expect(approve(begin.ref)).rejects.toThrow('no such order');
  });

  it('changes nothing about what is done already', async () => {
    const { ask, begin, check } = await withBegin();
    await approve(begin.ref);
    await check();
    expect(await ask('bankid_cancel', { transactionID: begin.id })).toEqual({ status: 'OK' });
    expect(await check()).toMatchObject({ status: 'OK', personalNumber: astrid.personalNumber });
  });

  it('ends the order here even when BankID cannot be reached', async () => {
    const { ask, begin, check } = await withBegin();
    simulator().faults.set('cut-unread');
    expect(await ask('bankid_cancel', { transactionID: begin.id })).toMatchObject({ message: 'cancelled' });
    simulator().faults.set(undefined);
    expect(await check()).toMatchObject({ message: 'cancelled' });
  });
});

describe('somebody else’s identification', () => {
  it('is one that nobody knows: another tenant’s, another connection’s, or none', async () => {
    const elsewhere = { elsewhere: { summary: 'x', steps: [{ step: 'bankid/check', connection: 'other' }] } };
    const also = { cancel_elsewhere: { summary: 'x', steps: [{ step: 'bankid/cancel', connection: 'other' }] } };
    const { ask, begin, check } = await withBegin({}, { more: { ...elsewhere, ...also } });
    const transactionID = begin.id;
    const unknown = { code: 'transaction-unknown', status: 403 };
    await expect(ask('bankid_check_auth', { transactionID }, { tenant: 't2' })).rejects.toMatchObject(unknown);
    await expect(ask('bankid_cancel', { transactionID }, { tenant: 't2' })).rejects.toMatchObject(unknown);
    await expect(ask('elsewhere', { transactionID })).rejects.toMatchObject(unknown);
    await expect(ask('cancel_elsewhere', { transactionID })).rejects.toMatchObject(unknown);
    await expect(ask('bankid_check_auth', { transactionID: 'made up' })).rejects.toMatchObject(unknown);
    await expect(ask('bankid_check_auth')).rejects.toMatchObject({
      code: 'property-missing',
      property: 'transactionID',
    });
    expect(await check()).toMatchObject({ status: 'OUTSTANDING_TRANSACTION' });
  });
});
