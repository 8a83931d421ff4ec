import { randomBytes } from 'node:crypto';
import type { Chance } from '../core/ports.ts';

/** The operating system's random source. */
export const systemChance: Chance = { bytes: (count) => randomBytes(count) };
