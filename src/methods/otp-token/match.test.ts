import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hotpOf, totpOf } from '../../../test/support/oath.ts';
import { countingVault, seed, tokenOf, vault } from '../../../test/support/otp-account.ts';
import { rfcSeed } from '../../../test/support/server.ts';
import { matchCode, matchPair, mostTries, stepAt, triesFor } from './match.ts';

const window = { lookAhead: 20, driftSteps: 1 };
const hmac = vault.hmac('SHA1', seed);
const codeAt = (counter: number) => hotpOf({ secret: rfcSeed }, counter);

describe('a code by counter', () => {
  it('is good from the next counter on, as far as is looked ahead', () => {
    const token = tokenOf({ counter: 5 });
    expect(matchCode(token, codeAt(5), hmac, 0, window)).toEqual({ counter: 5, good: true });
    expect(matchCode(token, codeAt(25), hmac, 0, window)).toEqual({ counter: 25, good: true });
    expect(matchCode(token, codeAt(26), hmac, 0, window)).toBeUndefined();
  });

  it('is known as used when it is the last one used', () => {
    const token = tokenOf({ counter: 5 });
    expect(matchCode(token, codeAt(4), hmac, 0, window)).toEqual({ counter: 4, good: false });
    expect(matchCode(token, codeAt(3), hmac, 0, window)).toBeUndefined();
  });

  it('of another length is never right, even where its number is', () => {
    // The code of this counter begins with a nought.
    const at = Array.from({ length: 1000 }, (_, n) => n).find((n) => codeAt(n).startsWith('0')) ?? 0;
    const token = tokenOf({ counter: at });
    expect(matchCode(token, codeAt(at), hmac, 0, window)?.good).toBe(true);
    expect(matchCode(token, `0${codeAt(at)}`, hmac, 0, window)).toBeUndefined();
    expect(matchCode(token, codeAt(at).slice(1), hmac, 0, window)).toBeUndefined();
    expect(matchCode(token, '', hmac, 0, window)).toBeUndefined();
  });
});

describe('a code by time', () => {
  const at = 1_000_000_000_000;
  const totpAt = (instant: number) => totpOf({ secret: rfcSeed }, instant);

  it('is good from one step before to one after', () => {
    const token = tokenOf({ type: 'totp' });
    const found = [-60, -30, 0, 30, 60].map((seconds) =>
      matchCode(token, totpAt(at + seconds * 1000), hmac, at, window),
    );
    expect(found.map((match) => match?.good)).toEqual([undefined, true, true, true, undefined]);
  });

  it('is looked for where the token’s own clock stands', () => {
    const token = tokenOf({ type: 'totp' }, { drift: -3 });
    expect(matchCode(token, totpAt(at - 120_000), hmac, at, window)?.good).toBe(true);
    expect(matchCode(token, totpAt(at), hmac, at, window)).toBeUndefined();
  });

  it('is used when its step is not beyond the last one used', () => {
    const token = tokenOf({ type: 'totp' });
    const next = stepAt(token, at) + 1;
    expect(matchCode({ ...token, next }, totpAt(at), hmac, at, window)).toEqual({ counter: next - 1, good: false });
    expect(matchCode({ ...token, next }, totpAt(at + 30_000), hmac, at, window)?.good).toBe(true);
  });

  it('is never looked for before the beginning of time', () => {
    expect(matchCode(tokenOf({ type: 'totp' }), '000000', hmac, 0, { lookAhead: 0, driftSteps: 10 })).toBeUndefined();
  });
});

it('never finds a code good that is behind the next one', () => {
  const number = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(
      fc.constantFrom('hotp' as const, 'totp' as const),
      number,
      number,
      number,
      (type, next, counter, now) => {
        const found = matchCode(tokenOf({ type }, { next }), codeAt(counter), hmac, now * 30_000, window);
        if (found?.good) expect(found.counter).toBeGreaterThanOrEqual(next);
      },
    ),
  );
});

it('computes as many codes for a refusal as it says', () => {
  for (const type of ['hotp', 'totp'] as const) {
    for (const next of [0, 1, 50]) {
      const spy = countingVault();
      const token = tokenOf({ type }, { next });
      matchCode(token, '', spy.vault.hmac('SHA1', seed), 1e12, window);
      expect(spy.hmacs()).toBe(triesFor(token, 1e12, window));
      expect(spy.hmacs()).toBeLessThanOrEqual(mostTries(window));
    }
  }
});

// RFC 4226 §7.4, RFC 6238 §6; OATH conformance cases: far ahead, but never back, and two in a row.
describe('two codes', () => {
  it('are found far beyond the look-ahead when they follow each other', () => {
    const token = tokenOf({}, { next: 6 });
    expect(matchPair(token, codeAt(60), codeAt(61), hmac, 0)).toBe(60);
    expect(matchPair(token, codeAt(60), codeAt(62), hmac, 0)).toBeUndefined();
    expect(matchPair(token, codeAt(61), codeAt(60), hmac, 0)).toBeUndefined();
    expect(matchPair(token, codeAt(60), codeAt(60), hmac, 0)).toBeUndefined();
    expect(matchPair(token, codeAt(200), codeAt(201), hmac, 0)).toBeUndefined();
    expect(matchPair(token, codeAt(4), codeAt(5), hmac, 0)).toBeUndefined();
  });

  it('by time are found up to twenty steps away, but not those that are dead', () => {
    const at = 1_000_000_000_000;
    const token = tokenOf({ type: 'totp' });
    const here = stepAt(token, at);
    expect(matchPair(token, codeAt(here - 20), codeAt(here - 19), hmac, at)).toBe(here - 20);
    expect(matchPair(token, codeAt(here - 21), codeAt(here - 20), hmac, at)).toBeUndefined();
    expect(matchPair({ ...token, next: here }, codeAt(here - 1), codeAt(here), hmac, at)).toBeUndefined();
    expect(matchPair({ ...token, next: here }, codeAt(here), codeAt(here + 1), hmac, at)).toBe(here);
  });
});
