/** Allows so much a second, and so much at once (token bucket). In this process only. */
export interface Budget {
  /** Takes one; when there is none, the seconds until there is. */
  take(): number;
}

/** `now` in milliseconds, by a clock that only goes forward. */
export function createBudget(perSecond: number, burst: number, now: () => number = () => performance.now()): Budget {
  let left = burst;
  let filledAt = now();
  return {
    take() {
      const at = now();
      left = Math.min(burst, left + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      if (left < 1) return (1 - left) / perSecond;
      left -= 1;
      return 0;
    },
  };
}
