import { describe, expect, it } from 'vitest';
import type { PushOutcome, PushSender } from '../core/push.ts';
import { createPushDispatch } from './push-dispatch.ts';

const target = { type: 'fcm', token: 't' } as const;

function scene(...outcomes: readonly PushOutcome[]) {
  const sent: number[] = [];
  const logged: string[] = [];
  const waiting = [...outcomes];
  const sender: PushSender = {
    async send(_target, _message, ttlSeconds) {
      sent.push(ttlSeconds);
      return waiting.shift() ?? { outcome: 'sent' };
    },
    close: async () => {},
  };
  const log = {
    debug() {},
    info() {},
    warn: (_: object, text: string) => void logged.push(text),
    error: (_: object, text: string) => void logged.push(text),
  };
  const dispatch = createPushDispatch({ fcm: sender }, { clock: { now: () => 0 }, log, firstDelayMs: 1 });
  const gone: (number | undefined)[] = [];
  const wake = async (endsAt: number) => {
    dispatch.wake(target, { assignment: 'a', device: 'd', endsAt, topic: 't' }, async (since) => void gone.push(since));
    await dispatch.idle();
  };
  return { sent, logged, gone, wake, dispatch };
}

describe('a message', () => {
  it('lives as long as what it is about, and half a minute at least', async () => {
    const { sent, wake } = scene();
    await wake(60_000);
    await wake(1000);
    expect(sent).toEqual([60, 30]);
  });

  it('is sent again when the service asks for that', async () => {
    const { sent, wake } = scene({ outcome: 'retry', afterMs: 1 }, { outcome: 'retry', afterMs: 1 });
    await wake(60_000);
    expect(sent).toHaveLength(3);
  });

  it('is sent again later each time, however soon the service wants it', async () => {
    const atOnce = { outcome: 'retry', afterMs: 0 } as const; // seen to fail (all 20 sent) when the service alone said how long
    const { sent, wake } = scene(...Array.from({ length: 19 }, () => atOnce));
    await wake(3);
    expect(sent).toHaveLength(3);
  });

  it('is not sent beyond its end', async () => {
    const { sent, logged, wake } = scene({ outcome: 'retry', afterMs: 60_000 });
    await wake(60_000);
    await wake(0);
    expect(sent).toHaveLength(1);
    expect(logged).toEqual(['a push was not taken in time', 'a push was not taken in time']);
  });

  it('that nobody is there for is reported', async () => {
    const { gone, wake } = scene({ outcome: 'gone', since: 5 });
    await wake(60_000);
    expect(gone).toEqual([5]);
  });

  it('that is refused leaves a line in the log, and is not sent again', async () => {
    const { sent, logged, wake } = scene({ outcome: 'denied', reason: 'x' }, { outcome: 'bug', reason: 'y' });
    await wake(60_000);
    await wake(60_000);
    expect(sent).toHaveLength(2);
    expect(logged).toEqual(['a push service refuses us', 'a push was not taken']);
  });

  it('that waits for another try does not keep the server from stopping', async () => {
    const { dispatch, sent } = scene({ outcome: 'retry', afterMs: 50_000 });
    dispatch.wake(target, { assignment: 'a', device: 'd', endsAt: 60_000, topic: 't' }, async () => {});
    await dispatch.close();
    expect(sent).toHaveLength(1);
  });
});
