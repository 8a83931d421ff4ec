import fc from 'fast-check';
import { expect, it } from 'vitest';
import { origin, pending } from '../../test/support/transactions.ts';
import type { Outcome } from './store.ts';
import { isFinal, keptMs, type Transaction, type TransactionState } from './transaction.ts';
import { advance, claimTurn, finish, giveUpTurn, settle } from './transaction-changes.ts';

const asking = { intervalMs: 2000, leaseMs: 10_000 };
const states: readonly TransactionState[] = [
  'pending',
  'in-progress',
  'approved',
  'rejected',
  'cancelled',
  'expired',
  'failed',
];

/** What may happen to a transaction, by any number of hands: `turn` counts back from the newest. */
const move = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 15_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), ms: fc.integer({ min: 1, max: 60_000 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('news' as const),
      back: fc.integer({ min: 0, max: 2 }),
      state: fc.constantFrom(...states.slice(0, 2), ...states),
      missed: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('giveUp' as const), back: fc.integer({ min: 0, max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
);
type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

/** One thing that happened: the record before and after, and what was asked of the vendor. */
interface Seen {
  readonly before: Transaction;
  readonly after: Transaction;
  readonly outcome: Outcome<Transaction, unknown>;
  readonly at: number;
  readonly mayAsk: boolean;
}

function outcomeOf(one: Exclude<Move, { kind: 'pass' | 'back' }>, now: Transaction, at: number) {
  if (one.kind === 'claim') return claimTurn(asking, origin)(now, at);
  if (one.kind === 'cancel') return finish({ state: 'cancelled', word: 'cancelled' }, origin)(now, at);
  if (one.kind === 'look') return settle(origin)(now, at);
  if (one.kind === 'giveUp') return giveUpTurn(now.turn - one.back)(now, at);
  const { state, missed } = one;
  return advance({ state, word: state, missed, result: 'sealed person' }, origin, now.turn - one.back)(now, at);
}

function play(moves: readonly Move[]): readonly Seen[] {
  const seen: Seen[] = [];
  let now = pending;
  let at = 0;
  for (const one of moves) {
    if (one.kind === 'pass') at += one.ms;
    else if (one.kind === 'back') at -= one.ms;
    else {
      const outcome = outcomeOf(one, now, at);
      const after = outcome.next ?? now;
      const mayAsk = one.kind === 'claim' && (outcome.result as { readonly mine: boolean }).mine;
      seen.push({ before: now, after, outcome, at, mayAsk });
      now = after;
    }
  }
  return seen;
}

const games = fc.array(move, { maxLength: 60 });
const forwardGames = fc.array(
  move.filter(({ kind }) => kind !== 'back'),
  { maxLength: 60 },
);
const endEvents = (seen: readonly Seen[]) =>
  seen.flatMap(({ outcome: { events = [] } }) => events.map(({ type }) => type.name));

it('never changes what is final, whatever comes', () => {
  fc.assert(
    fc.property(games, (moves) => {
      for (const { before, outcome } of play(moves)) {
        if (isFinal(before)) expect(outcome).toEqual({ result: outcome.result });
      }
    }),
  );
});

it('leaves one event for its one end', () => {
  fc.assert(
    fc.property(games, (moves) => {
      const seen = play(moves);
      const last = seen.at(-1)?.after ?? pending;
      expect(endEvents(seen)).toEqual(isFinal(last) ? [`transaction.${last.state}`] : []);
    }),
  );
});

it('lets nobody ask sooner than an interval after the last, while the clock goes forward', () => {
  fc.assert(
    fc.property(forwardGames, (moves) => {
      const asked = play(moves).filter(({ mayAsk }) => mayAsk);
      const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
      for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(asking.intervalMs);
    }),
  );
});

it('lets nobody ask while somebody else does, until the lease is over', () => {
  fc.assert(
    fc.property(forwardGames, (moves) => {
      for (const { before, at, mayAsk } of play(moves)) {
        if (mayAsk) expect(before.askingUntil ?? at).toBeLessThanOrEqual(at);
      }
    }),
  );
});

it('is held up by a clock that was set back for no longer than two intervals and a lease', () => {
  fc.assert(
    fc.property(games, (moves) => {
      const last = play(moves).at(-1);
      if (last === undefined || isFinal(last.after)) return;
      // Somebody polls all the while: whoever comes once may meet the moment just after the last asking.
      const polls = Array.from({ length: 29 }, (_, index) => last.at + (index * asking.intervalMs) / 4);
      const turns = polls.map((at) => claimTurn(asking, origin)(last.after, at).result);
      expect(turns.some(({ mine, transaction }) => mine || transaction?.state === 'expired')).toBe(true);
    }),
    { examples: [[[{ kind: 'pass', ms: 14_000 }, { kind: 'claim' }, { kind: 'back', ms: 14_000 }, { kind: 'look' }]]] },
  );
});

it('tells of the person only when approved', () => {
  fc.assert(
    fc.property(games, (moves) => {
      for (const { after } of play(moves)) if (after.result !== undefined) expect(after.state).toBe('approved');
    }),
  );
});

it('is kept for five minutes after every write', () => {
  fc.assert(
    fc.property(games, (moves) => {
      for (const { after, outcome, at } of play(moves)) {
        if (outcome.next === undefined) continue;
        expect(outcome.expiresAt).toBe((isFinal(after) ? at : after.endsAt) + keptMs);
      }
    }),
  );
});
