import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { connected, frejaOn, sharedClock } from '../../../test/support/freja.ts';
import { transportFaults } from '../../simulator-kit/transport-faults.ts';
import { recorded } from './fixtures/recorded.ts';
import { createFrejaSimulator } from './simulator/index.ts';

const clock = sharedClock();
const simulator = await frejaOn(clock);
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.faults.set(undefined);
  // Whatever an earlier test has begun is over.
  clock.pass(1000);
});

const whole = {
  attributesToGet: 'BASIC_USER_INFO,SSN,EMAIL_ADDRESS',
  reqiredRegistrationLevel: 'PLUS',
  userInfoType: 'SSN',
  userIdentifier: '199001012385',
};
const scan = { ...whole, userInfoType: 'INFERRED' };
const newest = () => simulator.orders()[0]?.ref ?? '';
const results = '/getOneResult';

/** Begins, lets the interval pass, and gives what asking takes. */
async function begun(input: Readonly<Record<string, string>> = whole, settings = {}) {
  const ours = await connected(simulator, clock, settings);
  const { authRef } = await ours.ask('freja_eid_start_auth', input);
  const poll = async (more = {}) => {
    clock.pass(2);
    return (await ours.ask('freja_eid_check_auth', { authRef: authRef ?? '', ...more })) as Readonly<
      Record<string, string>
    >;
  };
  return { ...ours, id: authRef ?? '', poll, ref: newest() };
}

