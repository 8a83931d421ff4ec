import { describe, expect, it } from 'vitest';
import { createSignInLimits } from './sign-in-limits.ts';

const many = (count: number, ask: () => unknown) => Array.from({ length: count }, ask);

describe('the limits of sign-ins', () => {
  it('hold one address to what a house full of people asks, and nobody else', () => {
    let now = 0;
    const { mayBegin } = createSignInLimits(() => now);
    many(300, () => mayBegin('192.0.2.1'));
    expect(() => mayBegin('192.0.2.1')).toThrow(
      expect.objectContaining({ code: 'rate-limited', retryAfterSeconds: 1 }),
    );
    mayBegin('192.0.2.2');
    now = 1000;
    many(10, () => mayBegin('192.0.2.1'));
    expect(() => mayBegin('192.0.2.1')).toThrow();
  });

  it('take the addresses of one IPv6 network for one', () => {
    const { mayBegin } = createSignInLimits(() => 0);
    many(150, () => mayBegin('2001:db8::1'));
    many(150, () => mayBegin('2001:0db8:0:0:ffff::2'));
    expect(() => mayBegin('2001:db8:0:0:1:2:3:4')).toThrow();
    mayBegin('2001:db8:0:1::1');
  });

  it('hold one sign-in to as many orders as a person can answer', () => {
    let now = 0;
    const { mayOrder } = createSignInLimits(() => now);
    expect(many(9, () => mayOrder('a'))).toEqual([...many(8, () => true), false]);
    expect(mayOrder('b')).toBe(true);
    now = 15_000;
    expect([mayOrder('a'), mayOrder('a')]).toEqual([true, false]);
  });
});
