import { describe, expect, it } from 'vitest';
import type { TransactionState } from '../../core/transaction.ts';
import { documentedStatuses, failureRows, progressRows } from './fixtures/status-table.ts';
import { problemOf } from './refusal.ts';
import { meaningOf, niasStatuses, niasWords, ownWords, statusOf, wordInFault } from './wire.ts';

const states: readonly TransactionState[] = [
  'pending',
  'in-progress',
  'approved',
  'rejected',
  'cancelled',
  'expired',
  'failed',
];

describe('the table of words', () => {
  it('knows every documented word, and no other', () => {
    const documented = [...progressRows, ...failureRows].map(({ word }) => word);
    expect(Object.keys(niasWords).sort()).toEqual([...documented, 'COMPLETE', 'RETRY'].sort());
  });

  it('tells the outside the documented values, and each of them', () => {
    expect([...niasStatuses].sort()).toEqual([...documentedStatuses].sort());
    const told = new Set<string>([...Object.values(niasWords).map(({ status }) => status), 'UNKNOWN']);
    expect(documentedStatuses.filter((status) => !told.has(status))).toEqual([]);
  });

  it.each([...progressRows, ...failureRows])('tells $word as $status', ({ word, state, status }) => {
    expect(meaningOf(word)).toMatchObject({ state, status });
    expect(statusOf({ state, word })).toBe(status);
  });
});

describe('the status of a transaction', () => {
  it('is COMPLETE for an approved one, and for no other', () => {
    const words = [...Object.keys(niasWords), ...ownWords, 'expired', 'UNKNOWN', 'constructor', ''];
    const complete = states.flatMap((state) =>
      words.filter((word) => statusOf({ state, word }) === 'COMPLETE').map(() => state),
    );
    expect([...new Set(complete)]).toEqual(['approved']);
    expect(complete).toHaveLength(words.length);
  });

  it.each([
    ['expired', 'expired', 'EXPIRED_TRANSACTION'],
    ['cancelled', 'CANCELLED', 'CANCELLED'],
    ['failed', 'person-mismatch', 'INTERNAL_ERROR'],
    ['failed', 'no-answer', 'INTERNAL_ERROR'],
    ['failed', 'UNKNOWN', 'UNKNOWN'],
    ['failed', 'CARD_ON_FIRE', 'UNKNOWN'],
  ] as const)('is told of one that is %s by itself', (state, word, status) => {
    expect(statusOf({ state, word })).toBe(status);
  });
});

describe('the text of a fault', () => {
  it.each(failureRows)('is $word when it says so', ({ word }) => {
    expect(wordInFault(word)).toBe(word);
    expect(wordInFault(` ${word}\n`)).toBe(word);
    expect(
      wordInFault(`System.Web.Services.Protocols.SoapException: ${word} at NiasServer.Authenticate(String x)`),
    ).toBe(word);
  });

  it.each([
    ['the first failure of several', 'RETRY after INTERNAL_ERROR', 'RETRY'],
    ['a failure with a reason before one without', 'FAILED: USER_BLOCKED', 'USER_BLOCKED'],
    ['an internal error without a word', 'Server was unable to process request', 'INTERNAL_ERROR'],
    ['an internal error when empty', '', 'INTERNAL_ERROR'],
    ['an internal error for a word of progress', 'COMPLETE', 'INTERNAL_ERROR'],
    ['an internal error for a part of a word', 'NOT_RETRY_NOW SUSER_BLOCKED', 'INTERNAL_ERROR'],
    ['an internal error for a name of objects', 'constructor', 'INTERNAL_ERROR'],
    ['an unknown word when it is nothing else', 'CARD_ON_FIRE', 'CARD_ON_FIRE'],
    ['an internal error for an unknown word among others', 'the CARD_ON_FIRE', 'INTERNAL_ERROR'],
  ])('is %s', (_, text, word) => {
    expect(wordInFault(text)).toBe(word);
  });
});

describe('a start that is refused', () => {
  it.each(failureRows)('is told $start for $word', ({ word, start }) => {
    expect(problemOf(word, 'pnr')).toMatchObject({ code: start });
  });

  it('names the property that the server does not take, when there was one', () => {
    expect(problemOf('INVALID_PARAMETERS', 'who')).toMatchObject({ property: 'who' });
    expect(problemOf('INVALID_PARAMETERS', undefined)).toMatchObject({ code: 'vendor-fault', property: undefined });
  });

  it('may be tried again after a temporary fault', () => {
    expect(problemOf('RETRY', 'pnr')).toMatchObject({ code: 'unavailable', retryAfterSeconds: 2 });
  });

  it('is a fault of the server for a word nobody knows', () => {
    expect(problemOf('CARD_ON_FIRE', 'pnr')).toMatchObject({ code: 'vendor-fault' });
  });
});
