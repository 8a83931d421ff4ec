import { expect, it } from 'vitest';
import type { Row, Turn } from './contest.ts';
import { type Findings, nothing } from './findings.ts';
import { judge } from './goals.ts';

function row(asked: Row['asked'], store: string, people: number, ratios: readonly number[]): Row {
  const turns = ratios.map(
    (ratio): Turn => ({
      requests: 1,
      perSecond: 1,
      cpuMicros: 100 * ratio,
      databaseMicros: 0,
      busy: 1,
      p50Ms: 1,
      p99Ms: 1,
    }),
  );
  const sorted = [...ratios].sort((a, b) => a - b);
  const toFloor = { min: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
  const who = { server: 'portvakt', store, people, workers: 1 };
  return { who, asked, connections: 64, requestsEach: 1, toFloor, middle: turns[0] as Turn, turns };
}

function verdictsOf(found: Partial<Findings>): readonly (readonly [string, boolean])[] {
  return judge({ ...nothing, ...found }, 1000).map(({ goal, isMet }) => [goal, isMet]);
}

it('holds the middle of the rounds against the limit', () => {
  const rows = [row('right', 'embedded', 1000, [3, 4, 9]), row('right', 'PostgreSQL', 1000, [6, 7.1, 9])];
  expect(verdictsOf({ rows })).toEqual([
    ['CPU of the server, token check, embedded: over the floor’s', true],
    ['CPU of the server, token check, PostgreSQL: over the floor’s', false],
  ]);
});

it('judges the cost with the usual store, other sizes against each other', () => {
  const rows = [row('session', 'embedded', 100, [2, 2]), row('session', 'embedded', 1_000_000, [2.8, 3.2])];
  expect(verdictsOf({ rows })).toEqual([['CPU, session verification, embedded: 1,000,000 people over 100', true]]);
});

it('wants a second process to be worth nearly as much as it is to the floor', () => {
  const one = { min: 0.8, median: 0.9, max: 1 };
  const common = { one: 1, two: 2, gain: one, floorGain: one, toFloor: one, cpuGrowth: one };
  const scalings = [
    { ...common, asked: 'poll' as const, store: 'PostgreSQL' },
    { ...common, asked: 'right' as const, store: 'embedded' },
    { ...common, asked: 'right' as const, store: 'PostgreSQL' },
  ];
  expect(verdictsOf({ scalings })).toEqual([
    ['second process, poll, PostgreSQL: gain over the floor’s', false],
    ['second process, token check, embedded: gain over the floor’s', true],
  ]);
});

it('judges what other servers do by no goal', () => {
  const peer = row('right', 'SQLite', 1000, [90]);
  expect(verdictsOf({ rows: [{ ...peer, who: { server: 'another', store: 'SQLite', workers: 1 } }] })).toEqual([]);
});

it('judges what polls that wait take, and how soon they are told', () => {
  const same = (value: number) => ({ min: value, median: value, max: value });
  const parked = { store: 'embedded', polls: 10, toPlain: same(1), toFloor: same(1), megabytes: same(101) };
  expect(verdictsOf({ parked: [{ ...parked, wakeMs: same(9), plainMs: same(10) }] })).toEqual([
    ['10 polls that wait, embedded: MB above idle', false],
    ['10 polls that wait, embedded: all told, over as many that do not wait', true],
  ]);
});
