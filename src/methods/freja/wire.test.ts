import { describe, expect, it } from 'vitest';
import type { TransactionState } from '../../core/transaction.ts';
import { frejaErrors, frejaStatuses, ownWords, reaches, statusOf } from './wire.ts';

const states: readonly TransactionState[] = [
  'pending',
  'in-progress',
  'approved',
  'rejected',
  'cancelled',
  'expired',
  'failed',
];

describe('what the outside is told', () => {
  it.each([
    ['pending', 'STARTED', 'STARTED'],
    ['in-progress', 'DELIVERED_TO_MOBILE', 'DELIVERED_TO_MOBILE'],
    ['approved', 'APPROVED', 'APPROVED'],
    ['rejected', 'REJECTED', 'REJECTED'],
    ['rejected', 'CANCELED', 'CANCELED'],
    ['cancelled', 'RP_CANCELED', 'RP_CANCELED'],
    ['expired', 'EXPIRED', 'EXPIRED'],
    ['expired', 'expired', 'EXPIRED'],
    ['failed', 'jws-signature', 'RP_CANCELED'],
  ] as const)('of %s by the word %s is %s', (state, word, status) => {
    expect(statusOf({ state, word })).toBe(status);
  });

  it('is approved for what is approved and nothing else, whatever the word', () => {
    const words = [...Object.keys(frejaStatuses), ...ownWords, 'toString', 'expired', ''];
    const all = states.flatMap((state) => words.map((word) => ({ state, word })));
    for (const { state, word } of all) expect(statusOf({ state, word }) === 'APPROVED').toBe(state === 'approved');
  });
});

it('knows no code that names a property without refusing it', () => {
  for (const { atStart, property } of Object.values(frejaErrors)) {
    expect(atStart === 'property-invalid').toBe(property !== undefined);
  }
});

it('orders levels, and knows no others', () => {
  expect([reaches('PLUS', 'EXTENDED'), reaches('EXTENDED', 'EXTENDED'), reaches('BASIC', 'EXTENDED')]).toEqual([
    true,
    true,
    false,
  ]);
  expect([reaches('INFERRED', 'BASIC'), reaches('plus', 'BASIC'), reaches(undefined, 'BASIC')]).toEqual([
    false,
    false,
    false,
  ]);
});
