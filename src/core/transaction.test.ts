import { describe, expect, it } from 'vitest';
import { pending } from '../../test/support/transactions.ts';
import { asOf, dueIn, isFinal, newTransactionId, type Transaction } from './transaction.ts';

const interval = 2000;
const never = Number.POSITIVE_INFINITY;
const at = (changes: Partial<Transaction>): Transaction => ({ ...pending, ...changes });

describe('asOf', () => {
  it('is expired from the end of its time on, and not before', () => {
    expect(asOf(pending, pending.endsAt - 1)).toBe(pending);
    expect(asOf(pending, pending.endsAt)).toEqual({ ...pending, state: 'expired', word: 'expired' });
    expect(asOf(at({ state: 'in-progress' }), pending.endsAt)).toMatchObject({ state: 'expired' });
  });

  it.each(['approved', 'rejected', 'cancelled', 'expired', 'failed'] as const)(
    'leaves what is %s as it is',
    (state) => {
      const ended = at({ state });
      expect(isFinal(ended)).toBe(true);
      expect(asOf(ended, pending.endsAt + 1)).toBe(ended);
    },
  );
});

describe('when the vendor should be asked', () => {
  it.each<[string, Partial<Transaction>, number, number]>([
    ['at once, when nobody has asked yet', {}, 0, 0],
    ['an interval after the last time', { askedAt: 1000 }, 1500, 1500],
    ['now, when the interval is over', { askedAt: 1000 }, 3000, 0],
    ['after whoever is asking', { askedAt: 1000, askingUntil: 11_000 }, 4000, 7000],
    ['now, when whoever is asking has taken too long', { askedAt: 1000, askingUntil: 11_000 }, 11_000, 0],
    ['now, when the clock was set back by an interval', { askedAt: 9000, askingUntil: 19_000 }, 7000, 0],
    ['no sooner, when the clock is a little off', { askedAt: 1001 }, 1000, 2001],
    ['never, when its time is over', {}, pending.endsAt, never],
    ['never, when it has ended', { state: 'approved' }, 0, never],
  ])('is %s', (_words, changes, now, due) => {
    expect(dueIn(at(changes), now, interval)).toBe(due);
  });

  it('is never, for a method that asks nobody, once it was asked', () => {
    expect(dueIn(at({ askedAt: 5 }), 10, never)).toBe(never);
  });
});

describe('an id', () => {
  it('is a random UUID', () => {
    const bytes = (fill: number) => ({ bytes: (count: number) => new Uint8Array(count).fill(fill) });
    expect(newTransactionId(bytes(0))).toBe('00000000-0000-4000-8000-000000000000');
    expect(newTransactionId(bytes(255))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });
});
