import { isWithin } from '../../core/lifetime.ts';
import type { PushPolicy } from '../../core/push-settings.ts';
import type { Key, Kind, Transition } from '../../core/store.ts';

/**
 * What one person is being asked, and how often that was so of late.
 *
 * Kept for every name that is asked for, whether anybody has it or not: so that the answers to two starts do not tell.
 */
export interface Line {
  /** The assignment that may be answered; `mute` when it must not be shown to anybody. */
  readonly live?: { readonly id: string; readonly endsAt: number; readonly mute: boolean };
  /** Requests since the last yes. */
  readonly unanswered: number;
  /** When the last of them was made, which is the live one. */
  readonly askedAt: number;
}

/** The kind of {@link Line} records. */
export const lines: Kind<Line> = { name: 'push-line' };

/** The line of one person, or of a name that nobody has. */
export function lineOf(realm: string, name: string): Key<Line> {
  return { kind: lines, id: `${realm}/${name}` };
}

/** A new assignment as the line sees it. */
export interface Asked {
  readonly id: string;
  readonly endsAt: number;
  readonly mute: boolean;
}

/** Whether the assignment is the live one now, and the one whose place it took. */
export type Place = { readonly isLive: false } | { readonly isLive: true; readonly replaced?: string };

/**
 * Puts an assignment in the place of the one before. One that comes too soon changes nothing at all.
 *
 * Replacing is our choice: whoever sits at a sign-in now has the newest, and a stranger's start does not lock anybody out for long;
 * refusing would tell who exists, and who is signing in.
 */
export function ask({ id, endsAt, mute }: Asked, budget: PushPolicy['budget']): Transition<Line, Place> {
  return (line, at) => {
    const { unanswered = 0, askedAt = 0, live } = line ?? {};
    if (isTooSoon(unanswered, Math.abs(at - askedAt), budget)) return { result: { isLive: false } };
    return {
      next: { live: { id, endsAt, mute }, unanswered: unanswered + 1, askedAt: at },
      expiresAt: at + Math.max(budget.forgetSeconds, budget.maxGapSeconds) * 1000,
      result: { isLive: true, ...(live !== undefined && { replaced: live.id }) },
    };
  };
}

// A clock that was set back far counts as time gone by: nobody is to wait for it to catch up.
function isTooSoon(unanswered: number, elapsedMs: number, budget: PushPolicy['budget']): boolean {
  const beyond = unanswered - budget.free;
  if (beyond < 0) return false;
  return elapsedMs < Math.min(budget.gapSeconds * 2 ** Math.min(beyond, 30), budget.maxGapSeconds) * 1000;
}

/** The assignment that may be shown now. */
export function liveIn(
  line: Line | undefined,
  at: number,
): { readonly id: string; readonly endsAt: number } | undefined {
  const live = line?.live;
  if (line === undefined || live === undefined || live.mute) return undefined;
  return isWithin(line.askedAt, live.endsAt, at) ? live : undefined;
}

/** Takes an answered assignment off the line; a yes forgives the requests before it. `false` when it is not the live one. */
export function takeOff(id: string, isYes: boolean, budget: PushPolicy['budget']): Transition<Line, boolean> {
  return (line, at) => {
    if (line === undefined || liveIn(line, at)?.id !== id) return { result: false };
    const { live: _, ...rest } = line;
    return {
      next: isYes ? { ...rest, unanswered: 0 } : rest,
      expiresAt: at + Math.max(budget.forgetSeconds, budget.maxGapSeconds) * 1000,
      result: true,
    };
  };
}
