import { describe, expect, it } from 'vitest';
import { hotpOf, totpOf } from '../../../test/support/oath.ts';
import { accountWith, countingVault, tokenOf, tryOf } from '../../../test/support/otp-account.ts';
import { rfcSeed } from '../../../test/support/server.ts';
import { type Account, accountOf } from '../../core/account.ts';
import { attemptPolicySchema } from '../../core/attempts.ts';
import { stepAt } from './match.ts';
import { type Try, useCode } from './use-code.ts';

const at = Date.UTC(2026, 10, 22, 12);
const code = (counter: number) => hotpOf({ secret: rfcSeed }, counter);
const namesIn = ({ events = [] }: ReturnType<typeof useCode>) => events.map(({ type }) => type.name);

describe('a right code', () => {
  it('is accepted, and leaves the counter behind it', () => {
    const account = accountWith({ counter: 3 });
    const decision = useCode(account, at, tryOf(code(7)));
    const token = { ...account.tokens?.['token-1'], next: 8, drift: 0, usedAt: at };
    expect(decision).toMatchObject({ result: 'accepted', next: { tokens: { 'token-1': token } } });
    expect(decision.events).toMatchObject([
      { type: { name: 'otp-token.accepted' }, realm: 'default', user: 'alovelace', subject: 'token-1', tenant: 't1' },
    ]);
  });

  it('confirms a token that waits for its first one', () => {
    const account = accountWith({}, { state: 'unconfirmed', confirmBy: at + 1 });
    const decision = useCode(account, at, tryOf(code(0)));
    expect(namesIn(decision)).toEqual(['otp-token.accepted', 'token.confirmed']);
    expect(decision.next?.tokens?.['token-1']).toMatchObject({ state: 'active' });
    expect(decision.next?.tokens?.['token-1']).not.toHaveProperty('confirmBy');
  });

  it('makes the server follow the token’s clock', () => {
    const account = accountWith({ type: 'totp' }, { drift: 2 });
    const token = account.tokens?.['token-1'] ?? tokenOf();
    const decision = useCode(account, at, tryOf(totpOf({ secret: rfcSeed }, at + 90_000)));
    expect(decision.next?.tokens?.['token-1']).toMatchObject({ drift: 3, next: stepAt(token, at) + 4 });
  });

  it('forgives the wrong ones before it, and changes no other token', () => {
    const failed = { failedAt: [at - 1, at - 2], locks: 3 };
    const account = {
      tokens: { ...accountWith().tokens, other: tokenOf({ id: 'other' }) },
      attempts: { code: failed },
    };
    const { next } = useCode(account, at, tryOf(code(0)));
    expect(next?.attempts).toEqual({});
    expect(next?.tokens?.['other']).toEqual(account.tokens.other);
  });

  it('does not change what it was handed', () => {
    const account = accountWith();
    const before = structuredClone(account);
    useCode(account, at, tryOf(code(0)));
    expect(account).toEqual(before);
  });
});

