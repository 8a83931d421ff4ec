import { expect, it } from 'vitest';
import { accountWith, owner, seedOf, vault } from '../../../test/support/otp-account.ts';
import { makeFirstTokens } from './first-tokens.ts';

const seeds = [seedOf({ id: 'a' }), seedOf({ id: 'b', type: 'totp' })];

it('gives a person without an account all tokens, active at once', () => {
  const decision = makeFirstTokens(owner, seeds, vault)(undefined, 7);
  expect(decision.next?.tokens).toMatchObject({
    a: { type: 'hotp', state: 'active', createdAt: 7 },
    b: { type: 'totp', state: 'active' },
  });
  expect(decision.claims).toEqual(['default/token/a', 'default/token/b']);
  expect(decision.events).toMatchObject([{ subject: 'a' }, { subject: 'b', type: { name: 'token.enrolled' } }]);
});

it('leaves a person with an account alone: a token that was deleted stays so, a counter goes on', () => {
  for (const account of [accountWith({ counter: 9 }), { tokens: {} }]) {
    expect(makeFirstTokens(owner, seeds, vault)(account, 7)).toEqual({ result: undefined });
  }
});
