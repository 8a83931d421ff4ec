import { describe, expect, it } from 'vitest';
import { owner, vault } from '../../test/support/otp-account.ts';
import type { Account } from './account.ts';
import { attemptPolicySchema } from './attempts.ts';
import { answerCode, type CodeTry, issueCode, mayIssue, type NewCode, replaceCode, takeResend } from './issued-code.ts';

const at = Date.UTC(2026, 10, 22);
const policy = attemptPolicySchema.parse({ limit: 3 });
const code = '123456';
const fresh: NewCode = { purpose: 'sign-in', code, endsAt: at + 1000, retries: 0, resends: 1, login: 'login-1' };
const issue = (account: Account | undefined, more: Partial<NewCode> = {}) =>
  issueCode(owner, { ...fresh, ...more }, { policy, vault })(account, at);
const given = (more: Partial<NewCode> = {}) => issue(undefined, more).next ?? undefined;
const take = (account: Account | undefined, more: object = {}, now = at) =>
  takeResend(owner, { ...fresh, ...more }, { policy })(account, now);
const replace = (account: Account | undefined, more: object = {}, now = at) =>
  replaceCode(owner, { ...fresh, code: '654321', ...more }, { vault })(account, now);

const answer = (account: Account | undefined, typed: string, more: Partial<CodeTry> = {}, now = at) =>
  answerCode(account, now, {
    claimant: { realm: owner.realm, name: owner.user, person: { id: owner.user, attributes: {} } },
    origin: owner.origin,
    policy,
    vault,
    purpose: 'sign-in',
    login: 'login-1',
    typed,
    ...more,
  });
const accountAfter = (decision: ReturnType<typeof answer>) => decision.next ?? undefined;

describe('an issued code', () => {
  it('is kept as a hash, and leaves an event without it', () => {
    const decision = issue(undefined);
    expect(JSON.stringify(decision)).not.toContain(code);
    expect(decision.events).toMatchObject([{ type: { name: 'code.issued' }, user: 'alovelace', subject: 'sign-in' }]);
  });

  it('is accepted once, however it is grouped, and is known as used from then on', () => {
    const first = answer(given(), '123 456');
    expect(first).toMatchObject({ result: 'accepted', events: [{ type: { name: 'code.accepted' } }] });
    expect(answer(accountAfter(first), code)).toMatchObject({ result: 'used', events: [{ reason: 'used' }] });
  });

  it('is worth nothing after one wrong answer, unless it survives some', () => {
    const strict = answer(given(), '000000');
    expect([strict.result, answer(accountAfter(strict), code).result]).toEqual(['wrong', 'wrong']);
    const lenient = answer(given({ retries: 1 }), '000000');
    expect(answer(accountAfter(lenient), code).result).toBe('accepted');
    expect(answer(accountAfter(answer(accountAfter(lenient), '000000')), code).result).toBe('wrong');
  });

  it('ends in time', () => {
    expect(answer(given(), code, {}, at + 999).result).toBe('accepted');
    expect(answer(given(), code, {}, at + 1000).result).toBe('none');
  });

  it('is replaced by the next one', () => {
    const second = issue(given(), { code: '222222' }).next ?? undefined;
    expect(answer(second, code).result).toBe('wrong');
    expect(answer(second, '222222').result).toBe('accepted');
  });

  it('is for its login, its purpose and its person only', () => {
    const account = given();
    expect(answer(account, code, { login: 'login-2' }).result).toBe('other-login');
    expect(answer(account, code, { purpose: 'call-in' }).result).toBe('none');
    const claimant = { realm: 'default', name: 'ghopper', person: { id: 'ghopper', attributes: {} } };
    expect(answer(account, code, { claimant }).result).toBe('wrong');
  });

  it('is nothing to somebody nobody knows', () => {
    const decision = answer(given(), code, { claimant: { realm: 'default', name: 'nobody' } });
    expect(decision).toMatchObject({ result: 'unknown', events: [{ reason: 'unknown' }] });
    expect(decision).not.toHaveProperty('next');
  });
});

describe('wrong answers', () => {
  it('are counted, and lock; then no code is looked at, and none is issued', () => {
    let account = given({ retries: 10 });
    for (let tries = 0; tries < 3; tries += 1) account = accountAfter(answer(account, '000000'));
    expect(answer(account, code)).toMatchObject({ result: 'locked', events: [{ reason: 'locked' }] });
    expect(issue(account)).toMatchObject({ result: false, events: [{ type: { name: 'code.refused' } }] });
    expect(take(account)).toMatchObject({ result: false, events: [{ reason: 'locked' }] });
    expect(mayIssue(owner, 'sign-in', { policy })(account, at)).toMatchObject({ result: false });
  });

  it('that lock leave the event of it', () => {
    const decision = answer(given(), '000000', { policy: { ...policy, limit: 1 } });
    expect(decision.events?.map(({ type }) => type.name)).toEqual(['code.refused', 'account.locked']);
  });

  it('are forgiven by a right one', () => {
    const wrong = accountAfter(answer(given({ retries: 1 }), '000000'));
    expect(answer(wrong, code).next?.attempts).toEqual({});
  });
});

describe('a code that is sent anew', () => {
  it('takes the place of the one before, with what it had left', () => {
    const wrong = accountAfter(answer(given({ retries: 1 }), '000000'));
    const taken = take(wrong).next ?? undefined;
    expect(answer(taken, code).result).toBe('accepted');
    const sent = replace(taken).next ?? undefined;
    expect(sent?.codes?.['sign-in']).toMatchObject({ endsAt: at + 1000, retriesLeft: 0, resendsLeft: 0 });
    expect(sent?.attempts).toEqual(wrong?.attempts);
    expect([answer(sent, code).result, answer(sent, '654321').result]).toEqual(['wrong', 'accepted']);
  });

  it('is refused when it was sent anew often enough', () => {
    expect(take(given({ resends: 0 }))).toMatchObject({ result: false, events: [{ reason: 'too-many-resends' }] });
  });

  it.each<[string, Account | undefined, object, number]>([
    ['none was issued', undefined, {}, at],
    ['it has ended', given(), {}, at + 1000],
    ['it was used', accountAfter(answer(given(), code)), {}, at],
    ['it was answered wrongly too often', accountAfter(answer(given(), '000000')), {}, at],
    ['it belongs to another login', given(), { login: 'login-2' }, at],
  ])('is refused when %s', (_, account, more, now) => {
    for (const decision of [take(account, more, now), replace(account, more, now)]) {
      expect(decision).toMatchObject({ result: false, events: [{ type: { name: 'code.refused' }, reason: 'none' }] });
      expect(decision).not.toHaveProperty('next');
    }
  });
});
