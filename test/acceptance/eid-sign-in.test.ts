import { describe, expect, it } from 'vitest';
import { type Simulated, simulated } from '../../src/compose-simulators.ts';
import { eids, operationsOf, sharedEidServer, somebody } from '../support/eids.ts';

const { personalNumber, email, hsaId, upn } = somebody;
const hyphened = personalNumber.replace(/(?=\d{4}$)/, '-');

const people = {
  astrid: {
    attributes: { displayName: 'Astrid', personalNumber: hyphened, mail: email.toUpperCase(), hsa: hsaId, upn },
  },
  twin1: { attributes: { shared: personalNumber } },
  twin2: { attributes: { shared: personalNumber } },
};

/** An operation that checks, and when the person is known to the directory, opens a session. */
const signIn = (step: string, link: object) => ({
  summary: 'Sign in',
  steps: [
    { step },
    {
      when: { 'transaction.state': 'approved' },
      then: [
        { step: 'link-person', ...link },
        { step: 'reply-attributes', attributes: { who: 'displayName' } },
        { step: 'open-session', method: step.split('/')[0] },
      ],
    },
  ],
});

const byNumber = { identity: 'personalNumber', attribute: 'personalNumber', spelling: 'personal-number' };
const operations = {
  bankid_sign_in: signIn('bankid/check', byNumber),
  freja_sign_in: signIn('freja/check', { identity: 'mail', attribute: 'mail' }),
  netid_sign_in: signIn('netid-access/check', { identity: 'hsaId', attribute: 'hsa' }),
  by_upn: signIn('netid-access/check', { identity: 'userPrincipalName', attribute: 'upn' }),
  as_written: signIn('bankid/check', { identity: 'personalNumber', attribute: 'personalNumber' }),
  shared: signIn('bankid/check', { identity: 'personalNumber', attribute: 'shared' }),
  nowhere: signIn('bankid/check', { identity: 'noSuchThing', attribute: 'personalNumber' }),
};

const server = sharedEidServer({
  realms: { default: { directories: [{ type: 'built-in', people }] } },
  tenants: {
    t1: {
      operations: [...operationsOf(simulated), ...Object.keys(operations), 'verifyUser', 'endSession'],
      callers: [{ open: true }],
    },
  },
  operations,
});

/** Somebody has approved; what an operation then makes of it. */
async function approved(name: Simulated, operation: string) {
  const { id, order } = await server().begin(name);
  const ask = () => server().put(operation, { [eids[name].check.property]: id });
  const before = await ask();
  await server().act(name, 'approve', order);
  server().pass(3);
  const after = await ask();
  const log = (await server().events()).slice(-3).map(({ event, reason, user }) => [event, reason ?? user]);
  return { before, after, log };
}

describe('linking people', () => {
  it.each<[Simulated, string, string]>([
    ['bankid', 'bankid_sign_in', 'bankid'],
    ['freja', 'freja_sign_in', 'freja'],
    ['netid', 'netid_sign_in', 'netid-access'],
    ['netid', 'by_upn', 'netid-access'],
  ])('opens a session for the one person of the directory: %s, %s', async (name, operation, method) => {
    const { before, after, log } = await approved(name, operation);
    expect(before.body).not.toHaveProperty('access_token');
    expect(after.body).toMatchObject({ status: eids[name].done, who: 'Astrid' });
    const { access_token } = after.body ?? {};
    expect(await server().put('verifyUser', { access_token })).toMatchObject({
      status: 200,
      body: { userid: 'astrid', auth_method: method },
    });
    expect(log).toEqual([
      ['transaction.approved', eids[name].done === 'OK' ? 'complete' : eids[name].done],
      ['person.linked', 'astrid'],
      ['session.opened', 'astrid'],
    ]);
  });

  it.each([
    ['as_written', 'nobody'],
    ['shared', 'several'],
    ['nowhere', 'no-value'],
  ])('refuses, and opens nothing, when it is not exactly one: %s', async (operation, reason) => {
    const { after, log } = await approved('bankid', operation);
    expect(after).toMatchObject({ status: 403, body: { code: 'refused' } });
    expect(log.slice(-2)).toEqual([
      ['transaction.approved', 'complete'],
      ['person.not-linked', reason],
    ]);
    expect(after.text).not.toMatch(/nobody|several|value|personalNumber/);
  });

  it('opens one session for one identification, however often its answer is asked for', async () => {
    const { id, order } = await server().begin('bankid');
    const ask = () => server().put('bankid_sign_in', { transactionID: id });
    await ask();
    await server().act('bankid', 'approve', order);
    server().pass(3);
    const first = await ask();
    const access_token = first.body?.['access_token'];
    const more = await Promise.all([ask(), ask(), ask()]);
    expect(more.map(({ body }) => body)).toEqual([first.body, first.body, first.body]);
    expect((await server().put('verifyUser', { access_token })).status).toBe(200);
    // Who has signed out is not signed in again by whoever polls.
    expect((await server().put('endSession', { access_token })).status).toBe(200);
    expect((await ask()).body).toEqual(first.body);
    expect((await server().put('verifyUser', { access_token })).status).toBe(403);
  });
});
