import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { throttleSchema } from '../core/message-settings.ts';
import { messageEvents } from './messages-events.ts';
import { countMessage, type Throttle } from './messages-throttle.ts';

const policy = throttleSchema.parse({});
const count = countMessage(policy, { type: messageEvents.refused, reason: 'quarantined' });

/** What becomes of messages at these seconds. */
function outcomes(seconds: readonly number[]): readonly boolean[] {
  let current: Throttle | undefined;
  let expiresAt = Number.POSITIVE_INFINITY;
  return seconds.map((second) => {
    const at = second * 1000;
    const { next, expiresAt: expiry, result } = count(at < expiresAt ? current : undefined, at);
    if (next) {
      current = next;
      expiresAt = expiry ?? Number.POSITIVE_INFINITY;
    }
    return result === 'send';
  });
}

const [sent, refused] = [true, false];

it('sends the message that fills the measure, and refuses the next', () => {
  expect(outcomes([0, 0, 0, 0, 0, 0, 0])).toEqual([sent, sent, sent, sent, sent, refused, refused]);
});

it('lets messages through whose mean interval is the least allowed', () => {
  expect(outcomes([0, 10, 20, 30, 150, 160, 170, 180])).toEqual(Array(8).fill(sent));
});

it('looks at the latest messages only', () => {
  expect(outcomes([0, 60, 120, 180, 240, 250, 260, 270, 280])).toEqual([...Array(7).fill(sent), refused, refused]);
});

it('begins afresh when the quarantine has ended', () => {
  expect(outcomes([0, 0, 0, 0, 0, 599, 600, 600, 600, 600, 600, 601])).toEqual([
    sent,
    sent,
    sent,
    sent,
    sent,
    refused,
    sent,
    sent,
    sent,
    sent,
    sent,
    refused,
  ]);
});

it('does not count what it refuses, nor prolong the quarantine by it', () => {
  expect(count({ sentAt: [], quarantinedUntil: 10 }, 9)).toEqual({
    result: 'quarantined',
    events: [{ type: messageEvents.refused, reason: 'quarantined' }],
  });
});

it('lets nothing more through when the clock is set back', () => {
  expect(outcomes([1000, 1000, 1000, 1000, 500, 500])).toEqual([sent, sent, sent, sent, sent, refused]);
});

it('never sends more than the measure in any span of that length', () => {
  const span = policy.requests * policy.meanIntervalSeconds;
  assert(
    property(array(integer({ min: 0, max: 120 }), { maxLength: 60 }), (pauses) => {
      let clock = 0;
      const at = pauses.map((pause) => (clock += pause));
      const went = outcomes(at);
      const times = at.filter((_, index) => went[index]);
      return times.every(
        (time) => times.filter((other) => other >= time && other < time + span).length <= policy.requests,
      );
    }),
  );
});
