import { describe, expect, it } from 'vitest';
import type { Account } from '../../core/account.ts';
import { passkeysAt, removePasskey, usePasskey } from './keys.ts';

const owner = { realm: 'default', user: 'anna', origin: { trace: 'a'.repeat(32) } };
const kept = { publicKey: 'AAAA', counter: 4, rpId: 'example.org', enrolledAt: 0 };
const account: Account = { passkeys: { one: kept, two: { ...kept, rpId: 'example.com' } } };
const used = { id: 'one', publicKey: 'AAAA', counter: 5 };
const useOn = (before: Account | undefined, passkey = used) => usePasskey(owner, passkey)(before, 1000);

describe('the use of a passkey whose signature was right', () => {
  it('is kept, with its counter and when', () => {
    const { next, result, events = [] } = useOn(account);
    expect([result, events]).toEqual(['accepted', []]);
    expect(next).toEqual({ passkeys: { ...account.passkeys, one: { ...kept, counter: 5, usedAt: 1000 } } });
  });

  // Between the look at the signature and the change somebody may have taken it away, or another may stand in its place.
  it.each([
    ['it was taken away', { passkeys: {} }],
    ['its person was removed', undefined],
    ['another key has its id', { passkeys: { one: { ...kept, publicKey: 'BBBB' } } }],
  ])('opens nothing when meanwhile %s', (_, before) => {
    const outcome = useOn(before);
    expect(outcome.result).toBe('removed');
    expect(outcome).not.toHaveProperty('next');
  });
});

it('counts those of one domain', () => {
  expect(passkeysAt(account, 'example.org')).toEqual(['one']);
  expect(passkeysAt(undefined, 'example.org')).toEqual([]);
});

it('takes one away, with its claim, and leaves the other', () => {
  const { next, claims } = removePasskey(owner, 'one')(account, 1000);
  expect(Object.keys(next?.passkeys ?? {})).toEqual(['two']);
  expect(claims).toEqual(['passkey/two']);
});