describe('a refusal', () => {
  it.each<[string, Account | undefined, string, Partial<Try>]>([
    ['unknown', undefined, '755224', { claimant: { realm: 'default', name: 'nobody' } }],
    ['unknown', accountWith(), '755224', { claimant: { realm: 'default', name: 'alovelace' } }],
    ['no-token', undefined, '755224', {}],
    ['no-token', { tokens: {} }, '755224', {}],
    ['no-token', accountWith({}, { state: 'disabled' }), '755224', {}],
    ['no-token', accountWith({}, { state: 'unconfirmed', confirmBy: at }), '755224', {}],
    ['wrong', accountWith(), '000000', {}],
    ['wrong', accountWith(), 'what?', {}],
    ['used', accountWith({ counter: 1 }), '755224', {}],
    ['locked', { ...accountWith(), attempts: { code: { failedAt: [], locks: 1, lockedUntil: at + 1 } } }, '755224', {}],
    ['locked', { ...accountWith(), attempts: { code: { failedAt: [], locks: 1, lockedUntil: null } } }, '755224', {}],
  ])('is told apart in the log: %s', (reason, account, typed, more) => {
    const decision = useCode(account, at, tryOf(typed, more));
    expect(decision.result).toBe(reason);
    expect(decision.events).toMatchObject([{ type: { name: 'otp-token.refused' }, reason, realm: 'default' }]);
  });

  it('of an unknown name does not write it down, and makes no account', () => {
    const decision = useCode(undefined, at, tryOf('755224', { claimant: { realm: 'default', name: 'hunter2' } }));
    expect(decision).not.toHaveProperty('next');
    expect(JSON.stringify(decision)).not.toContain('hunter2');
  });

  it('counts, also for a person without a token', () => {
    expect(useCode(undefined, at, tryOf('000000')).next).toEqual({ attempts: { code: { failedAt: [at], locks: 0 } } });
  });

  it('of the last try that may be says that it locks', () => {
    const policy = attemptPolicySchema.parse({ limit: 2, lockSeconds: 60 });
    const first = useCode(accountWith(), at, tryOf('000000', { policy }));
    expect(namesIn(first)).toEqual(['otp-token.refused']);
    const second = useCode(first.next ?? undefined, at, tryOf('000000', { policy }));
    expect(namesIn(second)).toEqual(['otp-token.refused', 'account.locked']);
    expect(second.next?.attempts?.code).toEqual({ failedAt: [], locks: 1, lockedUntil: at + 60_000 });
  });

  it('while locked changes nothing', () => {
    const account = { ...accountWith(), attempts: { code: { failedAt: [], locks: 1, lockedUntil: at + 1 } } };
    expect(useCode(account, at, tryOf('755224'))).not.toHaveProperty('next');
  });

  it('never holds what was typed', () => {
    for (const typed of ['918273', 'secret-word']) {
      expect(JSON.stringify(useCode(accountWith(), at, tryOf(typed)))).not.toContain(typed);
    }
  });
});

it('does not open a seed that was sealed for somebody else', () => {
  const person = { id: 'mallory', attributes: {} };
  const claimant = { realm: 'default', name: 'mallory', person };
  expect(() => useCode(accountWith(), at, tryOf('755224', { claimant }))).toThrow('changed or moved');
  expect(accountOf('default', 'mallory').id).toBe('default/mallory');
});

// Our choice: how long a refusal takes tells neither its reason nor the type of the token.
it('computes the same number of codes whatever the reason of a refusal', () => {
  const locked = { code: { failedAt: [], locks: 1, lockedUntil: null } };
  const unknown = { claimant: { realm: 'default', name: 'nobody' } };
  const refusals: readonly [Account | undefined, string, Partial<Try>][] = [
    [undefined, '755224', unknown],
    [undefined, '755224', {}],
    [accountWith({}, { state: 'disabled' }), '755224', {}],
    [accountWith(), '000000', {}],
    [accountWith(), '', {}],
    [accountWith({ counter: 9 }), '000000', {}],
    [accountWith({ counter: 1 }), '755224', {}],
    [accountWith({ type: 'totp' }), '000000', {}],
    [accountWith({ type: 'totp', algorithm: 'SHA512' }, { next: 1e12 }), totpOf({ secret: rfcSeed }, at), {}],
    [{ ...accountWith(), attempts: locked }, '755224', {}],
    [{ ...accountWith({ type: 'totp' }), attempts: locked }, totpOf({ secret: rfcSeed }, at), {}],
  ];
  for (const window of [
    { lookAhead: 20, driftSteps: 1 },
    { lookAhead: 0, driftSteps: 10 },
  ]) {
    const counts = refusals.map(([account, typed, more]) => {
      const spy = countingVault();
      expect(useCode(account, at, tryOf(typed, { window, vault: spy.vault, ...more })).result).not.toBe('accepted');
      return spy.hmacs();
    });
    expect(new Set(counts).size).toBe(1);
  }
});
