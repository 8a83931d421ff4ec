/** A simulator's own time: that of the computer, or of a test, and what was skipped. Waiting two minutes takes none. */
export interface SimClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Lets this many seconds go by at once; they stay gone. */
  advance(seconds: number): void;
}

/** A clock that starts with `now`, the computer's unless given. */
export function createSimClock(now: () => number = Date.now): SimClock {
  let skippedMs = 0;
  return {
    now: () => now() + skippedMs,
    advance(seconds) {
      skippedMs += seconds * 1000;
    },
  };
}
