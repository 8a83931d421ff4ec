import type { Clock } from '../core/ports.ts';

/** The computer's clock. */
export const systemClock: Clock = { now: () => Date.now() };
