import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../bench/statistics.ts';
import { createCrowd } from './crowd.ts';
import type { Node } from './nodes.ts';
import type { Plan } from './prove.ts';
import { createRandom } from './random.ts';
import { createSite } from './site.ts';
import { startNodes, stopNodes } from './stage.ts';
import { createWorkload } from './workload/workload.ts';
import { createWorld } from './world.ts';

/** How things stood at one moment. */
export interface Sample {
  readonly seconds: number;
  /** Of all servers together. */
  readonly megabytes: number;
  readonly descriptors: number;
  readonly perSecond: number;
  /** Of the answers since the sample before. */
  readonly p99Ms: number;
  /** Answers with 5xx, and requests without an answer, since the beginning. */
  readonly failed: number;
}

/** What came of an endurance run. */
export interface Endurance {
  readonly peakPerSecond: number;
  readonly samples: readonly Sample[];
  /** What is not flat; nothing when all is. */
  readonly faults: readonly string[];
}

/** How long the greatest rate is looked for, and of that at last how long it is measured, in seconds. */
const peak = { run: 20, measured: 10 } as const;

/** How far the last third may lie above the second: by this factor, and by this much. */
const slack = { megabytes: [1.1, 20], descriptors: [1, 8], p99Ms: [1.5, 5] } as const;

/** Uses the servers at half of what they can, with nobody doing harm, and watches what grows. */
export async function endure(plan: Plan): Promise<Endurance> {
  const { arrangement, folder, seed, size, minutes, lanes, tell } = plan;
  const crowd = createCrowd(size, seed);
  const site = createSite(folder, plan.main, crowd, arrangement.config);
  const nodes = await startNodes(site, arrangement, (name) => {
    throw new Error(`${name} ended by itself`);
  });
  const latencies: number[] = [];
  let perSecond = Number.POSITIVE_INFINITY;
  const manners = {
    pace: createPace(() => perSecond),
    onAnswer: (milliseconds: number) => void latencies.push(milliseconds),
  };
  const world = createWorld(nodes, { write: () => {} }, createRandom(seed), manners);
  let isOver = false;
  const using = createWorkload(world, crowd).run(lanes, () => isOver);
  tell('looking for the greatest rate');
  await pause((peak.run - peak.measured) * 1000);
  const before = world.counts.answered;
  await pause(peak.measured * 1000);
  const peakPerSecond = (world.counts.answered - before) / peak.measured;
  perSecond = peakPerSecond / 2;
  const failed = () => world.counts.failed + world.counts.unknown;
  const watching = { nodes, latencies, failed, answered: () => world.counts.answered, tell };
  const samples = await watch(watching, minutes);
  isOver = true;
  await using;
  world.close();
  await stopNodes(nodes);
  return { peakPerSecond, samples, faults: faultsIn(samples) };
}

interface Watching {
  readonly nodes: readonly Node[];
  /** Times of answers, emptied at each sample. */
  readonly latencies: number[];
  failed(): number;
  answered(): number;
  tell(text: string): void;
}

async function watch(
  { nodes, latencies, failed, answered, tell }: Watching,
  minutes: number,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const began = performance.now();
  // Ninety samples, thirty in each third.
  const every = (minutes * 60_000) / 90;
  const failedBefore = failed();
  for (let number = 1; number <= 90; number += 1) {
    const answeredBefore = answered();
    const since = performance.now();
    latencies.length = 0;
    await pause(Math.max(0, began + number * every - since));
    const now = performance.now();
    const sample = {
      seconds: (now - began) / 1000,
      megabytes: sum(nodes, megabytesOf),
      descriptors: sum(nodes, descriptorsOf),
      perSecond: (answered() - answeredBefore) / ((now - since) / 1000),
      p99Ms: latencies.length === 0 ? 0 : quantile(latencies, 0.99),
      failed: failed() - failedBefore,
    };
    samples.push(sample);
    tell(`${Math.round(sample.seconds)} s: ${Math.round(sample.megabytes)} MB, p99 ${sample.p99Ms.toFixed(1)} ms`);
  }
  return samples;
}

/** Compares the last third with the second; the first is for warming up. */
export function faultsIn(samples: readonly Sample[]): readonly string[] {
  const third = Math.floor(samples.length / 3);
  const middle = (from: number, of: keyof typeof slack) =>
    quantile(
      samples.slice(from, from + third).map((sample) => sample[of]),
      0.5,
    );
  const grown = (Object.keys(slack) as (keyof typeof slack)[]).flatMap((of) => {
    const [second, last] = [middle(third, of), middle(samples.length - third, of)];
    const [factor, more] = slack[of];
    return last <= second * factor + more ? [] : [`${of} grew from ${second.toFixed(1)} to ${last.toFixed(1)}`];
  });
  const failed = samples.at(-1)?.failed ?? 0;
  return failed === 0 ? grown : [...grown, `${failed} requests were answered with 5xx, or not at all`];
}

/** The run as Markdown. */
export function toEnduranceReport(
  { peakPerSecond, samples, faults }: Endurance,
  facts: Readonly<Record<string, string>>,
) {
  const rows = samples.filter((_, index) => index % 3 === 2).map(toRow);
  const verdict = faults.length === 0 ? 'Flat: nothing grew, nothing failed.' : `Not flat: ${faults.join('; ')}.`;
  return [
    '# Endurance',
    `**${verdict}**`,
    Object.entries({ ...facts, 'greatest rate': `${Math.round(peakPerSecond)} answers a second` })
      .map(([name, value]) => `- ${name}: ${value}`)
      .join('\n'),
    [
      '| seconds | memory, MB | descriptors | answers a second | p99, ms | failed |',
      '| ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
    ].join('\n'),
  ].join('\n\n');
}

function toRow({ seconds, megabytes, descriptors, perSecond, p99Ms, failed }: Sample): string {
  const cells = [seconds.toFixed(0), megabytes.toFixed(0), descriptors, perSecond.toFixed(0), p99Ms.toFixed(1), failed];
  return `| ${cells.join(' | ')} |`;
}

/** So many a second, evenly; whoever comes too early waits. */
function createPace(perSecond: () => number): () => Promise<void> {
  let next = performance.now();
  return async () => {
    const now = performance.now();
    // What was not asked for in time is not made up for later.
    next = Math.max(next, now - 100) + 1000 / perSecond();
    if (next > now) await pause(next - now);
  };
}

function sum(nodes: readonly Node[], of: (pid: number) => number): number {
  return nodes.reduce((total, node) => total + of(node.pid() ?? 0), 0);
}

/** Resident memory (proc(5), /proc/<pid>/status). */
function megabytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
