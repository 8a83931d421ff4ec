import fc from 'fast-check';
import { HOTP, Secret } from 'otpauth';
import { expect, it } from 'vitest';
import { seed, vault } from '../../../test/support/otp-account.ts';
import { hotp, hotpCode } from './hotp.ts';

// RFC 4226 appendix D: the truncated values, before they are cut to six digits.
const truncated = [
  1284755224, 1094287082, 137359152, 1726969429, 1640338314, 868254676, 1918287922, 82162583, 673399871, 645520489,
];

it('gives the values of RFC 4226 appendix D', () => {
  const values = truncated.map((_, counter) => hotp(vault.hmac('SHA1', seed), counter, 10));
  expect(values).toEqual(truncated);
});

it('keeps the zeros that a code begins with', () => {
  // RFC 6238 appendix B: the code at 1111111109 seconds.
  expect(hotpCode(vault.hmac('SHA1', seed), 37_037_036, 8)).toBe('07081804');
});

it('agrees with another implementation on every hash, key, length and counter', () => {
  const hash = fc.constantFrom('SHA1' as const, 'SHA256' as const, 'SHA512' as const);
  const key = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const counter = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1));
  fc.assert(
    fc.property(hash, key, counter, fc.integer({ min: 6, max: 10 }), (algorithm, bytes, at, digits) => {
      const secret = new Secret({ buffer: bytes.slice().buffer });
      const theirs = HOTP.generate({ secret, algorithm, digits, counter: at });
      expect(hotpCode(vault.hmac(algorithm, bytes), at, digits)).toBe(theirs);
    }),
  );
});