describe('an identification', () => {
  it('goes as documented, and tells who it was', async () => {
    const { id, ref, poll, events } = await begun();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await poll()).toEqual({ status: 'STARTED', authRef: id });
    await simulator.act('deliver', ref);
    expect(await poll()).toEqual({ status: 'DELIVERED_TO_MOBILE', authRef: id });
    await simulator.act('approve', ref);
    const approved = await poll();
    expect(approved).toEqual({
      status: 'APPROVED',
      authRef: id,
      ssn: '199001012385',
      givenName: 'Astrid',
      sn: 'Öberg',
      mail: 'astrid.oberg@example.com',
      organisationIdIdentifier: '',
      fullResponse: expect.any(String),
    });
    const full = JSON.parse(Buffer.from(approved['fullResponse'] ?? '', 'base64').toString());
    expect(full).toMatchObject({ authRef: ref, status: 'APPROVED', requestedAttributes: { ssn: { country: 'SE' } } });
    const asked = simulator.calls.length;
    expect(await poll()).toEqual(approved);
    expect(simulator.calls).toHaveLength(asked);
    expect(await events()).toEqual(['transaction.opened', 'transaction.approved APPROVED']);
  });

  it('is begun in the very bytes that were recorded', async () => {
    const input = {
      ...whole,
      attributesToGet: 'BASIC_USER_INFO,SSN',
      reqiredRegistrationLevel: 'EXTENDED',
      userIdentifier: '199001011239',
    };
    await begun(input);
    expect(simulator.calls.at(-1)).toMatchObject({
      path: '/authentication/1.0/initAuthentication',
      body: recorded.start,
    });
  });

  it('is labelled as the settings say, for whom they say', async () => {
    await begun(scan, { contentType: 'application/x-www-form-urlencoded', relyingPartyId: 'rp+1' });
    expect(simulator.calls.at(-1)?.body).toMatch(/^initAuthRequest=[A-Za-z0-9%]+%3D&relyingPartyId=rp%2B1$/);
    await begun({ ...scan, attributesToGet: '' }, { relyingPartyId: 'rp+1', confirmation: 'DEFAULT_AND_FACE' });
    const [, line = '', whose] = /^initAuthRequest=([^&]+)&(.*)$/.exec(simulator.calls.at(-1)?.body ?? '') ?? [];
    expect(whose).toBe('relyingPartyId=rp+1');
    expect(JSON.parse(Buffer.from(line, 'base64').toString())).toEqual({
      userInfoType: 'INFERRED',
      userInfo: 'N/A',
      minRegistrationLevel: 'PLUS',
      userConfirmationMethod: 'DEFAULT_AND_FACE',
    });
  });

  it.each([
    ['EMAIL', 'Astrid.Oberg@example.com', 'personal'],
    ['PHONE', '0046 70-174 06 05', 'personal'],
    ['UPI', 'upi-SE2321000016-T005', 'personal'],
    ['ORG_ID', 'E1005', 'organisation'],
    ['SSN', '19900101-2385', 'organisation'],
  ])('may be of somebody known by %s', async (userInfoType, userIdentifier, context) => {
    const { ref, poll } = await begun({ ...whole, userInfoType, userIdentifier }, { context, orgIdIssuer: 'ANY' });
    await simulator.act('approve', ref);
    expect(await poll()).toMatchObject({ status: 'APPROVED', ssn: '199001012385' });
  });

  it('may be of whoever scans the code, which the answers hold until then', async () => {
    const ours = await connected(simulator, clock);
    const started = await ours.ask('freja_eid_start_auth', { ...scan, returnUrl: 'shop://done', qrImage: 'svg' });
    const ref = newest();
    expect(started['qrData']).toBe(`frejaeid://bindUserToTransaction?transactionReference=${encodeURIComponent(ref)}`);
    expect(started['launchUrl']).toBe(`${started['qrData']}&originAppScheme=shop%3A%2F%2Fdone`);
    expect(started['qrSvg']).toContain('<svg');
    const input = { authRef: started['authRef'] ?? '', qrImage: 'png' };
    const polled = await ours.ask('freja_eid_check_auth', input);
    expect(polled).toMatchObject({ status: 'STARTED', qrData: started['qrData'] });
    expect(polled['qrPng']).toMatch(/^iVBORw0KGgo/);
    await simulator.act('deliver', ref, { text: polled['qrData'] ?? '' });
    clock.pass(2);
    expect(await ours.ask('freja_eid_check_auth', input)).toEqual({
      status: 'DELIVERED_TO_MOBILE',
      authRef: input.authRef,
    });
    await simulator.act('approve', ref, { person: '198611062384' });
    clock.pass(2);
    expect(await ours.ask('freja_eid_check_auth', input)).toMatchObject({ status: 'APPROVED', givenName: 'Ulla' });
  });

  it('may show a code that changes, whose secret stays here', async () => {
    const { ref, poll } = await begun(scan, { dynamicQr: true });
    const first = await poll();
    await simulator.act('deliver', ref, { text: first['qrData'] ?? '' });
    clock.pass(10);
    await expect(simulator.act('deliver', ref, { text: first['qrData'] ?? '' })).rejects.toThrow('the code is old');
    const later = await begun(scan, { dynamicQr: true });
    await expect(simulator.act('deliver', later.ref, { text: first['qrData'] ?? '' })).rejects.toThrow('not right');
    expect(Object.keys(await later.poll())).toEqual(['status', 'authRef', 'qrData']);
  });

  it('tells nothing of the vendor’s reference for somebody who is known', async () => {
    const ours = await connected(simulator, clock);
    expect(Object.keys(await ours.ask('freja_eid_start_auth', whole))).toEqual(['authRef']);
  });

  it('is asked about once per interval, and belongs to its tenant', async () => {
    const { ask, id } = await begun();
    const asked = simulator.calls.length;
    for (let times = 0; times < 5; times += 1) await ask('freja_eid_check_auth', { authRef: id });
    expect(simulator.calls.length - asked).toBe(1);
    await expect(ask('freja_eid_check_auth', { authRef: id }, 't2')).rejects.toMatchObject({
      code: 'transaction-unknown',
    });
    await expect(ask('freja_eid_cancel', { authRef: newest() })).rejects.toMatchObject({ code: 'transaction-unknown' });
  });
});

