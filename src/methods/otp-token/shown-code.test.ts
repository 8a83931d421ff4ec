import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accountWith, owner, tokenOf, tryOf, vault } from '../../../test/support/otp-account.ts';
import { stepAt } from './match.ts';
import { shownCode } from './shown-code.ts';
import { useCode } from './use-code.ts';

const at = Date.UTC(2026, 10, 22, 12, 0, 10);
const show = (token = tokenOf(), when = at) => shownCode(owner.realm, owner.user, 'token-1', token, when, vault);

it('shows the next code of a token by counter', () => {
  expect(show()).toEqual({ code: '755224', changesInMs: 0 });
});

it('shows when a code by time changes', () => {
  expect(show(tokenOf({ type: 'totp' }))).toMatchObject({ changesInMs: 20_000 });
});

it('shows the code to come when the present one is used, and none when that is used too', () => {
  const token = tokenOf({ type: 'totp' });
  const next = stepAt(token, at) + 1;
  const coming = show({ ...token, next });
  expect(coming.code).toBe(show(token, at + 30_000).code);
  expect(show({ ...token, next: next + 1 })).toEqual({ changesInMs: 20_000 });
});

it('shows nothing that would not be accepted, however far the token’s clock is off', () => {
  const type = fc.constantFrom('hotp' as const, 'totp' as const);
  const small = fc.integer({ min: -6, max: 6 });
  fc.assert(
    fc.property(type, small, small, (kind, drift, used) => {
      const next = kind === 'hotp' ? used + 6 : stepAt(tokenOf(), at) + used;
      const account = accountWith({ type: kind }, { drift, next });
      const { code } = show(account.tokens?.['token-1']);
      if (code !== undefined) expect(useCode(account, at, tryOf(code)).result).toBe('accepted');
    }),
  );
});
