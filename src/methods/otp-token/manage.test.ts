import { describe, expect, it } from 'vitest';
import { hotpOf } from '../../../test/support/oath.ts';
import { accountWith, owner, seedOf, tokenOf, vault } from '../../../test/support/otp-account.ts';
import { rfcSeed } from '../../../test/support/server.ts';
import { type Account, accountOf, placeOfSeed } from '../../core/account.ts';
import {
  addToken,
  addToStock,
  confirmToken,
  deleteToken,
  resyncToken,
  sealToken,
  switchToken,
  takeFromStock,
} from './manage.ts';
import { stepAt } from './match.ts';

const at = Date.UTC(2026, 10, 22, 12);
const code = (counter: number) => hotpOf({ secret: rfcSeed }, counter);
const add = (id: string, begin = { maxTokens: 3 } as Parameters<typeof addToken>[3]) =>
  addToken(owner, id, sealToken(owner, seedOf({ id }), vault), begin);
const tokenIn = (decision: { readonly next?: Account | null }, id = 'token-1') => decision.next?.tokens?.[id];

it('seals a seed so that it opens for its owner and token only', () => {
  const { secret } = sealToken(owner, seedOf(), vault);
  expect(Buffer.from(vault.open(secret, placeOfSeed(accountOf('default', 'alovelace'), 'token-1')))).toEqual(
    seedOf().secret,
  );
  expect(() => vault.open(secret, placeOfSeed(accountOf('default', 'mallory'), 'token-1'))).toThrow();
  expect(() => vault.open(secret, placeOfSeed(accountOf('default', 'alovelace'), 'token-2'))).toThrow();
});

it('keeps the counter of a seed by counter, and none of one by time', () => {
  expect(sealToken(owner, seedOf({ counter: 7, name: 'key' }), vault)).toMatchObject({ next: 7, name: 'key' });
  expect(sealToken(owner, seedOf({ type: 'totp', counter: 7, drift: 2 }), vault)).toMatchObject({ next: 0, drift: 2 });
});

describe('a new token', () => {
  it('is active at once, or waits for its first code', () => {
    expect(tokenIn(add('a')(undefined, at), 'a')).toMatchObject({ state: 'active', createdAt: at });
    const waits = add('a', { confirmBy: at + 1, maxTokens: 3 })(undefined, at);
    expect(tokenIn(waits, 'a')).toMatchObject({ state: 'unconfirmed', confirmBy: at + 1 });
  });

  it('is claimed together with those that were there, and told of', () => {
    const decision = add('b')(accountWith(), at);
    expect(decision.claims).toEqual(['default/token/token-1', 'default/token/b']);
    expect(decision.events).toMatchObject([{ type: { name: 'token.enrolled' }, user: 'alovelace', subject: 'b' }]);
  });

  it('is refused when the person has it, or has enough', () => {
    expect(() => add('token-1')(accountWith(), at)).toThrow(expect.objectContaining({ code: 'claim-taken' }));
    expect(() => add('b', { maxTokens: 1 })(accountWith(), at)).toThrow(
      expect.objectContaining({ code: 'limit-reached' }),
    );
  });

  it('takes the place of one whose first code did not come in time', () => {
    const waiting = accountWith({}, { state: 'unconfirmed', confirmBy: at });
    expect(() => add('b', { maxTokens: 1 })(waiting, at - 1)).toThrow(
      expect.objectContaining({ code: 'limit-reached' }),
    );
    const decision = add('b', { maxTokens: 1 })(waiting, at);
    expect(Object.keys(decision.next?.tokens ?? {})).toEqual(['b']);
    expect(decision.claims).toEqual(['default/token/b']);
    expect(decision.events).toMatchObject([
      { type: { name: 'token.deleted' }, subject: 'token-1', reason: 'lapsed' },
      { type: { name: 'token.enrolled' }, subject: 'b' },
    ]);
  });

  it('changes nothing else of the account', () => {
    const attempts = { code: { failedAt: [1], locks: 2 } };
    expect(add('b')({ ...accountWith(), attempts }, at).next?.attempts).toEqual(attempts);
  });
});

