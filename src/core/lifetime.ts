/** How far clocks may be apart before it counts as one that was set back, in milliseconds: two servers on one store do not agree to the second. Our choice. */
export const mayDifferMs = 60_000;

/**
 * True from `from` until `until`, all in milliseconds since 1970.
 *
 * What lies in the future of its own beginning has ended as well: a clock that is set back must not make it last longer.
 */
export function isWithin(from: number, until: number, at: number): boolean {
  return at < until && at >= from - mayDifferMs;
}
