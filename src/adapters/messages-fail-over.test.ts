import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFailOver } from './messages-fail-over.ts';
import type { Gateway, Sending } from './messages-gateway.ts';

const sms = { to: '+46701740605', text: 'hej', reference: 'aa' };

/** A gateway that says these things, the last of them for ever. */
function saying(name: string, ...answers: readonly Sending[]) {
  let asked = 0;
  const gateway: Gateway = {
    name,
    send: async () => answers[Math.min(asked++, answers.length - 1)] as Sending,
  };
  return { gateway, asked: () => asked };
}

const accepted: Sending = { outcome: 'accepted', ids: ['x'] };
const refused = (reason: Extract<Sending, { outcome: 'refused' }>['reason']): Sending => ({
  outcome: 'refused',
  reason,
});
const breaking = { failures: 2, openMs: 1000 };

it.each<[Sending, string, number]>([
  [accepted, 'first', 0],
  [refused('invalid-recipient'), 'second', 1],
  [refused('auth'), 'second', 1],
  [{ outcome: 'not-reached', code: 'ECONNREFUSED' }, 'second', 1],
])('after %j it is %s that took the message', async (said, gateway, asked) => {
  const [first, second] = [saying('first', said), saying('second', accepted)];
  expect(await createFailOver([first.gateway, second.gateway], breaking)(sms)).toMatchObject({ gateway, ids: ['x'] });
  expect(second.asked()).toBe(asked);
});

it('asks nobody else when it does not know what became of the message', async () => {
  const [first, second] = [saying('first', { outcome: 'unknown', code: 'TimeoutError' }), saying('second', accepted)];
  const delivery = await createFailOver([first.gateway, second.gateway], breaking)(sms);
  expect(delivery).toEqual({ reason: 'unknown', detail: 'first: unknown (TimeoutError)', last: 'first' });
  expect(second.asked()).toBe(0);
});

it('tells what each of them said when none takes it', async () => {
  const [first, second] = [saying('first', refused('quota')), saying('second', { outcome: 'not-reached', code: 'E' })];
  expect(await createFailOver([first.gateway, second.gateway], breaking)(sms)).toEqual({
    reason: 'not-reached',
    detail: 'first: refused (quota); second: not-reached (E)',
    last: 'second',
  });
  expect(await createFailOver([], breaking)(sms)).toMatchObject({ reason: 'no-gateway' });
});

it('leaves a failing gateway alone, then tries it with one message', async () => {
  const first = saying('first', refused('unavailable'), refused('unavailable'), accepted);
  const deliver = createFailOver([first.gateway, saying('second', accepted).gateway], breaking);
  for (const _ of [0, 1, 2, 3]) expect(await deliver(sms)).toMatchObject({ gateway: 'second' });
  expect(first.asked()).toBe(2);
  await pause(1020);
  expect(await deliver(sms)).toMatchObject({ gateway: 'first' });
});

it('goes on asking a gateway that only refuses what it is given', async () => {
  const first = saying('first', refused('invalid-recipient'));
  const deliver = createFailOver([first.gateway], breaking);
  for (const _ of [0, 1, 2, 3]) await deliver(sms);
  expect(first.asked()).toBe(4);
});
