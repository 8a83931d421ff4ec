import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { transactionPorts } from '../../../test/support/transactions.ts';
import { qrCodes } from '../../adapters/qr-codes.ts';
import { createBackends } from '../../core/backend.ts';
import { bind } from '../../core/bind.ts';
import type { Operation } from '../../core/operation.ts';
import { runOperation } from '../../core/pipeline.ts';
import { transactions } from '../../core/transaction.ts';
import { testPeople } from '../../simulator-kit/people.ts';
import { steps as commonSteps } from '../../steps/index.ts';
import { resultProperties } from './check-result.ts';
import { connect } from './fixture-server.ts';
import { operations } from './operations.ts';
import { createNetIdSimulator, type NetIdSimulator } from './simulator/index.ts';
import { steps } from './steps.ts';

const [astrid] = testPeople;
const pnr = astrid.personalNumber;

let simulator: NetIdSimulator;
beforeAll(async () => {
  simulator = await createNetIdSimulator();
  return () => simulator.close();
});

/** The operations that ship, and others, over the memory store and the simulator. */
async function started(more: Readonly<Record<string, Operation>> = {}, settings = {}) {
  simulator.faults.set(undefined);
  const { ports, pass, events } = transactionPorts();
  const { backend, close } = await connect(simulator, { now: ports.clock.now, settings });
  onTestFinished(close);
  const bound = bind({ ...operations, ...more }, [...commonSteps, ...steps]);
  expect(bound.faults).toEqual([]);
  const messages = { sms: async () => {}, mail: async () => {} };
  const connections = new Map([
    ['default', backend],
    ['other', backend],
  ]);
  const all = { ...ports, messages, backends: createBackends({ netid: connections }), qrCodes, realms: new Map() };
  const ask = async (name: string, input: object, tenant = 't1') => {
    const operation = bound.operations.get(name);
    if (operation === undefined) throw new Error(`there is no ${name}`);
    const origin = { trace: 'a'.repeat(32), tenant, operation: name };
    const start = { operation: name, tenant: { id: tenant, realm: 'default' }, caller: { name: 'open', address: '' } };
    const found = await runOperation(operation, { ...start, headers: {}, input: { ...input }, origin, reply: {} }, all);
    return found.reply;
  };
  const begin = async (input: object = { pnr }) => {
    const { orderref = '' } = await ask('netid_start_auth', input);
    const ref = simulator.orders()[0]?.ref ?? '';
    return { orderref, ref };
  };
  const kept = async () => JSON.stringify(await ports.store.list(transactions, { limit: 10 }));
  return { ask, begin, pass, events, kept, log: () => ports.store.events(0, 1000) };
}

describe('an identification', () => {
  it('is only a status until it is done, and then the twelve properties, however often asked', async () => {
    const { ask, begin, pass } = await started();
    const { orderref, ref } = await begin();
    expect(await ask('netid_check_auth', { orderref })).toEqual({ status: 'OUTSTANDING_TRANSACTION' });
    for (const status of ['PENDING', 'USER_SIGN']) {
      await simulator.act('next', ref);
      pass(1000);
      expect(await ask('netid_check_auth', { orderref })).toEqual({ status });
    }
    await simulator.act('approve', ref);
    pass(1000);
    const done = await ask('netid_check_auth', { orderref });
    expect(done).toMatchObject({ status: 'COMPLETE', personalNumber: pnr, sn: 'Öberg', deviceName: 'Simulated phone' });
    expect(Object.keys(done).sort()).toEqual(['status', ...Object.keys(resultProperties)].sort());
    pass(60_000);
    expect(await ask('netid_check_auth', { orderref })).toEqual(done);
  });

  it('asks the server once per interval, however many ask', async () => {
    const { ask, begin, pass } = await started();
    const { orderref } = await begin();
    const before = simulator.calls.length;
    const all = () => Promise.all(Array.from({ length: 20 }, () => ask('netid_check_auth', { orderref })));
    await all();
    pass(999);
    await all();
    expect(simulator.calls.length - before).toBe(1);
    pass(1);
    await all();
    expect(simulator.calls.length - before).toBe(2);
  });

  it('is told as done by the word of PAS 2.7 where it is set so', async () => {
    const older = { summary: 'x', steps: [{ step: 'netid-access/check', completeWord: 'OK' }] };
    const { ask, begin } = await started({ older });
    const { orderref, ref } = await begin();
    await simulator.act('approve', ref);
    expect(await ask('older', { orderref })).toMatchObject({ status: 'OK', personalNumber: pnr });
  });

  it('hands out what starts the app only when nobody was named, and never the server’s reference otherwise', async () => {
    const { ask, kept } = await started();
    expect(Object.keys(await ask('netid_start_auth', { pnr }))).toEqual(['orderref']);
    const answer = await ask('netid_start_auth', { redirect: 'https://example.org/back' });
    const ref = simulator.orders()[0]?.ref ?? '';
    expect(answer).toMatchObject({
      autostarttoken: ref,
      autostarturl: `netid:///?autostarttoken=${encodeURIComponent(ref)}&redirect=https%3A%2F%2Fexample.org%2Fback`,
    });
    expect(answer['orderref']).not.toBe(ref);
    expect(await kept()).not.toContain(ref);
  });

  it('leaves no number and no name in the log', async () => {
    const { ask, begin, log, kept } = await started();
    const { orderref, ref } = await begin();
    await simulator.act('approve', ref);
    await ask('netid_check_auth', { orderref });
    expect(JSON.stringify(await log()) + (await kept())).not.toMatch(new RegExp(`${pnr}|Öberg|${astrid.hsaId}`));
  });

  it('is known to nobody else', async () => {
    const elsewhere = { summary: 'x', steps: [{ step: 'netid-access/check', connection: 'other' }] };
    const { ask, begin, pass } = await started({ elsewhere });
    const { orderref, ref } = await begin();
    await simulator.act('approve', ref);
    const unknown = expect.objectContaining({ code: 'transaction-unknown' });
    const before = simulator.calls.length;
    await expect(ask('netid_check_auth', { orderref }, 't2')).rejects.toEqual(unknown);
    await expect(ask('netid_cancel', { orderref }, 't2')).rejects.toEqual(unknown);
    await expect(ask('netid_check_auth', { orderref: ref })).rejects.toEqual(unknown);
    await expect(ask('elsewhere', { orderref })).rejects.toEqual(unknown);
    expect(simulator.calls.length).toBe(before);
    pass(1000);
    expect(await ask('netid_check_auth', { orderref })).toMatchObject({ status: 'COMPLETE' });
    await expect(ask('elsewhere', { orderref })).rejects.toEqual(unknown);
  });
});

