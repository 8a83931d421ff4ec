import { describe, expect, it } from 'vitest';
import { keptUntil, origin, pending } from '../../test/support/transactions.ts';
import type { Outcome } from './store.ts';
import { keptMs, type Transaction } from './transaction.ts';
import { advance, begin, claimTurn, finish, giveUpTurn, type Learnt, settle } from './transaction-changes.ts';

const asking = { intervalMs: 2000, leaseMs: 10_000 };
const started: Learnt = { state: 'in-progress', word: 'started' };
const approved: Learnt = { state: 'approved', word: 'complete', result: 'sealed person' };

const namesOf = ({ events = [] }: Outcome<Transaction, unknown>) =>
  events.map(({ type, reason }) => (reason === undefined ? type.name : `${type.name} ${reason}`));

/** The transaction after somebody has won a turn at `at`. */
function askedAt(at: number, transaction = pending): Transaction {
  const { result } = claimTurn(asking, origin)(transaction, at);
  if (!result.mine || result.transaction === undefined) throw new Error('the turn was not given');
  return result.transaction;
}

describe('begin', () => {
  it('keeps the transaction beyond its end, and leaves an event without its secrets', () => {
    const outcome = begin(pending, origin)(undefined, 5);
    expect(outcome).toMatchObject({ next: pending, expiresAt: keptUntil });
    expect(outcome.events).toEqual([
      { ...origin, type: expect.objectContaining({ name: 'transaction.opened' }), realm: 'default', subject: 'bankid' },
    ]);
  });
});

describe('a turn of asking', () => {
  it('is given to one, and counted', () => {
    const first = askedAt(1000);
    expect(first).toEqual({ ...pending, turn: 1, askedAt: 1000, askingUntil: 11_000 });
    expect(claimTurn(asking, origin)(first, 1000)).toEqual({ result: { transaction: first, mine: false } });
  });

  it('goes to another when whoever had it was gone too long', () => {
    const first = askedAt(1000);
    expect(claimTurn(asking, origin)(first, 10_999).result.mine).toBe(false);
    expect(askedAt(11_000, first)).toMatchObject({ turn: 2, askedAt: 11_000 });
  });

  it('is given to nobody once the time is over: that is written instead', () => {
    const outcome = claimTurn(asking, origin)(pending, pending.endsAt);
    expect(outcome.result).toMatchObject({ mine: false, transaction: { state: 'expired' } });
    expect(outcome).toMatchObject({ next: { state: 'expired' }, expiresAt: pending.endsAt + keptMs });
    expect(namesOf(outcome)).toEqual(['transaction.expired expired']);
  });

  it('that is given up lets others ask after the interval, and counts as a miss', () => {
    const first = askedAt(1000);
    const { next } = giveUpTurn(1)(first, 1500);
    expect(next).toEqual({ ...pending, turn: 1, askedAt: 1000, misses: 1 });
    expect(askedAt(3000, next ?? undefined)).toMatchObject({ turn: 2, misses: 1 });
  });

  it('can be given up by nobody but whoever has it', () => {
    const second = askedAt(11_000, askedAt(1000));
    expect(giveUpTurn(1)(second, 12_000)).toEqual({ result: undefined });
    expect(giveUpTurn(2)({ ...second, state: 'approved' }, 12_000)).toEqual({ result: undefined });
  });

  it.each([
    ['claimed', claimTurn(asking, origin)],
    ['given up', giveUpTurn(1)],
    ['written', advance(started, origin)],
    ['settled', settle(origin)],
    ['finished', finish({ state: 'cancelled', word: 'cancelled' }, origin)],
  ])('makes nothing of a record that is gone when it is %s', (_words, transition) => {
    expect(transition(undefined, 0)).not.toHaveProperty('next');
  });
});

