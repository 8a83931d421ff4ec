import type { Bar } from './chart.ts';
import type { Row } from './contest.ts';
import type { Findings } from './findings.ts';
import { costLimit } from './goals.ts';
import { connections } from './plan.ts';
import { asked as words } from './words.ts';

/** What the chart shows: every kind of request, at the usual number of connections. `people` is the number that the stores usually hold. */
export function barsOf({ rows, parked }: Findings, people: number): readonly Bar[] {
  const shown = rows.filter((row) => row.toFloor !== undefined && row.connections === connections);
  const kinds = (Object.keys(words) as Row['asked'][]).filter((kind) => shown.some(({ asked }) => asked === kind));
  return [
    ...kinds.flatMap((kind) => shown.filter(({ asked }) => asked === kind).map((row) => toBar(row, people))),
    ...parked.map(
      ({ store, toFloor }): Bar => ({ group: 'poll that waits', label: store, value: toFloor, isPeer: false }),
    ),
  ];
}

function toBar({ who, asked, toFloor, databaseToFloor }: Row, people: number): Bar {
  const value = toFloor ?? { min: Number.NaN, median: Number.NaN, max: Number.NaN };
  const limit = who.people === people || asked === 'pending' ? costLimit(asked, who.store) : undefined;
  const isPeer = who.server !== 'portvakt';
  const size =
    who.people === undefined || asked === 'pending' || asked === 'bankid' ? '' : `, ${who.people.toLocaleString('en')}`;
  return {
    group: words[asked],
    label: isPeer ? who.server : `${who.store}${size}`,
    value,
    isPeer,
    ...(databaseToFloor && { total: value.median + databaseToFloor.median }),
    ...(limit !== undefined && { limit }),
  };
}