describe('cancelling', () => {
  it('ends it here and there', async () => {
    const { ask, id, ref, poll, events } = await begun();
    expect(await ask('freja_eid_cancel', { authRef: id })).toEqual({ status: 'RP_CANCELED', authRef: id });
    expect(simulator.orders().find((order) => order.ref === ref)?.state).toBe('RP_CANCELED');
    expect(await poll()).toEqual({ status: 'RP_CANCELED', authRef: id });
    expect(await events()).toEqual(['transaction.opened', 'transaction.cancelled RP_CANCELED']);
  });

  it('ends it here, whatever happens there', async () => {
    const { ask, id } = await begun();
    simulator.faults.set('cut-unread');
    expect(await ask('freja_eid_cancel', { authRef: id })).toMatchObject({ status: 'RP_CANCELED' });
  });

  it('changes nothing about one that has ended, and does not bother the vendor', async () => {
    const { ask, id, ref, poll } = await begun();
    await simulator.act('reject', ref);
    await poll();
    const asked = simulator.calls.length;
    expect(await ask('freja_eid_cancel', { authRef: id })).toEqual({ status: 'REJECTED', authRef: id });
    expect(simulator.calls).toHaveLength(asked);
  });
});

describe('what ends an identification', () => {
  it.each([
    ['reject', 'REJECTED', 'transaction.rejected REJECTED'],
    ['cancel', 'CANCELED', 'transaction.rejected CANCELED'],
    ['expire', 'EXPIRED', 'transaction.expired EXPIRED'],
  ])('%s is told as %s', async (action, status, event) => {
    const { id, ref, poll, events } = await begun();
    await simulator.act(action, ref);
    expect(await poll()).toEqual({ status, authRef: id });
    expect(await events()).toEqual(['transaction.opened', event]);
  });

  it('another identification of the same person ends both', async () => {
    const { id, ask, poll, events } = await begun();
    await expect(ask('freja_eid_start_auth', whole)).rejects.toMatchObject({ code: 'already-in-progress' });
    expect(await poll()).toEqual({ status: 'RP_CANCELED', authRef: id });
    expect(await events()).toEqual([
      'transaction.opened',
      'freja.refused code-2000',
      'transaction.cancelled RP_CANCELED',
    ]);
  });

  it('time does, there or here', async () => {
    const there = await begun();
    clock.pass(120);
    expect(await there.poll()).toMatchObject({ status: 'EXPIRED' });
    const here = await begun();
    simulator.faults.set('silent', { path: results });
    clock.pass(130);
    expect(await here.poll()).toMatchObject({ status: 'EXPIRED' });
  });
});

describe('somebody whom Freja does not know', () => {
  const stranger = { ...whole, userInfoType: 'EMAIL', userIdentifier: 'nobody@example.com' };

  it('waits in vain, like somebody who does not answer', async () => {
    const { id, poll, ask, events } = await begun(stranger);
    const calls = simulator.calls.length;
    expect(await poll()).toEqual({ status: 'STARTED', authRef: id });
    clock.pass(125);
    expect(await poll()).toEqual({ status: 'EXPIRED', authRef: id });
    expect(await ask('freja_eid_cancel', { authRef: id })).toEqual({ status: 'EXPIRED', authRef: id });
    expect(simulator.calls).toHaveLength(calls);
    expect(await events()).toEqual(['freja.refused code-1012', 'transaction.opened', 'transaction.expired expired']);
  });

  it('is refused at once where the settings say so', async () => {
    await expect(begun(stranger, { unknownUser: 'refuse' })).rejects.toMatchObject({ code: 'person-unknown' });
  });
});

/** Of every fault of a result that says approved: what ends the identification. */
const lies: Readonly<Record<string, string>> = {
  'unknown-status': 'status-unknown',
  'no-status': 'status-missing',
  'other-reference': 'reference-mismatch',
  'no-details': 'details-missing',
  'details-garbage': 'jws-malformed',
  'wrong-key': 'jws-signature',
  'unknown-signer': 'jws-signer-unknown',
  'no-signer': 'jws-signer-unknown',
  'algorithm-none': 'jws-algorithm',
  'algorithm-hs256': 'jws-algorithm',
  'changed-payload': 'jws-signature',
  'payload-not-json': 'details-unreadable',
  'swapped-details': 'reference-mismatch',
  'payload-not-approved': 'status-mismatch',
  'lower-level': 'level-too-low',
  'wrong-person': 'person-mismatch',
  'wrong-type': 'person-mismatch',
  'old-timestamp': 'time-mismatch',
  'future-timestamp': 'time-mismatch',
};

