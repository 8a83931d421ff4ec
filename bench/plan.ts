import type { Postgres } from './postgres.ts';
import type { Stages } from './stages.ts';

/** How much is measured. */
export interface Plan {
  readonly isQuick: boolean;
  readonly rounds: number;
  /** How long a turn lasts. */
  readonly milliseconds: number;
  /** What every server answers before the clock starts, and how long that may take. */
  readonly warmUp: { readonly requests: number; readonly milliseconds: number };
  /** How many people are in the stores; the middle one is what all but the comparison of sizes is measured with. */
  readonly sizes: readonly [small: number, middle: number, large: number];
  /** Polls that wait at once. */
  readonly parked: number;
}

/** What every section works with. */
export interface Bench {
  readonly plan: Plan;
  /** A folder of its own, on the disk that is measured. */
  readonly folder: string;
  readonly stages: Stages;
  /** Absent when it is not installed, or not wanted. */
  readonly postgres?: Postgres;
  tell(text: string): void;
}

/** Connections, each with one request under way, unless something else is said. */
export const connections = 64;

/** About twenty minutes, when the stores have been made before. */
export const full: Plan = {
  isQuick: false,
  rounds: 5,
  milliseconds: 2000,
  warmUp: { requests: 15_000, milliseconds: 5000 },
  sizes: [100, 10_000, 1_000_000],
  parked: 10_000,
};

/** About three minutes. */
export const quick: Plan = {
  isQuick: true,
  rounds: 3,
  milliseconds: 600,
  warmUp: { requests: 5000, milliseconds: 2000 },
  sizes: [100, 10_000, 100_000],
  parked: 2000,
};
