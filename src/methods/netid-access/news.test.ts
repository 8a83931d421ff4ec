import { beforeAll, describe, expect, it } from 'vitest';
import type { CertificateReader } from '../../core/certificate-reader.ts';
import { type Authority, createAuthority } from '../../simulator-kit/authority.ts';
import { checkResult, type ResultRules, resultProperties } from './check-result.ts';
import { certificatesOf, derOf } from './fixture-certificates.ts';
import { failureRows, progressRows } from './fixtures/status-table.ts';
import type { CollectResult } from './messages.ts';
import { newsOf, newsOfMiss } from './news.ts';

const at = Date.UTC(2026, 10, 22);
const day = 86_400_000;
const asked = '199001012385';
const before = { state: 'in-progress', word: 'USER_SIGN' } as const;
const order = { ref: 'ref-1', asked };

let authority: Authority;
let open: CertificateReader;
let strict: CertificateReader;
beforeAll(async () => {
  authority = await createAuthority({ name: 'Test Person CA', subject: 'CN=Test Person CA, O=Test, C=SE' });
  open = certificatesOf();
  strict = certificatesOf(authority.certificatePem);
});

const rules = (more: Partial<ResultRules> = {}): ResultRules => ({
  personalNumbers: 'twelve-digits',
  certificateRequired: false,
  skewMs: 60_000,
  reader: open,
  ...more,
});

function complete(userInfo: CollectResult['userInfo'], more: Partial<CollectResult> = {}): CollectResult {
  return { progressStatus: 'COMPLETE', userInfo, deviceInfo: {}, ...more };
}

async function certificate(order: { serial?: string; notBefore?: Date; notAfter?: Date; from?: Authority } = {}) {
  const { serial = asked, from = authority, ...more } = order;
  return derOf(await from.issue({ subject: `CN=Astrid, SERIALNUMBER=${serial}`, use: 'person', ...more }));
}

describe('an answer to Collect', () => {
  it.each([...progressRows, ...failureRows])('makes a transaction $state by $word as progress', ({ word, state }) => {
    const result = { progressStatus: word, userInfo: { personalNumber: asked }, deviceInfo: {} };
    expect(newsOf({ result }, before, order, at, rules())).toEqual({ state, word });
  });

  it.each(failureRows)('makes a transaction $state by $word as a fault', ({ word, state }) => {
    expect(newsOf({ fault: word }, before, order, at, rules())).toEqual({ state, word });
  });

  it('changes the word and nothing else by RETRY, in either place', () => {
    const result = { progressStatus: 'RETRY', userInfo: {}, deviceInfo: {} };
    for (const said of [{ result }, { fault: 'RETRY' }]) {
      expect(newsOf(said, before, order, at, rules())).toEqual({ ...before, word: 'RETRY' });
    }
  });

  it('ends a transaction by a word nobody knows, and tells the word', () => {
    for (const word of ['CARD_ON_FIRE', 'complete', 'COMPLETE.', 'constructor', '__proto__']) {
      const result = complete({ personalNumber: asked }, { progressStatus: word });
      expect(newsOf({ result }, before, order, at, rules())).toEqual({
        state: 'failed',
        word: word === 'CARD_ON_FIRE' ? word : 'UNKNOWN',
        unknownWord: word,
      });
    }
  });

  it('never says yes by a fault, nor without a status', () => {
    expect(newsOf({ fault: 'COMPLETE' }, before, order, at, rules())).toMatchObject({ state: 'failed' });
    const result = { userInfo: { personalNumber: asked }, deviceInfo: {} };
    expect(newsOf({ result }, before, order, at, rules())).toEqual({ state: 'failed', word: 'status-missing' });
  });

  it('says yes with what is known of the person', () => {
    const said = newsOf({ result: complete({ personalNumber: '19900101-2385' }) }, before, order, at, rules());
    expect(said).toMatchObject({ state: 'approved', word: 'COMPLETE', result: { personalNumber: asked } });
  });

  it('that is missing changes nothing, until it has been missing as often as allowed', () => {
    expect(newsOfMiss({ ...before, misses: 0 }, 3)).toEqual({ ...before, missed: true });
    expect(newsOfMiss({ ...before, misses: 1 }, 3)).toEqual({ ...before, missed: true });
    expect(newsOfMiss({ ...before, misses: 2 }, 3)).toEqual({ state: 'failed', word: 'no-answer', missed: true });
  });
});

