import { join } from 'node:path';
import { buildDisk } from '../../test/support/power/power.ts';
import { drive } from '../load.ts';
import { toContestant } from '../measure.ts';
import { pace } from '../pace.ts';
import type { Bench } from '../plan.ts';
import { poll, type Question, right, session } from '../questions.ts';
import { openStage, type Stage } from '../stages.ts';
import { quantile, type Spread, spread } from '../statistics.ts';

/** How long reads take while codes are checked on a slow disk. */
export interface SlowDisk {
  readonly asked: Question['asked'];
  /** What every flush takes, in milliseconds. */
  readonly flushMs: number;
  /** Right codes per second, meanwhile. */
  readonly writes: number;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  /** Without writes. */
  readonly aloneP99Ms: Spread;
}

const flushMs = 8;

/** Connections over which codes are sent, and the rate at which is read. */
const writers = 16;
const readsPerSecond = 400;

/** Reads beside writes, with the embedded store on a disk that takes 8 ms for every flush. */
export async function measureSlowDisk(bench: Bench): Promise<readonly SlowDisk[]> {
  const { plan, folder } = bench;
  const disk = buildDisk();
  try {
    const own = join(folder, 'slow-disk');
    const env = disk.env({ folder: own, slow: flushMs });
    const stage = await openStage(own, { store: 'embedded', people: plan.sizes[1] }, { env }, bench);
    const results: SlowDisk[] = [];
    for (const question of [session, poll]) results.push(await measureOne(bench, question, stage));
    await stage.server.end('SIGTERM');
    return results;
  } finally {
    disk.remove();
  }
}

async function measureOne({ plan, tell }: Bench, question: Question, stage: Stage): Promise<SlowDisk> {
  const { port } = stage.server;
  const lanes = toContestant(stage, question).lanes;
  const milliseconds = Math.max(plan.milliseconds, 1000);
  const read = async () =>
    (await pace(port, await lanes(2 * writers), { status: question.status, milliseconds, perSecond: readsPerSecond }))
      .latencies;
  const turns: { p50: number; p99: number; alone: number; writes: number }[] = [];
  // The first round is not counted: code is compiled as it is used.
  for (let round = 0; round <= plan.rounds; round += 1) {
    const alone = await read();
    const [{ answered, seconds }, beside] = await Promise.all([
      drive(port, stage.crowd.right(writers), { status: right.status, milliseconds }),
      read(),
    ]);
    if (round === 0) continue;
    turns.push({
      p50: quantile(beside, 0.5),
      p99: quantile(beside, 0.99),
      alone: quantile(alone, 0.99),
      writes: answered / seconds,
    });
    tell(`${question.words} beside writes on a slow disk: round ${round} of ${plan.rounds}`);
  }
  return {
    asked: question.asked,
    flushMs,
    writes: spread(turns.map(({ writes }) => writes)).median,
    p50Ms: spread(turns.map(({ p50 }) => p50)),
    p99Ms: spread(turns.map(({ p99 }) => p99)),
    aloneP99Ms: spread(turns.map(({ alone }) => alone)),
  };
}
