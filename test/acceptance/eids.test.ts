import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { simulated } from '../../src/compose-simulators.ts';
import { eids, sharedEidServer, somebody } from '../support/eids.ts';
import { openRaw, putBytes } from '../support/raw.ts';
import type { Answer } from '../support/server.ts';

// HTTP API reference, section 9: conformance checks 11 to 17. Every answer is compared with the OpenAPI document on its way.

const server = sharedEidServer();

/** What is not the same twice: the trace of a request, and when it was answered. */
function bytesOf({ status, headers, text }: Answer): string {
  const lines = [...headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`);
  return [status, ...lines, '', text.replace(/"trace":"[0-9a-f]{32}"/, '"trace":"…"')].join('\n');
}

describe.each(simulated)('%s', (name) => {
  const { start, check, cancel, pending, done, undone } = eids[name];

  it('goes from start to approval, and gives the same final answer again', async () => {
    const { id, order, answer } = await server().begin(name);
    expect(answer.status).toBe(200);
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect((await server().check(name, id)).body).toMatchObject({ status: pending });
    await server().act(name, 'approve', order);
    const first = await server().check(name, id);
    expect(first).toMatchObject({ status: 200, body: { status: done } });
    const calls = server().calls(name);
    expect((await server().check(name, id)).text).toBe(first.text);
    server().pass(250);
    expect((await server().check(name, id)).text).toBe(first.text);
    expect(server().calls(name)).toBe(calls);
  });

  it('keeps the final answer for five minutes, and knows nothing of it then', async () => {
    const { id, order } = await server().begin(name);
    await server().act(name, 'approve', order);
    await server().check(name, id);
    server().pass(301);
    expect(await server().check(name, id)).toMatchObject({ status: 403 });
  });

  it('refuses everybody else in the same bytes', async () => {
    const { id } = await server().begin(name);
    const others = simulated.filter((other) => other !== name);
    const unknown = '00000000-0000-4000-8000-000000000000';
    const refusals = [
      await server().check(name, unknown),
      await server().check(name, id, { tenant: 't2' }),
      ...(await Promise.all(others.map((other) => server().check(other, id)))),
      await server().check(name, 'no id at all'),
      await server().check(name, ''),
      await server().check(name, 'x'.repeat(50_000)),
      await server().check(name, unknown, { headers: { prefer: 'wait=5' } }),
      await server().put(cancel, { [check.property]: unknown }),
      await server().put(cancel, { [check.property]: id }, { tenant: 't2' }),
    ];
    expect([...new Set(refusals.map(bytesOf))]).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ status: 403, body: { code: 'refused' } });
    expect((await server().check(name, id)).body).toMatchObject({ status: pending });
  });

  it('ends when it is cancelled, and stays so whatever the user does then', async () => {
    const { id, order } = await server().begin(name);
    expect(await server().put(cancel, { [check.property]: id })).toMatchObject({ status: 200 });
    await server()
      .act(name, 'approve', order)
      .catch(() => {});
    const { body } = await server().check(name, id);
    expect(body).toMatchObject({ status: undone });
    expect(JSON.stringify(body)).not.toContain(somebody.personalNumber);
  });

  it('ends when its time is over', async () => {
    const { id } = await server().begin(name);
    server().pass(600);
    const { status, body } = await server().check(name, id);
    // Nobody asked in time: by then it has lapsed here too.
    expect([status, body?.['code']]).toEqual([403, 'refused']);
    const other = await server().begin(name);
    server().pass(310);
    const ended = await server().check(name, other.id);
    expect(ended.status).toBe(200);
    expect([pending, done]).not.toContain(ended.body?.['status']);
  });

  it('asks for the id, by its name', async () => {
    const { status, body } = await server().put(check.operation, {});
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(404);
    expect(body?.['status']).toBe(status);
    expect(start.operation).toContain('start');
  });

  it('leaves no number, no name and no id of the service in the audit log', async () => {
    const { id, order } = await server().begin(name);
    await server().act(name, 'approve', order);
    await server().check(name, id);
    const log = JSON.stringify(await server().events());
    for (const secret of [somebody.personalNumber, somebody.surname, order, id]) expect(log).not.toContain(secret);
  });
});

it('answers ten thousand who wait as soon as there is news', async () => {
  // Seen to fail (most are refused) with the limit of those who do not wait.
  const { id } = await server().begin('bankid');
  await server().check('bankid', id);
  const body = JSON.stringify({ transactionID: id });
  const wait = putBytes('bankid_check_auth', body, { tenant: 't1', prefer: 'wait=60' });
  const lines = await Promise.all(Array.from({ length: 100 }, () => openRaw(server().url)));
  for (const line of lines) line.send(Buffer.concat(Array.from({ length: 100 }, () => wait)));
  // Until all of them have been read, somebody is answered at once.
  await pause(2000);
  await server().put('bankid_cancel', { transactionID: id });
  const answers = await Promise.all(
    lines.map(async (line) => {
      const told: unknown[] = [];
      for (let n = 0; n < 100; n += 1) told.push((await line.receive())?.body);
      line.close();
      return told;
    }),
  );
  const [answer] = answers.flat();
  expect(answer).toContain('"status":"ERROR","message":"cancelled"');
  expect(new Set(answers.flat()).size).toBe(1);
});

describe('BankID', () => {
  it('starts with an empty body, and no answer holds the secret of the QR code', async () => {
    const { id, order, answer } = await server().begin('bankid', undefined);
    expect(answer.body).toMatchObject({
      transactionID: id,
      autoStartToken: expect.stringMatching(/./),
      qrStartToken: expect.stringMatching(/./),
      qrData: expect.stringMatching(/^bankid\.[0-9a-f-]+\.\d+\.[0-9a-f]{64}$/),
    });
    const waiting = await server().check('bankid', id);
    await server().act('bankid', 'approve', order);
    const texts = [answer, waiting, await server().check('bankid', id)].map(({ text }) => text);
    expect(texts.join()).not.toMatch(/qrStartSecret/i);
    expect(texts.join()).not.toContain(order);
  });

  it('tells a status always, who it was with OK, and why not with ERROR', async () => {
    const { id, order } = await server().begin('bankid');
    await server().act('bankid', 'approve', order);
    const { body } = await server().check('bankid', id);
    const { personalNumber, surname, givenName } = somebody;
    expect(body).toMatchObject({
      status: 'OK',
      personalNumber,
      name: `${givenName} ${surname}`,
      givenName,
      surName: surname,
      signature: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
      ocspResponse: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
    });
    const failed = await server().begin('bankid');
    await server().act('bankid', 'cancel', failed.order);
    expect((await server().check('bankid', failed.id)).body).toMatchObject({ status: 'ERROR', message: 'userCancel' });
  });
});

describe('Freja eID', () => {
  const { body: whole } = eids.freja.start;

  it.each(Object.keys(whole))('refuses a start without %s', async (property) => {
    const calls = server().calls('freja');
    const body = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== property));
    expect(await server().put('freja_eid_start_auth', body)).toMatchObject({ status: 400, body: { property } });
    expect(server().calls('freja')).toBe(calls);
  });

  it('tells status and authRef always, and who it was once approved', async () => {
    const { id, order } = await server().begin('freja');
    expect((await server().check('freja', id)).body).toEqual({ status: 'STARTED', authRef: id });
    await server().act('freja', 'approve', order);
    const { body } = await server().check('freja', id);
    expect(body).toEqual({
      status: 'APPROVED',
      authRef: id,
      ssn: somebody.personalNumber,
      givenName: somebody.givenName,
      sn: somebody.surname,
      mail: somebody.email,
      organisationIdIdentifier: '',
      fullResponse: expect.any(String),
    });
    const full = Buffer.from(String(body?.['fullResponse']), 'base64');
    expect(full.toString('base64')).toBe(body?.['fullResponse']);
    expect(JSON.parse(full.toString())).toMatchObject({ status: 'APPROVED', authRef: order });
  });

  it.each([
    ['reject', 'REJECTED'],
    ['cancel', 'CANCELED'],
    ['expire', 'EXPIRED'],
  ])('tells as a final status what the user did: %s', async (action, status) => {
    const { id, order } = await server().begin('freja');
    await server().act('freja', action, order);
    expect((await server().check('freja', id)).body).toEqual({ status, authRef: id });
  });
});

describe('Net iD Access', () => {
  it('tells nothing but a status until it is complete, and then the twelve properties', async () => {
    const { id, order } = await server().begin('netid');
    for (const status of ['OUTSTANDING_TRANSACTION', 'PENDING', 'USER_SIGN']) {
      expect((await server().check('netid', id)).body).toEqual({ status });
      await server().act('netid', status === 'USER_SIGN' ? 'approve' : 'next', order);
    }
    const { body = {} } = await server().check('netid', id);
    expect(body).toMatchObject({
      status: 'COMPLETE',
      personalNumber: somebody.personalNumber,
      givenName: somebody.givenName,
    });
    expect(Object.keys(body).toSorted()).toEqual(
      [
        'status',
        ...['ocspresponse', 'signature', 'certificate', 'givenName', 'sn', 'personalNumber', 'name'],
        ...['notAfter', 'notBefore', 'deviceAddress', 'deviceName', 'deviceVersion'],
      ].toSorted(),
    );
  });

  it('tells a failure as the status, and no more', async () => {
    const { id, order } = await server().begin('netid');
    await server().act('netid', 'cancel', order);
    expect((await server().check('netid', id)).body).toEqual({ status: 'USER_CANCEL' });
  });
});
