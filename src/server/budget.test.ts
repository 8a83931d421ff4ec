import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.ts';

function start(perSecond: number, burst: number) {
  let now = 0;
  const budget = createBudget(perSecond, burst, () => now);
  const pass = (ms: number) => {
    now += ms;
  };
  return { take: () => budget.take(), pass };
}

describe('a budget', () => {
  it('allows as many at once as the burst, then says how long to wait', () => {
    const { take } = start(10, 3);
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 0.1]);
  });

  it('allows as many a second as it says, and never more at once than the burst', () => {
    const { take, pass } = start(10, 3);
    for (let n = 0; n < 3; n += 1) take();
    pass(100);
    expect([take(), take()]).toEqual([0, 0.1]);
    pass(3_600_000);
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 0.1]);
  });

  it('may allow less than one a second', () => {
    const { take, pass } = start(0.1, 1);
    expect([take(), take()]).toEqual([0, 10]);
    pass(5000);
    expect(take()).toBe(5);
    pass(5000);
    expect(take()).toBe(0);
  });

  it('allows in any time no more than the burst and what that time is worth', () => {
    const times = fc.array(fc.nat({ max: 2000 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (waits, perSecond, burst) => {
          const { take, pass } = start(perSecond, burst);
          let taken = 0;
          for (const ms of waits) {
            pass(ms);
            if (take() === 0) taken += 1;
          }
          const seconds = waits.reduce((sum, ms) => sum + ms, 0) / 1000;
          expect(taken).toBeLessThanOrEqual(burst + seconds * perSecond + 1e-6);
        },
      ),
    );
  });

  it('has what it said one must wait for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 10 }), (perSecond, burst) => {
        const { take, pass } = start(perSecond, burst);
        let wait = take();
        while (wait === 0) wait = take();
        pass(Math.ceil(wait) * 1000);
        expect(take()).toBe(0);
      }),
    );
  });
});
