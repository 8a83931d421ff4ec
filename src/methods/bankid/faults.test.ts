import { describe, expect, it } from 'vitest';
import { sharedSimulator, startBankId } from '../../../test/support/bankid.ts';
import { testPeople } from '../../simulator-kit/people.ts';
import { transportFaults } from '../../simulator-kit/transport-faults.ts';
import { proofFaults } from './simulator/faults.ts';

const simulator = sharedSimulator();
const [astrid] = testPeople;
const pnr = astrid.personalNumber;

const proofs = [
  ['signature-changed', 'signature-invalid'],
  ['signature-wrong-key', 'signature-invalid'],
  ['signature-swapped', 'signature-invalid'],
  ['signature-wrapped', 'signature-invalid'],
  ['signature-twin', 'signature-invalid'],
  ['signature-doctype', 'signature-invalid'],
  ['signature-sha1', 'signature-invalid'],
  ['bankid-untrusted', 'certificate-untrusted'],
  ['bankid-expired', 'certificate-untrusted'],
  ['bankid-policy', 'policy-refused'],
  ['ocsp-revoked', 'revocation-unclear'],
  ['ocsp-wrong-nonce', 'revocation-unclear'],
  ['ocsp-no-nonce', 'revocation-unclear'],
  ['ocsp-other-certificate', 'revocation-unclear'],
  ['ocsp-old', 'revocation-unclear'],
  ['ocsp-unsuccessful', 'revocation-unclear'],
  ['ocsp-wrong-key', 'revocation-unclear'],
  ['ocsp-wrong-responder', 'revocation-unclear'],
  ['ocsp-client-responder', 'revocation-unclear'],
  ['other-person', 'other-person'],
  ['other-name', 'other-person'],
  ['other-text', 'other-text'],
  ['other-hidden-text', 'other-text'],
  ['other-purpose', 'other-purpose'],
  ['other-relying-party', 'other-relying-party'],
  ['document-unread', 'document-unread'],
] as const;

describe('a completed order', () => {
  it.each(proofs)('identifies nobody with %s', async (fault, word) => {
    const bench = await startBankId(simulator());
    const input = { pnr, userVisibleData: 'Sign here', userNonVisibleData: 'hidden', mrtd: 'true' };
    const { ref, check } = await bench.begin(input, 'bankid_start_sign');
    await simulator().act('approve', ref);
    simulator().faults.set(fault);
    const told = await check();
    expect(told).toMatchObject({ status: 'ERROR', message: 'verificationFailed' });
    expect(told).not.toHaveProperty('personalNumber');
    expect(await bench.events()).toEqual(['transaction.opened', `transaction.failed ${word}`]);
    expect(bench.logged).toEqual([expect.stringContaining('a completed order')]);
    expect(bench.logged.join()).not.toContain(pnr);
    simulator().faults.set(undefined);
    expect(await check()).toEqual(told);
  });

  it('identifies nobody but who signed, also when it might have been anybody', async () => {
    const bench = await startBankId(simulator());
    const { ref, check } = await bench.begin();
    await simulator().act('approve', ref, { person: pnr });
    simulator().faults.set('other-name');
    expect(await check()).toMatchObject({ status: 'ERROR', message: 'verificationFailed' });
    expect(await bench.events()).toContain('transaction.failed other-person');
  });

  it('identifies nobody in any of the ways that the simulator knows', () => {
    expect(proofs.map(([fault]) => fault)).toEqual(Object.keys(proofFaults));
  });

  it.each(['missing-completion', 'missing-signature', 'wrong-type'])('that cannot be read fails: %s', async (fault) => {
    const bench = await startBankId(simulator());
    const { ref, check } = await bench.begin();
    await simulator().act('approve', ref, { person: pnr });
    simulator().faults.set(fault);
    expect(await check()).toMatchObject({ status: 'ERROR', message: 'noAnswer' });
    expect(await bench.events()).toEqual(['transaction.opened', 'transaction.failed completionUnreadable']);
  });

  it.each(['extra-properties', 'bare-completion'])(
    'counts with more or less than the documents have: %s',
    async (fault) => {
      const bench = await startBankId(simulator());
      simulator().faults.set('extra-properties');
      const { ref, check } = await bench.begin({ returnRisk: 'true' });
      await simulator().act('approve', ref, { person: pnr });
      simulator().faults.set(fault);
      expect(await check()).toMatchObject({ status: 'OK', personalNumber: pnr });
    },
  );
});

/** Fault → what becomes of a start, of the first question about an order that was completed, and of the next. */
const transport = [
  ['slow', 'vendor-timeout', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['silent', 'vendor-timeout', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['cut-unread', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'OK'],
  ['cut-before-head', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['cut-after-head', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['half-body', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['short-body', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['empty-body', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['rubbish', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['html-page', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['content-type', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['status-500', 'vendor-fault', 'ERROR', 'ERROR'],
  ['status-503', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['status-429', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['redirect', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['enormous', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'ERROR'],
  ['certificate-other-authority', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'OK'],
  ['certificate-expired', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'OK'],
  ['certificate-other-host', 'vendor-fault', 'OUTSTANDING_TRANSACTION', 'OK'],
] as const;

/** Nobody waits for those that answer late; the others have all the time they need. */
const patience = (fault: string) => (fault === 'slow' || fault === 'silent' ? { timeoutMs: 500 } : {});

describe('a connection at fault', () => {
  it.each(transport)('starts nothing: %s', async (fault, code) => {
    const bench = await startBankId(simulator(), { settings: patience(fault) });
    simulator().faults.set(fault);
    await expect(bench.ask('bankid_start_auth')).rejects.toMatchObject({ code });
    expect(await bench.events()).toEqual([]);
  });

  it.each(transport)(
    'never turns into a yes, and what was delivered into it is lost: %s',
    async (fault, _, first, next) => {
      const bench = await startBankId(simulator(), { settings: patience(fault) });
      const { ref, check } = await bench.begin();
      await simulator().act('approve', ref, { person: pnr });
      simulator().faults.set(fault);
      expect(await check()).toMatchObject({ status: first });
      simulator().faults.set(undefined);
      expect(await check()).toMatchObject({ status: next });
    },
  );

  it('is any of those that the simulator knows', () => {
    expect(transport.map(([fault]) => fault)).toEqual(Object.keys(transportFaults));
  });

  it('says nothing about our order when the answer is about another', async () => {
    const bench = await startBankId(simulator());
    const { ref, check } = await bench.begin();
    await simulator().act('approve', ref, { person: pnr });
    simulator().faults.set('other-order');
    expect(await check()).toMatchObject({ status: 'OUTSTANDING_TRANSACTION' });
  });
});