describe('a complete result', () => {
  it('has the twelve documented properties, empty where the server gave nothing', () => {
    const checked = checkResult(complete({ personalNumber: asked }), asked, at, rules());
    const empty = Object.fromEntries(Object.keys(resultProperties).map((name) => [name, '']));
    expect(Object.keys(resultProperties)).toHaveLength(12);
    expect(checked).toEqual({ identity: { ...empty, personalNumber: asked, subject: asked } });
  });

  it('has all the server gave, and what links people', async () => {
    const pem = await certificate();
    const userInfo = {
      name: 'Astrid Öberg',
      givenName: 'Astrid',
      surname: 'Öberg',
      personalNumber: '19900101-2385',
      userId: 'SE2321000016-T005',
      userUniqueName: 'astrid@example.test',
      notBefore: '2020-01-01',
      notAfter: '2030-01-01',
      certificate: pem,
    };
    const deviceInfo = { name: 'Phone', version: '7.1', address: '192.0.2.1' };
    const result = complete(userInfo, { signature: 'AQ==', ocspResponse: 'Ag==', deviceInfo });
    expect(checkResult(result, asked, at, rules())).toEqual({
      identity: {
        ocspresponse: 'Ag==',
        signature: 'AQ==',
        certificate: pem,
        givenName: 'Astrid',
        sn: 'Öberg',
        personalNumber: asked,
        name: 'Astrid Öberg',
        notAfter: '2030-01-01',
        notBefore: '2020-01-01',
        deviceAddress: '192.0.2.1',
        deviceName: 'Phone',
        deviceVersion: '7.1',
        subject: asked,
        userId: 'SE2321000016-T005',
        userUniqueName: 'astrid@example.test',
        hsaId: 'SE2321000016-T005',
        userPrincipalName: 'astrid@example.test',
        certificateIssuer: 'Test Person CA',
      },
    });
  });

  it('keeps a personal number as it came where it is wanted so', () => {
    const result = complete({ personalNumber: '19900101-2385' });
    expect(checkResult(result, asked, at, rules({ personalNumbers: 'as-given' }))).toMatchObject({
      identity: { personalNumber: '19900101-2385', subject: '19900101-2385' },
    });
  });

  it.each([
    ['nobody', {}, {}],
    ['only the name of somebody', { name: 'Astrid Öberg' }, {}],
    ['only whom was asked for', {}, { requestedUserId: asked }],
  ])('is none when it names %s', (_, userInfo, more) => {
    for (const whom of [asked, '']) {
      expect(checkResult(complete(userInfo, more), whom, at, rules())).toEqual({ word: 'person-missing' });
    }
  });

  it.each([
    ['another person', { personalNumber: '199010102383' }, {}],
    ['another one beside the right one', { personalNumber: '199010102383', userId: asked }, {}],
    ['the right one for another request', { personalNumber: asked }, { requestedUserId: '199010102383' }],
  ])('is none when it names %s', (_, userInfo, more) => {
    expect(checkResult(complete(userInfo, more), asked, at, rules())).toEqual({ word: 'person-mismatch' });
  });

  it('may be of anybody when nobody was asked for', () => {
    const result = complete({ userId: 'SE2321000016-T005' }, { requestedUserId: 'somebody' });
    expect(checkResult(result, '', at, rules())).toMatchObject({ identity: { subject: 'SE2321000016-T005' } });
  });
});

describe('the certificate in a result', () => {
  const checkWith = (certificate: string, more: Partial<ResultRules> = {}, when = at) =>
    checkResult(complete({ personalNumber: asked, certificate }), asked, when, rules(more));

  it('is taken on the server’s word unless it is demanded', () => {
    const result = complete({ personalNumber: asked });
    expect(checkResult(result, asked, at, rules())).toHaveProperty('identity');
    expect(checkResult(result, asked, at, rules({ certificateRequired: true }))).toEqual({
      word: 'certificate-missing',
    });
  });

  it.each([
    ['nothing of the kind', 'AQID'],
    ['no Base64', '<certificate>'],
    ['beyond all measure', 'A'.repeat(20_000)],
  ])('is refused when it is %s', (_, text) => {
    expect(checkWith(text)).toEqual({ word: 'certificate-unreadable' });
  });

  it('is refused outside its time, with the clocks a minute apart at most', async () => {
    const own = await certificate({ notBefore: new Date(at - day), notAfter: new Date(at + day) });
    const from = at - day;
    const until = at + day;
    for (const when of [from - 60_000, at, until + 60_000]) expect(checkWith(own, {}, when)).toHaveProperty('identity');
    for (const when of [from - 62_000, until + 62_000]) {
      expect(checkWith(own, {}, when)).toEqual({ word: 'certificate-not-valid' });
    }
  });

  it('is refused when it names another person', async () => {
    expect(checkWith(await certificate({ serial: '199010102383' }))).toEqual({ word: 'certificate-mismatch' });
    expect(checkWith(await certificate({ serial: 'SE2321000016-T005' }))).toHaveProperty('identity');
  });

  it('is of the configured authorities where there are any, and of nobody who calls itself so', async () => {
    const impostor = await createAuthority({ name: 'x', subject: authority.subject });
    expect(checkWith(await certificate(), { reader: strict })).toHaveProperty('identity');
    expect(checkWith(await certificate({ from: impostor }), { reader: strict })).toEqual({
      word: 'certificate-untrusted',
    });
    expect(checkWith(derOf(impostor), { reader: strict })).toEqual({ word: 'certificate-untrusted' });
  });
});
