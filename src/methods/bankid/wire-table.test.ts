import { describe, expect, it } from 'vitest';
import { sharedSimulator, startBankId } from '../../../test/support/bankid.ts';
import { transactionOf } from '../../core/transaction.ts';
import { errorFaults } from './simulator/faults.ts';
import { errorCodes, failedHints, pendingHints } from './wire.ts';

const simulator = sharedSimulator();

const pending = [
  ['outstandingTransaction', 'pending', 'OUTSTANDING_TRANSACTION', 'RFA1'],
  ['noClient', 'pending', 'NO_CLIENT', 'RFA1'],
  ['started', 'in-progress', 'STARTED', 'RFA14'],
  ['userMrtd', 'in-progress', 'USER_MRTD', 'RFA23'],
  ['userCallConfirm', 'in-progress', 'USER_CALL_CONFIRM', 'RFA21'],
  ['userSign', 'in-progress', 'USER_SIGN', 'RFA9'],
  ['processing', 'in-progress', 'PROCESSING', 'RFA21'],
  ['userStepUp', 'in-progress', 'USER_STEP_UP', 'RFA25'],
  ['userFace', 'in-progress', 'USER_FACE', 'RFA24'],
] as const;

const failed = [
  ['expiredTransaction', 'expired', 'RFA8'],
  ['certificateErr', 'failed', 'RFA16'],
  ['userCancel', 'rejected', 'RFA6'],
  ['cancelled', 'cancelled', 'RFA3'],
  ['startFailed', 'failed', 'RFA17B'],
  ['userDeclinedCall', 'rejected', undefined],
  ['notSupportedByUserApp', 'failed', undefined],
  ['transactionRiskBlocked', 'failed', undefined],
  ['mrtdVerificationFailed', 'failed', 'RFA26'],
  ['facialRecognitionFailed', 'failed', 'RFA27'],
  ['nfcNotSupportedByDevice', 'failed', 'RFA28'],
  ['multipleBankIdsOnDevice', 'failed', 'RFA29'],
  ['stepUpFailed', 'failed', 'RFA30'],
] as const;

const errors = [
  ['error-invalid-parameters', 'refused'],
  ['error-already-in-progress', 'already-in-progress'],
  ['error-unauthorized', 'vendor-fault'],
  ['error-forbidden', 'vendor-fault'],
  ['error-not-found', 'vendor-fault'],
  ['error-method-not-allowed', 'vendor-fault'],
  ['error-request-timeout', 'vendor-fault'],
  ['error-unsupported-media-type', 'vendor-fault'],
  ['error-too-many-requests', 'vendor-fault'],
  ['error-internal', 'vendor-fault'],
  ['error-maintenance', 'vendor-fault'],
  ['missing-secret', 'vendor-fault'],
  ['missing-reference', 'vendor-fault'],
  ['json-list', 'vendor-fault'],
  ['content-type', 'vendor-fault'],
] as const;

/** What is kept of a transaction. */
async function keptOf(bench: Awaited<ReturnType<typeof startBankId>>, id: string) {
  return bench.store.read(transactionOf(id));
}

describe('a pending order', () => {
  it.each(pending)('%s goes on', async (hint, state, status, userMessageId) => {
    const bench = await startBankId(simulator());
    const { id, ref, check } = await bench.begin();
    await simulator().act('hint', ref, { hint });
    const told = await check();
    expect(told).toMatchObject({ status, userMessageId, userMessage: expect.stringMatching(/\p{L}/u) });
    expect(told).not.toHaveProperty('message');
    expect('qrData' in told).toBe(state === 'pending');
    expect(await keptOf(bench, id)).toMatchObject({ state, word: hint });
    expect(await bench.events()).toEqual(['transaction.opened']);
  });

  it.each([
    ['unknown-pending-hint', 'somethingNew'],
    ['missing-hint', 'unreadable'],
  ])('with a hint that is in no document goes on too, with one event: %s', async (fault, reason) => {
    const bench = await startBankId(simulator());
    const { id, check } = await bench.begin();
    simulator().faults.set(fault);
    for (let poll = 0; poll < 3; poll += 1)
      expect(await check()).toMatchObject({ status: 'PENDING', userMessageId: 'RFA21' });
    expect(await keptOf(bench, id)).toMatchObject({ state: 'in-progress', word: 'unknownPending' });
    expect(await bench.events()).toEqual(['transaction.opened', `transaction.word-unknown ${reason}`]);
    simulator().faults.set(undefined);
    expect(await check()).toMatchObject({ status: 'OUTSTANDING_TRANSACTION' });
  });
});

