import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './contest.ts';
import type { Survival } from './durability.ts';
import type { Machine } from './machine.ts';
import type { Spread } from './statistics.ts';
import type { Size } from './store.ts';

/** Everything a run found out. */
export interface Result {
  readonly at: string;
  readonly isQuick: boolean;
  readonly rounds: number;
  readonly turnSeconds: number;
  readonly machine: Machine;
  readonly small: Size;
  readonly large: Size;
  readonly rows: readonly Row[];
  readonly survivals: readonly Survival[];
}

/** What the numbers are held against: CPU per request at this many connections. */
const goals = { connections: 64, toFloor: 4, toSmall: 1.3, poll: 2.5 } as const;

const folder = join(import.meta.dirname, 'results');

/** The result as Markdown that can be read as it stands. */
export function toMarkdown(result: Result): string {
  const { machine, small, large, rounds, turnSeconds } = result;
  const facts = [
    ['processors', machine.processors],
    ['memory', machine.memory],
    ['system', machine.system],
    ['Node', machine.node],
    ['commit', machine.commit],
    ['file system', machine.fileSystem],
    ['flush of 4 kB', `${machine.flushMs.p50.toFixed(2)} ms p50, ${machine.flushMs.p99.toFixed(2)} ms p99`],
    ['load before', machine.loadBefore.toFixed(2)],
    ['small store', describe(small)],
    ['large store', describe(large)],
    [
      'measured',
      `${rounds} rounds, each turn ${turnSeconds} s; the middle of the turns (least–greatest of the ratios)`,
    ],
  ];
  return [
    `# Bench of ${result.at.slice(0, 10)}${result.isQuick ? ', quick' : ''}`,
    table(
      ['', ''],
      facts.map(([name = '', value = '']) => [name, value]),
    ),
    table(headings, result.rows.map(toCells)),
    [...verdicts(result.rows), ...result.survivals.map(toLine)].map((line) => `- ${line}`).join('\n'),
  ].join('\n\n');
}

/** Writes the result beside the earlier ones, as Markdown and as JSON; returns the path of the Markdown, relative to the repository. */
export function writeResult(result: Result): string {
  const name = `${result.at.slice(0, 10)}${result.isQuick ? '-quick' : ''}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), `${toMarkdown(result)}\n`);
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, rounded, 1)}\n`);
  return `bench/results/${name}.md`;
}

const headings = [
  'server',
  'asked',
  'conn.',
  'CPU µs/req',
  '× floor',
  '× small',
  'req/s',
  'p50 ms',
  'p99 ms',
  'CPU used',
];

function toCells({ name, codes, connections, middle, toFloor, toSmall }: Row): readonly string[] {
  const { cpuMicros, perSecond, p50Ms, p99Ms, busy } = middle;
  return [
    name,
    asked[codes],
    String(connections),
    cpuMicros.toFixed(1),
    toRatio(toFloor),
    toRatio(toSmall),
    perSecond.toFixed(0),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    `${(busy * 100).toFixed(0)} %`,
  ];
}

const asked = { right: 'right code', wrong: 'wrong code', poll: 'pending', eid: 'start to end' } as const;

function toRatio(ratio: Spread | undefined): string {
  return ratio === undefined ? '' : `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})`;
}

function verdicts(rows: readonly Row[]): readonly string[] {
  const measured = rows.filter(({ codes, connections }) => codes === 'right' && connections === goals.connections);
  const verdict = (what: string, ratio: Spread | undefined, limit: number) =>
    ratio === undefined
      ? []
      : [`${what}: ${ratio.median.toFixed(2)}; goal at most ${limit}: ${ratio.median <= limit ? 'met' : 'missed'}`];
  const polls = rows.filter(({ codes, toFloor }) => codes === 'poll' && toFloor !== undefined);
  const ofPolls = polls.flatMap(({ toFloor }) =>
    verdict(`CPU over the floor’s, a pending identification, ${goals.connections} connections`, toFloor, goals.poll),
  );
  const ofCodes = measured.flatMap(({ name, toFloor, toSmall }) =>
    toSmall === undefined
      ? verdict(`CPU over the floor’s, ${name}, ${goals.connections} connections`, toFloor, goals.toFloor)
      : verdict(`CPU over the small store’s, ${name}, ${goals.connections} connections`, toSmall, goals.toSmall),
  );
  return [...ofCodes, ...ofPolls];
}

function toLine({ name, acknowledged, durable, logged }: Survival): string {
  return `after kill -9 under load, ${name}: durable: ${Math.min(durable, logged)} of ${acknowledged} acknowledged codes`;
}

function describe({ people, events }: Size): string {
  return `${people.toLocaleString('en')} people, each with a token; ${events.toLocaleString('en')} events in the log`;
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