describe('a result that proves nothing', () => {
  it.each(Object.entries(lies))('%s fails', async (fault, word) => {
    const { id, ref, poll, events } = await begun();
    await simulator.act('approve', ref);
    simulator.faults.set(fault, { path: results });
    expect(await poll()).toEqual({ status: 'RP_CANCELED', authRef: id, message: word });
    simulator.faults.set(undefined);
    expect(await poll()).toMatchObject({ status: 'RP_CANCELED' });
    expect((await events()).at(-1)).toBe(`transaction.failed ${word}`);
  });

  it('is an event of its own when its word is unknown', async () => {
    const { poll, events } = await begun();
    simulator.faults.set('unknown-status', { path: results });
    await poll();
    expect(await events()).toContain('transaction.word-unknown ON_HOLIDAY');
  });

  it('is not made of the unsigned copy', async () => {
    const { ref, poll } = await begun(scan);
    await simulator.act('approve', ref, { person: '199001012385' });
    simulator.faults.set('attributes-differ', { path: results });
    expect(await poll()).toMatchObject({ status: 'APPROVED', ssn: '199001012385', givenName: 'Astrid' });
  });
});

const breaks = [
  ...Object.keys(transportFaults).filter((name) => name !== 'slow'),
  'status-number',
  'code-0',
  'code-missing',
];

const late = new Set(['slow', 'silent']);

/** Nobody waits for those that answer late; the others have all the time they need. */
const patience = (fault: string) => (late.has(fault) ? { timeoutMs: 500 } : {});

describe('a poll that gets no usable answer', () => {
  it.each(breaks)('%s leaves it pending, until there is one', async (fault) => {
    const { id, ref, poll } = await begun(whole, patience(fault));
    await simulator.act('approve', ref);
    simulator.faults.set(fault);
    expect(await poll()).toEqual({ status: 'STARTED', authRef: id });
    simulator.faults.set(undefined);
    expect(await poll()).toMatchObject({ status: 'APPROVED' });
  });

  it('again and again ends it', async () => {
    const { id, poll, events } = await begun(whole, { misses: 3 });
    simulator.faults.set('status-500');
    await poll();
    expect(await poll()).toEqual({ status: 'STARTED', authRef: id });
    expect(await poll()).toEqual({ status: 'RP_CANCELED', authRef: id, message: 'no-answer' });
    expect((await events()).at(-1)).toBe('transaction.failed no-answer');
  });

  it('because it comes late is one that is not waited for', async () => {
    const { id, poll } = await begun(whole, { timeoutMs: 200 });
    simulator.faults.set('slow', { delayMs: 5000 });
    expect(await poll()).toEqual({ status: 'STARTED', authRef: id });
  });
});

describe('a start that gets no usable answer', () => {
  it.each([...breaks, 'slow', 'no-reference', 'reference-number'])(
    '%s is told as such, and not repeated',
    async (fault) => {
      const ours = await connected(simulator, clock, patience(fault));
      simulator.faults.set(fault, { delayMs: 5000 });
      const asked = simulator.calls.length;
      const code = late.has(fault) ? 'vendor-timeout' : 'vendor-fault';
      const refused = ours.ask('freja_eid_start_auth', scan);
      if (fault === 'status-number') expect(await refused).toHaveProperty('authRef');
      else await expect(refused).rejects.toMatchObject({ code });
      expect(simulator.calls.length - asked).toBeLessThanOrEqual(1);
    },
  );

  it('tells how long the service wants to be left alone', async () => {
    const ours = await connected(simulator, clock);
    simulator.faults.set('status-429');
    await expect(ours.ask('freja_eid_start_auth', scan)).rejects.toMatchObject({ retryAfterSeconds: 30 });
  });
});