describe('an end', () => {
  it('is our own when it is cancelled: whatever the person does then counts for nothing', async () => {
    const { ask, begin, events } = await started();
    const { orderref, ref } = await begin();
    expect(await ask('netid_cancel', { orderref })).toEqual({ status: 'CANCELLED' });
    await simulator.act('approve', ref);
    expect(await ask('netid_check_auth', { orderref })).toEqual({ status: 'CANCELLED' });
    expect(await events()).toEqual(['transaction.opened', 'transaction.cancelled CANCELLED']);
  });

  it('cannot be undone by cancelling', async () => {
    const { ask, begin } = await started();
    const { orderref, ref } = await begin();
    await simulator.act('approve', ref);
    const done = await ask('netid_check_auth', { orderref });
    expect(await ask('netid_cancel', { orderref })).toEqual({ status: 'COMPLETE' });
    expect(await ask('netid_check_auth', { orderref })).toEqual(done);
  });

  it('comes with time, whatever the server still thinks', async () => {
    const { ask, begin, pass, events } = await started();
    const { orderref, ref } = await begin();
    pass(120_000);
    await simulator.act('approve', ref);
    expect(await ask('netid_check_auth', { orderref })).toEqual({ status: 'EXPIRED_TRANSACTION' });
    expect(await events()).toEqual(['transaction.opened', 'transaction.expired expired']);
  });

  it('comes when the server does not answer again and again', async () => {
    const { ask, begin, pass, events } = await started();
    const { orderref, ref } = await begin();
    await simulator.act('approve', ref);
    simulator.faults.set('status-503');
    const seen = [];
    for (const _ of ['', '', '', '']) {
      seen.push((await ask('netid_check_auth', { orderref }))['status']);
      pass(1000);
    }
    expect(seen).toEqual(['OUTSTANDING_TRANSACTION', 'OUTSTANDING_TRANSACTION', 'INTERNAL_ERROR', 'INTERNAL_ERROR']);
    expect(await events()).toContain('transaction.failed no-answer');
  });

  it.each([
    ['status-unknown', 'UNKNOWN', ['transaction.word-unknown CARD_ON_FIRE', 'transaction.failed CARD_ON_FIRE']],
    ['person-other', 'INTERNAL_ERROR', ['transaction.failed person-mismatch']],
    ['card-other-authority', 'INTERNAL_ERROR', ['transaction.failed certificate-untrusted']],
  ])('is a failure by %s, with its reason in the log', async (fault, status, reasons) => {
    const { ask, begin, events } = await started();
    const { orderref, ref } = await begin();
    await simulator.act('approve', ref);
    simulator.faults.set(fault);
    expect(await ask('netid_check_auth', { orderref })).toEqual({ status });
    expect(await events()).toEqual(['transaction.opened', ...reasons]);
  });
});

describe('a start', () => {
  it.each([
    ['user-unknown', { code: 'refused', status: 403 }],
    ['user-blocked', { code: 'refused', status: 403 }],
    ['user-busy', { code: 'already-in-progress', status: 409 }],
    ['caller-refused', { code: 'vendor-fault', status: 502 }],
    ['order-retry', { code: 'unavailable', status: 503 }],
    ['order-wordless', { code: 'vendor-fault', status: 502 }],
    ['silent', { code: 'vendor-timeout', status: 504 }],
    ['rubbish', { code: 'vendor-fault', status: 502 }],
  ])('is told of %s', async (fault, problem) => {
    const { ask, kept } = await started({}, fault === 'silent' ? { timeoutMs: 300 } : {});
    simulator.faults.set(fault);
    await expect(ask('netid_start_auth', { pnr })).rejects.toMatchObject(problem);
    expect(await kept()).toContain('"items":[]');
  });

  it('leaves an event for a refusal nobody knows', async () => {
    const { ask, events } = await started();
    simulator.faults.set('order-unknown-word');
    await expect(ask('netid_start_auth', { pnr })).rejects.toMatchObject({ code: 'vendor-fault' });
    expect(await events()).toEqual(['transaction.word-unknown CARD_ON_FIRE']);
  });

  it.each([
    ['a number that is none', { pnr: '900101-2385' }, 'pnr'],
    ['a way back that is none', { redirect: 'javascript:alert(1)' }, 'redirect'],
  ])('with %s asks nobody', async (_, input, property) => {
    const { ask } = await started();
    const before = simulator.calls.length;
    await expect(ask('netid_start_auth', input)).rejects.toMatchObject({ code: 'property-invalid', property });
    expect(simulator.calls.length).toBe(before);
  });
});
