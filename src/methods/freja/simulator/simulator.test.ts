import { createHash, verify, X509Certificate } from 'node:crypto';
import { Agent, request } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { frejaOn, sharedClock } from '../../../../test/support/freja.ts';
import { recorded } from '../fixtures/recorded.ts';

const clock = sharedClock();
const simulator = await frejaOn(clock);
const agents: Agent[] = [];
afterAll(() => Promise.all([simulator.close(), ...agents.map((agent) => agent.destroy())]));

async function relyingParty() {
  const { certificatePem, keyPem } = await simulator.issueClient();
  const agent = new Agent({ connect: { ca: simulator.ca, cert: certificatePem, key: keyPem } });
  agents.push(agent);
  return agent;
}
const us = await relyingParty();

type Fields = Record<string, unknown>;
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function post(path: string, body: string, { type = 'application/json', dispatcher = us } = {}) {
  const headers = { 'content-type': type };
  const answer = await request(`${simulator.url}${path}`, { method: 'POST', headers, body, dispatcher });
  const text = await answer.body.text();
  return { status: answer.statusCode, text, body: (text === '' ? {} : JSON.parse(text)) as Fields };
}

const start = (fields: Fields, path = '/authentication/1.0/initAuthentication') =>
  post(path, `initAuthRequest=${base64(JSON.stringify(fields))}`);
const question = (ref: unknown, dispatcher = us) =>
  post('/authentication/1.0/getOneResult', `getOneAuthResultRequest=${base64(JSON.stringify({ authRef: ref }))}`, {
    dispatcher,
  });
const ending = (ref: unknown) =>
  post('/authentication/1.0/cancel', `cancelAuthRequest=${base64(JSON.stringify({ authRef: ref }))}`);
const inferred = { userInfoType: 'INFERRED', userInfo: 'N/A' };
const scanned = async () => String((await start(inferred)).body['authRef']);

/** The person of the recorded requests is nobody here: an authentication of hers waits until it expires. */
function waiting() {
  return simulator.orders().find(({ isOpen, details }) => isOpen && details['Asked for by'] === 'SSN 199001011239');
}

describe('requests as they were recorded', () => {
  it.each([
    ['as it is', recorded.start, 'application/json'],
    ['percent-encoded', recorded.start.replaceAll(/(?<!Request)=/g, '%3D'), 'application/x-www-form-urlencoded'],
    ['with null for what is absent', `initAuthRequest=${base64(recorded.startWithNulls)}`, 'text/plain'],
    ['for another relying party', `${recorded.start}&relyingPartyId=rp+1`, 'application/json'],
  ])('are taken %s', async (_, body, type) => {
    const { status, body: said } = await post('/authentication/1.0/initAuthentication', body, { type });
    expect(status).toBe(200);
    expect(Object.keys(said)).toEqual(['authRef']);
    expect(waiting()).toMatchObject({ ref: said['authRef'], state: 'STARTED', details: { Level: 'EXTENDED' } });
    expect(waiting()?.details['Asks to know']).toBe('BASIC_USER_INFO, SSN');
    expect((await ending(said['authRef'])).text).toBe('{}');
  });

  it('name references that have to be found again', async () => {
    expect((await post('/authentication/1.0/getOneResult', recorded.question)).body).toMatchObject({ code: 1100 });
  });
});