/** Error code → what a start and a poll that are answered so come to; the poll’s `undefined` is pending. */
const codes: Readonly<Record<string, readonly [start: string, poll: string | undefined]>> = {
  '0': ['vendor-fault', undefined],
  '1000': ['refused', 'code-1000'],
  '1001': ['property-invalid userInfoType', 'code-1001'],
  '1002': ['property-invalid userIdentifier', 'code-1002'],
  '1003': ['refused', 'code-1003'],
  '1004': ['refused', 'code-1004'],
  '1005': ['refused', 'code-1005'],
  '1006': ['refused', 'code-1006'],
  '1007': ['property-invalid reqiredRegistrationLevel', 'code-1007'],
  '1008': ['refused', 'code-1008'],
  '1009': ['refused', 'code-1009'],
  '1010': ['refused', 'code-1010'],
  '1011': ['refused', 'code-1011'],
  '1012': ['begun', 'code-1012'],
  '1013': ['refused', 'code-1013'],
  '1100': ['refused', 'code-1100'],
  '1200': ['refused', 'code-1200'],
  '2000': ['already-in-progress', 'code-2000'],
  '2002': ['property-invalid attributesToGet', 'code-2002'],
  '2003': ['refused', 'code-2003'],
  '3000': ['refused', 'code-3000'],
  '3001': ['refused', 'code-3001'],
  '3002': ['refused', 'code-3002'],
  '3003': ['refused', 'code-3003'],
  '3004': ['refused', 'code-3004'],
  '3005': ['refused', 'code-3005'],
  '3006': ['refused', 'code-3006'],
  '3007': ['refused', 'code-3007'],
  '4000': ['refused', 'code-4000'],
  '4001': ['refused', 'code-4001'],
  '4002': ['refused', 'code-4002'],
  '4003': ['refused', 'code-4003'],
  '4004': ['refused', 'code-4004'],
  '4005': ['refused', 'code-4005'],
  '5000': ['refused', 'code-5000'],
  '5001': ['refused', 'code-5001'],
  '5002': ['refused', 'code-5002'],
  unknown: ['refused', 'code-9999'],
};

describe('an error code', () => {
  it('has a row here, whichever it is', () => {
    const names = Object.keys(simulator.faults.names).flatMap((name) => /^code-(\d+|unknown)$/.exec(name)?.[1] ?? []);
    expect(Object.keys(codes).toSorted()).toEqual(names.toSorted());
  });

  it.each(Object.entries(codes))('%s', async (code, [atStart, atPoll]) => {
    const { id, ask, poll, events } = await begun(scan);
    simulator.faults.set(`code-${code}`, { times: 1 });
    const said = await ask('freja_eid_start_auth', scan).then(
      () => 'begun',
      (error: { code: string; property?: string }) => [error.code, error.property].filter(Boolean).join(' '),
    );
    expect(said).toBe(atStart);
    const word = code === 'unknown' ? 'code-9999' : `code-${code}`;
    if (atStart !== 'vendor-fault') expect(await events()).toContain(`freja.refused ${word}`);
    simulator.faults.set(`code-${code}`, { times: 1, path: results });
    const polled = await poll();
    expect(polled).toMatchObject(
      atPoll === undefined ? { status: 'STARTED' } : { status: 'RP_CANCELED', authRef: id, message: atPoll },
    );
    if (atPoll !== undefined) expect((await events()).at(-1)).toBe(`transaction.failed ${atPoll}`);
    const isUnknown = (await events()).includes(`transaction.word-unknown ${word}`);
    expect(isUnknown).toBe(code === 'unknown');
  });
});

describe('certificates', () => {
  it('of the signer may change while it runs, the old one beside the new', async () => {
    const own = await createFrejaSimulator({ clock: clock.sim });
    try {
      const ours = await connected(own, clock);
      const identify = async () => {
        const { authRef = '' } = await ours.ask('freja_eid_start_auth', whole);
        await own.act('approve', own.orders()[0]?.ref ?? '');
        clock.pass(2);
        return (await ours.ask('freja_eid_check_auth', { authRef }))['status'];
      };
      const first = own.signingCertificatePem;
      expect(await identify()).toBe('APPROVED');
      const second = await own.rotateSigner();
      expect(await identify()).toBe('RP_CANCELED');
      ours.signers(first, second);
      expect(await identify()).toBe('APPROVED');
    } finally {
      await own.close();
    }
  });
});