describe('news', () => {
  it('moves the transaction on and ends the turn', () => {
    const outcome = advance(started, origin, 1)(askedAt(1000), 1200);
    expect(outcome.next).toEqual({ ...pending, ...started, turn: 1, askedAt: 1000 });
    expect(outcome).toMatchObject({ expiresAt: keptUntil, events: [] });
  });

  it.each(['approved', 'rejected', 'cancelled', 'expired', 'failed'] as const)(
    'of %s ends it, with an event and five minutes more',
    (state) => {
      const outcome = advance({ state, word: 'word' }, origin)(pending, 1000);
      expect(outcome).toMatchObject({ next: { state }, expiresAt: 1000 + keptMs, result: { state } });
      expect(namesOf(outcome)).toEqual([`transaction.${state} word`]);
    },
  );

  it('of the person is kept only with approval', () => {
    expect(advance(approved, origin)(pending, 1).next).toHaveProperty('result', 'sealed person');
    expect(advance({ ...approved, state: 'failed' }, origin)(pending, 1).next).not.toHaveProperty('result');
  });

  it('changes nothing of what has ended', () => {
    const ended = advance({ state: 'cancelled', word: 'cancelled' }, origin)(pending, 1000).next;
    expect(advance(approved, origin, 0)(ended ?? undefined, 1001)).toEqual({ result: ended });
  });

  it('that comes after the end of its time is too late', () => {
    const outcome = advance(approved, origin, 1)(askedAt(179_000), 180_000);
    expect(outcome).toMatchObject({ next: { state: 'expired' }, result: { state: 'expired' } });
    expect(outcome.next).not.toHaveProperty('result');
  });

  it('of somebody whose turn was taken over is old, unless it is of an end', () => {
    const second = askedAt(11_000, askedAt(1000)); // seen to fail with news that is written whoever brings it
    expect(advance(started, origin, 1)(second, 12_000)).toEqual({ result: second });
    expect(advance(approved, origin, 1)(second, 12_000).next).toMatchObject({ state: 'approved' });
  });

  it('that the vendor did not answer is counted, and forgotten at the next answer', () => {
    const missed: Learnt = { state: 'in-progress', word: 'whatever', missed: true };
    const once = advance(missed, origin)(pending, 1000).next ?? undefined;
    expect(once).toEqual({ ...pending, misses: 1 });
    const twice = advance(missed, origin)(once, 4000).next ?? undefined;
    expect(twice).toMatchObject({ misses: 2, word: pending.word });
    expect(advance(started, origin)(twice, 7000).next).toMatchObject({ misses: 0 });
    expect(advance({ state: 'failed', word: 'gone', missed: true }, origin)(twice, 7000).next).toMatchObject({
      state: 'failed',
      misses: 3,
    });
  });

  it('may replace what the method remembers', () => {
    expect(advance({ ...started, memory: 'other' }, origin)(pending, 1).next).toHaveProperty('memory', 'other');
    expect(advance(started, origin)(pending, 1).next).toHaveProperty('memory', 'sealed');
  });

  it('of a word that nobody knows leaves an event when it is new', () => {
    const news: Learnt = { state: 'pending', word: 'someWord', unknownWord: 'someWord' };
    const outcome = advance(news, origin)(pending, 1000);
    expect(namesOf(outcome)).toEqual(['transaction.word-unknown someWord']);
    expect(namesOf(advance(news, origin)(outcome.next ?? undefined, 4000))).toEqual([]);
  });

  it('that ends it with an unknown word leaves both events, and repeats nothing odd', () => {
    const word = '<script>\n';
    const outcome = advance({ state: 'failed', word, unknownWord: word }, origin)(pending, 1000);
    expect(namesOf(outcome)).toEqual(['transaction.word-unknown unreadable', 'transaction.failed unreadable']);
  });
});

describe('finish', () => {
  const cancel = finish({ state: 'cancelled', word: 'cancelled' }, origin);

  it('ends what has not ended, and says that it did', () => {
    const outcome = cancel(askedAt(1000), 1500);
    expect(outcome).toMatchObject({ next: { state: 'cancelled' }, result: { byUs: true } });
    expect(outcome.next).not.toHaveProperty('askingUntil');
  });

  it('leaves what has ended, and says how', () => {
    const ended = advance(approved, origin)(pending, 1000).next ?? undefined;
    expect(cancel(ended, 2000)).toEqual({ result: { transaction: ended, byUs: false } });
    expect(cancel(pending, pending.endsAt).result).toMatchObject({ byUs: false, transaction: { state: 'expired' } });
  });
});
