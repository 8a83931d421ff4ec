import type { Row } from './contest.ts';
import type { Race } from './peers/race.ts';
import type { Survival } from './sections/durability.ts';
import type { ParkedRow } from './sections/parked.ts';
import type { SlowDisk } from './sections/slow-disk.ts';
import type { Tail } from './sections/tails.ts';
import type { Scaling } from './sections/workers.ts';

/** Everything that the sections of a run found out. */
export interface Findings {
  readonly rows: readonly Row[];
  readonly parked: readonly ParkedRow[];
  readonly scalings: readonly Scaling[];
  readonly tails: readonly Tail[];
  readonly slowDisk: readonly SlowDisk[];
  readonly races: readonly Race[];
  readonly survivals: readonly Survival[];
  /** What could not be measured, and why; and how each server makes durable what it answers. */
  readonly notes: readonly string[];
}

/** Nothing found yet. */
export const nothing: Findings = {
  rows: [],
  parked: [],
  scalings: [],
  tails: [],
  slowDisk: [],
  races: [],
  survivals: [],
  notes: [],
};

/** What two sections found. */
export function together(one: Findings, other: Partial<Findings>): Findings {
  const join = <T>(a: readonly T[], b: readonly T[] = []) => [...a, ...b];
  return {
    rows: join(one.rows, other.rows),
    parked: join(one.parked, other.parked),
    scalings: join(one.scalings, other.scalings),
    tails: join(one.tails, other.tails),
    slowDisk: join(one.slowDisk, other.slowDisk),
    races: join(one.races, other.races),
    survivals: join(one.survivals, other.survivals),
    notes: join(one.notes, other.notes),
  };
}