describe('a token', () => {
  it('can be deleted, switched off and on', () => {
    const both: Account = { tokens: { ...accountWith().tokens, other: tokenOf({ id: 'other' }) } };
    const decision = deleteToken(owner, 'token-1')(both, at);
    expect([Object.keys(decision.next?.tokens ?? {}), decision.claims]).toEqual([['other'], ['default/token/other']]);
    const off = switchToken(owner, 'token-1', 'disabled')(both, at);
    expect(tokenIn(off)?.state).toBe('disabled');
    expect(off.events).toMatchObject([{ type: { name: 'token.disabled' } }]);
    const on = switchToken(owner, 'token-1', 'active')(off.next ?? undefined, at);
    expect(tokenIn(on)).toEqual(both.tokens?.['token-1']);
  });

  it('waits for no first code once it was switched', () => {
    const waiting = accountWith({}, { state: 'unconfirmed', confirmBy: at });
    expect(tokenIn(switchToken(owner, 'token-1', 'active')(waiting, at))).not.toHaveProperty('confirmBy');
  });

  it('that is not there is refused, and its name not repeated', () => {
    for (const id of ['ghost', '', '__proto__', 'constructor']) {
      for (const account of [undefined, {}, accountWith()]) {
        const refusal = expect.objectContaining({ code: 'refused', detail: 'the person has no such token' });
        expect(() => deleteToken(owner, id)(account, at)).toThrow(refusal);
        expect(() => switchToken(owner, id, 'active')(account, at)).toThrow(refusal);
        expect(() => confirmToken(owner, id, '755224', vault)(account, at)).toThrow(refusal);
        expect(() => resyncToken(owner, id, ['755224', '287082'], vault)(account, at)).toThrow(refusal);
        expect(() => takeFromStock(id)(account, at)).toThrow(refusal);
      }
    }
  });
});

describe('confirming', () => {
  it('takes a right code, which is used thereby', () => {
    const waiting = accountWith({}, { state: 'unconfirmed', confirmBy: at });
    const decision = confirmToken(owner, 'token-1', code(3), vault)(waiting, at);
    expect(decision).toMatchObject({ result: true, events: [{ type: { name: 'token.confirmed' } }] });
    expect(tokenIn(decision)).toMatchObject({ state: 'active', next: 4 });
    expect(confirmToken(owner, 'token-1', code(3), vault)(decision.next ?? undefined, at)).toEqual({ result: false });
  });

  it('does nothing with a wrong one', () => {
    for (const typed of ['000000', '', 'x']) {
      expect(confirmToken(owner, 'token-1', typed, vault)(accountWith(), at)).toEqual({ result: false });
    }
  });
});

describe('bringing back into step', () => {
  it('takes two codes that follow each other, and uses both', () => {
    const decision = resyncToken(owner, 'token-1', [code(60), code(61)], vault)(accountWith(), at);
    expect(decision).toMatchObject({ result: true, events: [{ type: { name: 'token.resynchronised' } }] });
    expect(tokenIn(decision)?.next).toBe(62);
  });

  it('learns how fast or slow the token is', () => {
    const account = accountWith({ type: 'totp' });
    const here = stepAt(account.tokens?.['token-1'] ?? tokenOf(), at);
    const decision = resyncToken(owner, 'token-1', [code(here - 11), code(here - 10)], vault)(account, at);
    expect(tokenIn(decision)).toMatchObject({ drift: -10, next: here - 9 });
  });

  it('never goes back, nor takes the same code twice', () => {
    const account = accountWith({ counter: 5 });
    expect(resyncToken(owner, 'token-1', [code(3), code(4)], vault)(account, at)).toEqual({ result: false });
    expect(resyncToken(owner, 'token-1', [code(7), code(7)], vault)(account, at)).toEqual({ result: false });
    expect(resyncToken(owner, 'token-1', ['', ''], vault)(account, at)).toEqual({ result: false });
  });
});

describe('a token in stock', () => {
  const place = accountOf('default', '/token-1');

  it('lies in an account of its own, and leaves it once', () => {
    const decision = addToStock(owner, seedOf(), place, vault)(undefined, at);
    expect(decision).toMatchObject({ claims: ['default/token/token-1'], events: [{ subject: 'token-1' }] });
    expect(decision.events?.[0]).not.toHaveProperty('user');
    expect(() => addToStock(owner, seedOf(), place, vault)(decision.next ?? undefined, at)).toThrow('claim-taken');
    expect(takeFromStock('token-1')(decision.next ?? undefined, at)).toEqual({ next: null, result: undefined });
  });
});
