/** How long is left as it is shown: `0:07`, `1:30`. Never says that there is time when there is none. */
export function clockFace(ms: number): string {
  const seconds = secondsLeft(ms);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Whole seconds that are left, rounded up. */
export function secondsLeft(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}

/** Instants, in seconds left, at which listeners are told how long is left. */
export const spokenAt: readonly number[] = [30, 10];
