import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pushSchema } from '../../core/push-settings.ts';
import { ask, type Line, liveIn, takeOff } from './line.ts';

const { budget } = pushSchema.parse({ budget: { free: 2, gapSeconds: 30, maxGapSeconds: 100 } });
const asked = (id: string, mute = false) => ({ id, endsAt: 60_000, mute });

/** Asks at each of these instants, in seconds; tells which were shown. */
function asking(instants: readonly number[], from?: Line) {
  let line = from;
  return instants.map((second) => {
    const { next, result } = ask(asked(`at ${second}`), budget)(line, second * 1000);
    line = next ?? line;
    return result.isLive;
  });
}

describe('a line', () => {
  it('has one live assignment, the newest, and tells whose place it took', () => {
    const first = ask(asked('one'), budget)(undefined, 0);
    const second = ask(asked('two'), budget)(first.next ?? undefined, 1);
    expect([first.result, second.result]).toEqual([{ isLive: true }, { isLive: true, replaced: 'one' }]);
    expect(liveIn(second.next ?? undefined, 1)).toMatchObject({ id: 'two' });
  });

  it('shows nothing that is mute, or has ended', () => {
    const line = (mute: boolean) => ask(asked('one', mute), budget)(undefined, 0).next ?? undefined;
    expect([liveIn(line(true), 0), liveIn(line(false), 60_000), liveIn(undefined, 0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('shows nothing for longer because the clock was set back', () => {
    const line = { live: asked('one'), unanswered: 1, askedAt: 1_000_000 };
    const far = { ...line, live: { ...asked('one'), endsAt: 1_060_000 } };
    expect([999_000, 940_000, 939_999].map((at) => liveIn(far, at)?.id)).toEqual(['one', 'one', undefined]);
    expect(takeOff('one', true, budget)(far, 939_999)).toEqual({ result: false });
  });

  it('has gaps that double, up to the longest', () => {
    expect(asking([0, 0, 29, 30, 89, 90, 189, 190, 289, 290])).toEqual([
      ...[true, true, false, true, false, true, false, true, false, true],
    ]);
  });

  it('keeps the live one when another comes too soon', () => {
    const line = { live: asked('one'), unanswered: 2, askedAt: 0 };
    expect(ask(asked('two'), budget)(line, 1)).toEqual({ result: { isLive: false } });
  });

  it('forgives after a yes, and not after a no', () => {
    const line = { live: asked('one'), unanswered: 2, askedAt: 0 };
    expect(takeOff('one', true, budget)(line, 1).next).toEqual({ unanswered: 0, askedAt: 0 });
    expect(takeOff('one', false, budget)(line, 1).next).toEqual({ unanswered: 2, askedAt: 0 });
    expect(takeOff('two', true, budget)(line, 1)).toEqual({ result: false });
  });

  it('does not wait for a clock that was set far back', () => {
    expect(asking([0], { unanswered: 9, askedAt: 10_000_000 })).toEqual([true]);
  });

  it('never shows more in an hour than the gaps allow, whenever they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3599 }), { maxLength: 300 }), (instants) => {
        const shown = asking([...instants].sort((a, b) => a - b)).filter((isShown) => isShown);
        expect(shown.length).toBeLessThanOrEqual(2 + 2 + 3600 / 100 + 1);
      }),
    );
  });
});
