import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hotpOf } from '../../../test/support/oath.ts';
import { seed, tokenOf, tryOf, vault } from '../../../test/support/otp-account.ts';
import { rfcSeed } from '../../../test/support/server.ts';
import type { Account } from '../../core/account.ts';
import { attemptPolicySchema } from '../../core/attempts.ts';
import { hotpCode } from './hotp.ts';
import { stepAt } from './match.ts';
import { useCode } from './use-code.ts';

const start: Account = {
  tokens: { counts: tokenOf({ id: 'counts' }), times: tokenOf({ id: 'times', type: 'totp' }) },
};

/** Time passes, or runs back; somebody tries a code of a token, so far from the one that is due, or a wrong one. */
const move = fc.oneof(
  { weight: 2, arbitrary: fc.record({ seconds: fc.integer({ min: -400, max: 400 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ token: fc.constantFrom('counts', 'times'), offset: fc.integer({ min: -3, max: 3 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ typed: 'wrong' }) },
);
type Move =
  | { readonly seconds: number }
  | { readonly token: string; readonly offset: number }
  | { readonly typed: string };

const policies = fc
  .record({
    limit: fc.integer({ min: 1, max: 4 }),
    windowSeconds: fc.integer({ min: 1, max: 600 }),
    lockSeconds: fc.integer({ min: 1, max: 600 }),
  })
  .map((policy) => attemptPolicySchema.parse(policy));

const hmac = vault.hmac('SHA1', seed);

function codeOf(account: Account, move: Exclude<Move, { readonly seconds: number }>, at: number): string {
  if ('typed' in move) return move.typed;
  const token = account.tokens?.[move.token] ?? tokenOf();
  const counter = (token.type === 'hotp' ? token.next : stepAt(token, at)) + move.offset;
  return hotpCode(hmac, Math.max(counter, 0), 6);
}

/** Plays the moves and hands each decision on: with the instant, and with how far the clock has gone forward in all. */
function play(
  moves: readonly Move[],
  policy: ReturnType<typeof attemptPolicySchema.parse>,
  see: (step: {
    before: Account;
    after: Account;
    decision: ReturnType<typeof useCode>;
    typed: string;
    progress: number;
  }) => void,
): void {
  let account = start;
  let at = Date.UTC(2026, 10, 22, 12);
  let progress = 0;
  for (const move of moves) {
    if ('seconds' in move) {
      at += move.seconds * 1000;
      progress += Math.max(move.seconds, 0);
      continue;
    }
    const before = account;
    const typed = codeOf(account, move, at);
    const decision = useCode(account, at, tryOf(typed, { policy }));
    account = decision.next ?? account;
    see({ before, after: account, decision, typed, progress });
  }
}

const nextOf = (account: Account, id: string) => account.tokens?.[id]?.next ?? -1;

it('accepts no counter and no time step twice, and goes forward only, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), policies, (moves, policy) => {
      const accepted = new Set<string>();
      play(moves, policy, ({ before, after, decision, typed }) => {
        for (const id of ['counts', 'times']) {
          const went = nextOf(after, id) - nextOf(before, id);
          expect(went).toBeGreaterThanOrEqual(0);
          if (went === 0) continue;
          const counter = nextOf(after, id) - 1;
          expect(decision.result).toBe('accepted');
          expect(typed).toBe(hotpOf({ secret: rfcSeed }, counter));
          expect(accepted.has(`${id} ${counter}`)).toBe(false);
          accepted.add(`${id} ${counter}`);
        }
      });
    }),
    { numRuns: 300 },
  );
});

it('looks at no more wrong codes than the limit, for as long as they count, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), policies, (moves, policy) => {
      const countsFor = Math.min(policy.windowSeconds, policy.lockSeconds);
      let failures: number[] = [];
      play(moves, policy, ({ decision: { result }, progress }) => {
        if (result === 'accepted') failures = [];
        if (result === 'wrong' || result === 'used') failures.push(progress);
        expect(failures.filter((failed) => failed > progress - countsFor).length).toBeLessThanOrEqual(policy.limit);
      });
    }),
    { numRuns: 300 },
  );
});

it('writes for each verdict the event that says so, and accepts nothing without one', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), policies, (moves, policy) => {
      play(moves, policy, ({ after, decision: { result, events = [] } }) => {
        const [first, ...others] = events.map(({ type, reason }) => `${type.name} ${reason ?? ''}`.trim());
        expect(first).toBe(result === 'accepted' ? 'otp-token.accepted' : `otp-token.refused ${result}`);
        const locks = result !== 'locked' && after.attempts?.code?.lockedUntil !== undefined && result !== 'accepted';
        const nowLocked = locks && after.attempts?.code?.failedAt.length === 0;
        expect(others).toEqual(nowLocked ? ['account.locked too-many-failures'] : []);
      });
    }),
    { numRuns: 300 },
  );
});