describe('a request is refused', () => {
  const path = '/authentication/1.0/initAuthentication';
  it.each([
    ['under another name', recorded.question, 1000],
    ['that is not Base64', 'initAuthRequest=%%%', 1000],
    ['that is not Base64 of JSON', `initAuthRequest=${base64('nothing')}`, 1010],
    ['whose Base64 was cut', recorded.start.slice(0, -1), 1010],
  ])('%s', async (_, body, code) => {
    expect(await post(path, body)).toMatchObject({ status: 400, body: { code } });
  });

  it.each([
    ['a type nobody knows', { userInfoType: 'SHOE', userInfo: 'x' }, 400, 1001],
    ['an organisation’s id among personal eIDs', { userInfoType: 'ORG_ID', userInfo: 'E1005' }, 400, 1001],
    ['a number that is not Base64', { userInfoType: 'SSN', userInfo: '199001012385' }, 400, 1002],
    ['a name for whoever scans', { userInfoType: 'INFERRED', userInfo: 'Astrid' }, 400, 1002],
    ['a level nobody knows', { ...inferred, minRegistrationLevel: 'HIGH' }, 400, 1007],
    ['an empty list of attributes', { ...inferred, attributesToReturn: [] }, 422, 2002],
    ['attributes above the level', { ...inferred, attributesToReturn: [{ attribute: 'SSN' }] }, 422, 2002],
    ['an address nobody has', { userInfoType: 'EMAIL', userInfo: 'nobody@example.com' }, 422, 1012],
  ])('with %s', async (_, fields, status, code) => {
    expect(await start(fields)).toMatchObject({ status, body: { code } });
  });

  it('at an address that does not exist, or by another method', async () => {
    expect((await post('/authentication/2.0/init', '')).status).toBe(404);
    const got = await request(`${simulator.url}/authentication/1.0/cancel`, { dispatcher: us });
    expect(got.statusCode).toBe(405);
    await got.body.dump();
  });
});

describe('an authentication', () => {
  it('goes from the start over the phone to a signed result', async () => {
    const ref = await scanned();
    expect((await question(ref)).text).toBe(JSON.stringify({ authRef: ref, status: 'STARTED' }));
    await simulator.act('deliver', ref);
    expect((await question(ref)).body).toEqual({ authRef: ref, status: 'DELIVERED_TO_MOBILE' });
    await simulator.act('approve', ref, { person: '199001012385' });
    const { body } = await question(ref);
    const [header = '', payload = '', signature = ''] = String(body['details']).split('.');
    const { publicKey, raw } = new X509Certificate(simulator.signingCertificatePem);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'RS256',
      x5t: createHash('sha1').update(raw).digest('base64url'),
    });
    expect(verify('sha256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      authRef: ref,
      status: 'APPROVED',
      userInfo: 'N/A',
      timestamp: clock.now(),
    });
  });

  it('that the relying party cancels is cancelled by it, and stays so', async () => {
    const ref = await scanned();
    expect((await ending(ref)).text).toBe('{}');
    expect((await question(ref)).body).toEqual({ authRef: ref, status: 'RP_CANCELED' });
    await expect(simulator.act('approve', ref)).rejects.toThrow('it has ended');
  });

  it('expires after two minutes, and is forgotten ten minutes later', async () => {
    const ref = await scanned();
    clock.pass(119);
    expect((await question(ref)).body['status']).toBe('STARTED');
    clock.pass(1);
    expect((await question(ref)).body['status']).toBe('EXPIRED');
    clock.pass(600);
    expect((await question(ref)).body).toMatchObject({ code: 1100 });
  });

  it('of somebody who has one already ends both', async () => {
    const fields = { userInfoType: 'EMAIL', userInfo: 'astrid.oberg@example.com' };
    const ref = (await start(fields)).body['authRef'];
    expect(await start({ userInfoType: 'PHONE', userInfo: '+46701740605' })).toMatchObject({ body: { code: 2000 } });
    expect((await question(ref)).body['status']).toBe('RP_CANCELED');
  });

  it('is nobody else’s', async () => {
    const ref = await scanned();
    expect((await question(ref, await relyingParty())).body).toMatchObject({ code: 1100 });
  });

  it('is among all results', async () => {
    const ref = await scanned();
    const all = (include: string) =>
      post(
        '/authentication/1.0/getResults',
        `getAuthResultsRequest=${base64(JSON.stringify({ includePrevious: include }))}`,
      );
    expect((await all('ALL')).body['authenticationResults']).toContainEqual({ authRef: ref, status: 'STARTED' });
    expect((await all('SOME')).body).toMatchObject({ code: 1200 });
  });

  it('of an organisation’s eID has its own address', async () => {
    const { body } = await start(
      { userInfoType: 'ORG_ID', userInfo: 'E1005' },
      '/organisation/authentication/1.0/init',
    );
    expect(body).toHaveProperty('authRef');
    expect((await question(body['authRef'])).body).toMatchObject({ code: 1100 });
  });
});
