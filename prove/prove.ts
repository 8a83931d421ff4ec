import { join } from 'node:path';
import type { Arrangement } from './arrangement.ts';
import { check, type Verdict } from './checker/check.ts';
import { type Crowd, type CrowdSize, createCrowd, policies } from './crowd.ts';
import { linesOf, microseconds, type Recorder, readHistory, recordTo } from './history.ts';
import { farthestMs, type Nemesis, unleash } from './nemesis.ts';
import type { Node } from './nodes.ts';
import { createRandom } from './random.ts';
import { createSite } from './site.ts';
import { startNodes, stopNodes } from './stage.ts';
import { createWorkload } from './workload/workload.ts';
import { type Counts, createWorld } from './world.ts';

/** What a proof is of, and how long it takes. */
export interface Plan {
  readonly arrangement: Arrangement;
  /** A folder of the proof's own: configuration, store, history, logs. */
  readonly folder: string;
  readonly main: string;
  readonly seed: number;
  /** It ends after so many requests that were answered … */
  readonly operations: number;
  /** … or so long, whichever is first. */
  readonly minutes: number;
  /** Clients at once. */
  readonly lanes: number;
  readonly size: CrowdSize;
  /** Told how far it is. */
  tell(text: string): void;
}

/** What came of it. */
export interface Proof {
  readonly verdict: Verdict;
  readonly counts: Counts;
  readonly blows: ReadonlyMap<string, number>;
  /** Servers that ended without having been killed. */
  readonly fallen: readonly string[];
  readonly seconds: number;
  readonly historyFile: string;
  readonly logFile: string;
}

/** After a start, no identification is forgotten sooner than this: five minutes, less what two clocks may differ. */
const knownMs = 300_000 - 2 * farthestMs;

/** Has clients use servers that the nemesis strikes, and checks what was recorded. */
export async function prove(plan: Plan): Promise<Proof> {
  const { arrangement, folder, seed, tell } = plan;
  tell('starting the servers');
  const crowd = createCrowd(plan.size, seed);
  const site = createSite(folder, plan.main, crowd, arrangement.config);
  const historyFile = join(folder, 'history.jsonl');
  const logFile = join(folder, 'log.jsonl');
  const recorder = recordTo(historyFile);
  writeBeginning(recorder, plan, crowd);
  const fallen: string[] = [];
  const nodes = await startNodes(site, arrangement, (name) => {
    if (!arrangement.mayFall) fallen.push(name);
    recorder.write({ kind: 'nemesis', time: microseconds(), what: 'fell', node: name });
  });
  const load = await strikeAndUse(plan, nodes, crowd, recorder);
  await stopNodes(nodes);
  await recorder.close();
  tell('checking');
  await site.exportLog(logFile);
  const keys = await site.command('keys', 'list', '--config', site.configFile);
  const verdict = await check(readHistory(historyFile), linesOf(logFile), keys);
  return { verdict, ...load, fallen, historyFile, logFile };
}

function writeBeginning(recorder: Recorder, { arrangement, seed }: Plan, crowd: Crowd): void {
  const at = new Date().toISOString();
  recorder.write({
    kind: 'run',
    at,
    arrangement: arrangement.name,
    seed,
    policies,
    lookAhead: 20,
    driftSteps: 1,
    knownMs,
  });
  for (const { token } of Object.values(crowd).flat()) if (token !== undefined) recorder.write(token);
}

/** The run itself: clients and nemesis at once, then clients alone, who ask again about all that was promised. */
async function strikeAndUse(plan: Plan, nodes: readonly Node[], crowd: Crowd, recorder: Recorder) {
  const { arrangement, operations, minutes, lanes, seed, tell } = plan;
  const world = createWorld(nodes, recorder, createRandom(seed));
  const workload = createWorkload(world, crowd);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const random = createRandom(seed + 1);
  const nemesis = unleash(nodes, arrangement, { world, recorder, random });
  const ticking = setInterval(() => tell(toProgress(world.counts, seconds(), nemesis, operations)), 1000);
  try {
    const isOver = () => world.counts.answered >= operations || seconds() >= minutes * 60 || nemesis.hasFailed();
    await workload.run(lanes, isOver);
    tell('setting everything right');
    await nemesis.heal();
    tell('asking again about all that was promised');
    await workload.askAgain(lanes);
  } finally {
    clearInterval(ticking);
    world.close();
  }
  return { counts: world.counts, blows: nemesis.blows, seconds: seconds() };
}

function toProgress({ answered, unknown, failed }: Counts, seconds: number, { blows }: Nemesis, operations: number) {
  const struck = [...blows.values()].reduce((sum, count) => sum + count, 0);
  return `${answered} of ${operations} answered in ${Math.round(seconds)} s; ${failed} unavailable, ${unknown} unknown, ${struck} blows`;
}

/** Whether the proof holds: everything kept, and no server fell. */
export function holds({ verdict, fallen }: Proof): boolean {
  return verdict.violations.length === 0 && fallen.length === 0;
}
