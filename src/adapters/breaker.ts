/** Stops asking a service that failed several times in a row, then tries it with one probe. */
export interface Breaker {
  /** True when the service may be asked now; every true wants one `leave`. */
  enter(): boolean;
  /** Tells how it went. */
  leave(healthy: boolean): void;
}

/** When a breaker opens, and for how long. */
export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  readonly openMs: number;
  /** Milliseconds from any fixed point, never set back. */
  readonly now: () => number;
}

/** A closed breaker. */
export function createBreaker({ failures, openMs, now }: BreakerOptions): Breaker {
  let failed = 0;
  let openUntil: number | undefined;
  let probing = false;
  return {
    enter() {
      if (openUntil === undefined) return true;
      if (probing || now() < openUntil) return false;
      probing = true;
      return true;
    },
    leave(healthy) {
      failed = healthy ? 0 : failed + 1;
      // A failed probe opens again at once: `failed` has not been below the limit since.
      openUntil = failed >= failures ? now() + openMs : undefined;
      probing = false;
    },
  };
}
