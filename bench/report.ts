import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawChart } from './chart.ts';
import { barsOf } from './chart-bars.ts';
import type { Row } from './contest.ts';
import type { Findings } from './findings.ts';
import { judge } from './goals.ts';
import type { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import type { Spread } from './statistics.ts';
import { asked, nameOf } from './words.ts';

/** A run: what was found out, on what, and how much of it was measured. */
export interface Result {
  readonly at: string;
  /** The sections that were measured, when it was not all of them. */
  readonly only?: readonly string[];
  readonly minutes: number;
  readonly plan: Plan;
  readonly machine: Machine;
  readonly found: Findings;
}

const folder = join(import.meta.dirname, 'results');

/** The result as Markdown that can be read as it stands. */
export function toMarkdown(result: Result): string {
  const { found, plan } = result;
  const verdicts = judge(found, plan.sizes[1]);
  const parts = [
    `# Bench of ${titleOf(result)}`,
    ...(found.rows.length > 0 ? [`![CPU per request over that of a bare server](${nameOfResult(result)}.svg)`] : []),
    table(['', ''], factsOf(result)),
    ...titled(
      'Goals',
      ['goal', 'measured', 'limit', ''],
      verdicts.map(({ goal, measured, limit, atLeast, isMet }) => [
        goal,
        toRange(measured),
        `${atLeast ? '≥' : '≤'} ${limit}`,
        isMet ? 'met' : '**missed**',
      ]),
    ),
    ...titled('Cost of a request', rowHeadings, found.rows.map(rowCells)),
    ...parkedPart(found),
    ...scalingPart(found),
    ...tailPart(found),
    ...slowDiskPart(found),
    ...racePart(found),
    ...survivalPart(found),
    ...(found.notes.length > 0 ? ['## Notes', found.notes.map((note) => `- ${note}`).join('\n')] : []),
  ];
  return parts.join('\n\n');
}

/** Writes the result beside the earlier ones, as Markdown, chart and JSON; returns the path of the Markdown, relative to the repository. */
export function writeResult(result: Result): string {
  const name = nameOfResult(result);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), `${toMarkdown(result)}\n`);
  const bars = barsOf(result.found, result.plan.sizes[1]);
  if (bars.length > 0) {
    const title = `CPU per request over that of a bare server, ${titleOf(result)}`;
    const chart = drawChart(title, bars);
    writeFileSync(join(folder, `${name}.svg`), chart);
    // What docs/performance.md shows.
    if (!result.plan.isQuick && result.only === undefined) writeFileSync(join(folder, 'latest.svg'), chart);
  }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, rounded, 1)}\n`);
  return `bench/results/${name}.md`;
}

function titleOf({ at, plan, only }: Result): string {
  return [at.slice(0, 10), ...(plan.isQuick ? ['quick'] : []), ...(only ? [only.join(' and ')] : [])].join(', ');
}

function nameOfResult({ at, plan, only }: Result): string {
  return [at.slice(0, 10), ...(plan.isQuick ? ['quick'] : []), ...(only ?? [])].join('-');
}

function factsOf({ machine, plan, minutes }: Result): readonly (readonly string[])[] {
  return [
    ['processors', machine.processors],
    ['memory', machine.memory],
    ['system', machine.system],
    ['Node', machine.node],
    ['commit', machine.commit],
    ['file system', machine.fileSystem],
    ['flush of 4 kB', `${machine.flushMs.p50.toFixed(2)} ms p50, ${machine.flushMs.p99.toFixed(2)} ms p99`],
    ['load before', machine.loadBefore.toFixed(2)],
    [
      'measured',
      `${plan.rounds} rounds by turns, each turn ${plan.milliseconds / 1000} s; the middle of the rounds (least–greatest); ${minutes.toFixed(0)} minutes in all`,
    ],
  ];
}

const rowHeadings = [
  ...['asked', 'server', 'conn.', 'CPU µs', '× floor', 'database µs', '× floor'],
  ...['per second', 'p50 ms', 'p99 ms', 'CPU used'],
];

function rowCells({ who, asked: what, connections, middle, toFloor, databaseToFloor }: Row): readonly string[] {
  const { cpuMicros, databaseMicros, perSecond, p50Ms, p99Ms, busy } = middle;
  return [
    asked[what],
    nameOf(who),
    String(connections),
    cpuMicros.toFixed(0),
    toRange(toFloor),
    databaseMicros > 0 ? databaseMicros.toFixed(0) : '',
    toRange(databaseToFloor),
    perSecond.toFixed(0),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    toPercent(busy),
  ];
}

function parkedPart({ parked }: Findings): readonly string[] {
  return titled(
    'Polls that wait',
    ['store', 'polls', '× floor', '× poll that does not', 'all told in ms', 'not waiting, ms', 'MB above idle'],
    parked.map(({ store, polls, toFloor, toPlain, wakeMs, plainMs, megabytes }) => [
      store,
      polls.toLocaleString('en'),
      ...[toFloor, toPlain].map((value) => toRange(value)),
      ...[wakeMs, plainMs].map((value) => toRange(value, 0)),
      toRange(megabytes, 0),
    ]),
  );
}

function scalingPart({ scalings }: Findings): readonly string[] {
  return titled(
    'One process and two',
    ['asked', 'store', 'one, per s', 'two, per s', 'gain', 'floor’s gain', 'of the floor’s', 'CPU, two over one'],
    scalings.map(({ asked: what, store, one, two, gain, floorGain, toFloor, cpuGrowth }) => [
      asked[what],
      store,
      one.toFixed(0),
      two.toFixed(0),
      ...[gain, floorGain, toFloor, cpuGrowth].map((value) => toRange(value)),
    ]),
  );
}

function tailPart({ tails }: Findings): readonly string[] {
  return titled(
    'At 70 % of the peak',
    [
      ...['asked', 'store', 'per second', 'p50 ms', 'p99 ms', 'floor’s p99 ms', 'over the floor’s'],
      ...['CPU used', 'floor’s CPU used', 'floor’s p99 at 70 % of its own peak'],
    ],
    tails.map(({ asked: what, store, perSecond, busy, floorBusy, ...times }) => [
      asked[what],
      store,
      perSecond.toFixed(0),
      ...[times.p50Ms, times.p99Ms, times.floorP99Ms, times.toFloor].map((value) => toRange(value)),
      ...[busy, floorBusy].map((value) => toPercent(value.median)),
      toRange(times.floorsOwnP99Ms),
    ]),
  );
}

function slowDiskPart({ slowDisk }: Findings): readonly string[] {
  return titled(
    'Reads beside writes on a slow disk',
    ['asked', 'a flush', 'codes per s meanwhile', 'p50 ms', 'p99 ms', 'p99 ms without writes'],
    slowDisk.map(({ asked: what, flushMs, writes, p50Ms, p99Ms, aloneP99Ms }) => [
      asked[what],
      `${flushMs} ms`,
      writes.toFixed(0),
      ...[p50Ms, p99Ms, aloneP99Ms].map((value) => toRange(value)),
    ]),
  );
}

function racePart({ races }: Findings): readonly string[] {
  return titled(
    'The same right code at once',
    ['server', 'how', 'sent', 'races', 'accepted in each', 'must be'],
    races.map(({ server, how, sent, accepted }) => [
      server,
      how,
      String(sent),
      String(accepted.length),
      [...new Set([Math.min(...accepted), Math.max(...accepted)])].join('–'),
      '1',
    ]),
  );
}

function survivalPart({ survivals }: Findings): readonly string[] {
  return titled(
    'Killed under load',
    ['server', 'codes acknowledged', 'found used', 'found in the log'],
    survivals.map(({ who, acknowledged, durable, logged }) => [
      nameOf(who),
      String(acknowledged),
      String(durable),
      String(logged),
    ]),
  );
}

function titled(title: string, head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [`## ${title}`, table(head, rows)];
}

function toPercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function toRange(value: Spread | undefined, digits = 2): string {
  if (value === undefined) return '';
  const { median, min, max } = value;
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((word, column) => Math.max(word.length, 3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
