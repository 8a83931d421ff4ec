import type { Row } from './contest.ts';
import type { Findings } from './findings.ts';
import { connections } from './plan.ts';
import { type Spread, spread } from './statistics.ts';
import { asked as words } from './words.ts';

/** One goal, and what was measured. */
export interface Verdict {
  readonly goal: string;
  readonly measured: Spread;
  readonly limit: number;
  /** Whether the limit is the least that is good. */
  readonly atLeast: boolean;
  readonly isMet: boolean;
}

/** CPU over the floor's that a request may cost. */
const costs = {
  right: { embedded: 4, PostgreSQL: 7 },
  session: { embedded: 2.5, PostgreSQL: 2.5 },
  poll: { embedded: 2.5, PostgreSQL: 2.5 },
  pending: { embedded: 2.5, PostgreSQL: 2.5 },
} as const;

/** Of the floor's gain by a second process, the part that Portvakt must reach. PostgreSQL has no goal for codes. */
const gains = { session: 0.95, poll: 0.95, right: 0.8 } as const;

const tailLimit = 5;
const slowDiskMs = 2;
const sizeLimit = 1.5;
const parkedMegabytes = 100;

/** Holds what was found against the goals. `people`: how many the stores hold with which all but the comparison of sizes is measured. */
export function judge(found: Findings, people: number): readonly Verdict[] {
  return [
    ...found.rows.filter((row) => isTypical(row, people)).flatMap(judgeCost),
    ...judgeSizes(found.rows),
    ...found.scalings
      .filter(({ asked, store }) => asked !== 'right' || store === 'embedded')
      .map(({ asked, store, toFloor }) =>
        verdict(
          `second process, ${words[asked]}, ${store}: gain over the floor’s`,
          toFloor,
          gains[asked as keyof typeof gains],
          true,
        ),
      ),
    ...found.tails.map(({ asked, store, toFloor }) =>
      verdict(`p99 at 70 % of the peak, ${words[asked]}, ${store}: over the floor’s`, toFloor, tailLimit),
    ),
    ...found.parked.flatMap(({ polls, store, megabytes, wakeMs, plainMs }) => [
      verdict(`${polls} polls that wait, ${store}: MB above idle`, megabytes, parkedMegabytes),
      verdict(`${polls} polls that wait, ${store}: all told, over as many that do not wait`, ratio(wakeMs, plainMs), 1),
    ]),
    ...found.slowDisk.map(({ asked, p99Ms, flushMs }) =>
      verdict(`p99 in ms beside writes that take ${flushMs} ms to flush, ${words[asked]}`, p99Ms, slowDiskMs),
    ),
  ];
}

function isTypical({ who, connections: count, asked }: Row, people: number): boolean {
  return who.server === 'portvakt' && count === connections && (who.people === people || asked === 'pending');
}

/** What a request may cost over the floor; undefined where there is no goal. */
export function costLimit(asked: Row['asked'], store: string | undefined): number | undefined {
  return costs[asked as keyof typeof costs]?.[store as 'embedded' | 'PostgreSQL'];
}

function judgeCost({ asked, who: { store }, toFloor }: Row): readonly Verdict[] {
  const limit = costLimit(asked, store);
  if (limit === undefined || toFloor === undefined) return [];
  return [verdict(`CPU of the server, ${words[asked]}, ${store}: over the floor’s`, toFloor, limit)];
}

/** The largest store against the smallest, the database's CPU included. */
function judgeSizes(rows: readonly Row[]): readonly Verdict[] {
  return (['right', 'session'] as const).flatMap((asked) =>
    (['embedded', 'PostgreSQL'] as const).flatMap((store) => {
      const own = rows
        .filter((row) => row.asked === asked && row.who.store === store && row.connections === connections)
        .filter(({ who }) => who.server === 'portvakt')
        .sort((a, b) => (a.who.people ?? 0) - (b.who.people ?? 0));
      const [small] = own;
      const large = own.at(-1);
      if (small === undefined || large === undefined || large === small) return [];
      const sizes = `${large.who.people?.toLocaleString('en')} people over ${small.who.people?.toLocaleString('en')}`;
      return [verdict(`CPU, ${words[asked]}, ${store}: ${sizes}`, toSmall(large, small), sizeLimit)];
    }),
  );
}

function toSmall(large: Row, small: Row): Spread {
  const whole = (row: Row, round: number) =>
    (row.turns[round]?.cpuMicros ?? Number.NaN) + (row.turns[round]?.databaseMicros ?? Number.NaN);
  return spread(large.turns.map((_, round) => whole(large, round) / whole(small, round)));
}

/** Of the middles; the range is the furthest that the two ranges allow. */
function ratio(over: Spread, under: Spread): Spread {
  return { min: over.min / under.max, median: over.median / under.median, max: over.max / under.min };
}

/** `limit` holds for the middle of the rounds. */
function verdict(goal: string, measured: Spread, limit: number, atLeast = false): Verdict {
  const isMet = atLeast ? measured.median >= limit : measured.median <= limit;
  return { goal, measured, limit, atLeast, isMet };
}