describe('a failed order', () => {
  it.each(failed)('%s stays what it is, however often asked', async (hint, state, userMessageId) => {
    const bench = await startBankId(simulator());
    const { id, ref, check } = await bench.begin();
    await simulator().act('fail', ref, { hint });
    for (let poll = 0; poll < 2; poll += 1) {
      const told = await check();
      expect(told).toMatchObject({ status: 'ERROR', message: hint, userMessage: expect.stringMatching(/\p{L}/u) });
      expect(told['userMessageId']).toBe(userMessageId);
      expect(told).not.toHaveProperty('qrData');
    }
    expect(await keptOf(bench, id)).toMatchObject({ state, word: hint });
    expect(await bench.events()).toEqual(['transaction.opened', `transaction.${state} ${hint}`]);
  });

  it.each([
    ['unknown-failed-hint', 'unknownFailure', 'somethingNew'],
    ['unknown-status', 'unknownStatus', 'paused'],
    ['error-unknown', 'unknownError', 'somethingNew'],
  ])('with a word that is in no document fails, with an event: %s', async (fault, word, unknown) => {
    const bench = await startBankId(simulator());
    const { check } = await bench.begin();
    simulator().faults.set(fault);
    const told = await check();
    expect(told).toMatchObject({ status: 'ERROR', message: 'unknownFailure', userMessageId: 'RFA22' });
    expect(await bench.events()).toEqual([
      'transaction.opened',
      `transaction.word-unknown ${unknown}`,
      `transaction.failed ${word}`,
    ]);
  });
});

describe('an error about an order', () => {
  it.each([
    ['error-invalid-parameters', 'invalidParameters', 'RFA5'],
    ['error-already-in-progress', 'alreadyInProgress', 'RFA4'],
    ['error-unauthorized', 'unauthorized', 'RFA5'],
    ['error-forbidden', 'unauthorized', 'RFA5'],
    ['error-not-found', 'notFound', 'RFA5'],
    ['error-method-not-allowed', 'methodNotAllowed', 'RFA5'],
    ['error-request-timeout', 'requestTimeout', 'RFA5'],
    ['error-unsupported-media-type', 'unsupportedMediaType', 'RFA5'],
    ['error-internal', 'internalError', 'RFA5'],
    ['status-500', 'internalError', 'RFA5'],
  ])('ends it at once: %s', async (fault, code, userMessageId) => {
    const bench = await startBankId(simulator());
    const { check } = await bench.begin();
    simulator().faults.set(fault);
    expect(await check()).toMatchObject({ status: 'ERROR', message: code, userMessageId });
    expect(await bench.events()).toEqual(['transaction.opened', `transaction.failed ${code}`]);
  });

  it.each([
    ['error-maintenance', 'maintenance', 'maintenance'],
    ['error-too-many-requests', 'tooManyRequests', 'tooManyRequests'],
    ['status-503', 'maintenance', 'maintenance'],
    ['status-429', 'tooManyRequests', 'tooManyRequests'],
    ['cut-before-head', 'noAnswer', 'noAnswer'],
    ['rubbish', 'noAnswer', 'noAnswer'],
  ])('that may pass ends it the fourth time in a row: %s', async (fault, word, message) => {
    const bench = await startBankId(simulator());
    const { check } = await bench.begin();
    simulator().faults.set(fault);
    for (let poll = 0; poll < 3; poll += 1) expect(await check()).toMatchObject({ status: 'OUTSTANDING_TRANSACTION' });
    expect(await bench.events()).toEqual(['transaction.opened']);
    expect(await check()).toMatchObject({ status: 'ERROR', message, userMessageId: 'RFA5' });
    expect(await bench.events()).toEqual(['transaction.opened', `transaction.failed ${word}`]);
  });

  it('that passes is forgotten, and counted anew', async () => {
    const bench = await startBankId(simulator());
    const { check } = await bench.begin();
    for (let round = 0; round < 3; round += 1) {
      simulator().faults.set('error-maintenance', { times: 3 });
      for (let poll = 0; poll < 4; poll += 1)
        expect(await check()).toMatchObject({ status: 'OUTSTANDING_TRANSACTION' });
    }
  });
});

describe('an error about a start', () => {
  it.each(errors)('refuses it and opens nothing, and it is not tried again: %s', async (fault, code) => {
    const bench = await startBankId(simulator());
    const before = simulator().calls.length;
    simulator().faults.set(fault);
    await expect(bench.ask('bankid_start_auth')).rejects.toMatchObject({ code });
    expect(await bench.events()).not.toContain('transaction.opened');
    expect(simulator().calls.length).toBe(before + 1);
  });

  it('that is in no document leaves an event', async () => {
    const bench = await startBankId(simulator());
    simulator().faults.set('error-unknown');
    await expect(bench.ask('bankid_start_auth')).rejects.toMatchObject({ code: 'vendor-fault' });
    expect(await bench.events()).toEqual(['transaction.word-unknown somethingNew']);
  });
});

it('has a row for every word of the vendor’s', () => {
  expect(pending.map(([hint]) => hint)).toEqual(Object.keys(pendingHints));
  expect(failed.map(([hint]) => hint)).toEqual(Object.keys(failedHints));
  const codes = errors.flatMap(([fault]) =>
    Object.entries(errorFaults).flatMap(([name, { answer }]) => (name === fault ? [answer.code] : [])),
  );
  expect(new Set(codes)).toEqual(new Set(Object.keys(errorCodes)));
});
