import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from './adapters/log.ts';
import { openPortvakt } from './compose.ts';
import { createDemo, type DemoSurroundings } from './compose-demo.ts';
import type { Loaded } from './config/load.ts';
import type { Config } from './config/schema.ts';
import type { DemoState } from './server/demo.ts';
import { type RunningPrimary, startPrimary } from './server/workers/primary.ts';

export type { RunningPrimary } from './server/workers/primary.ts';

interface WorkersOptions {
  readonly count: number;
  /** Present when the workers are to serve the demo page. */
  readonly demo: DemoSurroundings | undefined;
  /** No worker is left, and none can be started. */
  onGiveUp(reason: Error): void;
}

const program = fileURLToPath(new URL(`./worker${extname(import.meta.filename)}`, import.meta.url));

/**
 * Starts several processes that answer on one port, and keeps their number.
 *
 * @throws Error when a port is taken, or what {@link openPortvakt} throws
 */
export async function startWorkers(loaded: Loaded, { count, demo, onGiveUp }: WorkersOptions): Promise<RunningPrimary> {
  const { config } = loaded;
  await tryToOpen(loaded, false);
  const log = createLog(config.log.level);
  // Their channel is all they need; what they say goes where ours goes.
  const launch = (number: number) =>
    fork(program, [String(number)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return startPrimary({ config, count, log, more: demo, launch, onGiveUp });
}

/**
 * Opens the store with this configuration once: makes the keys where there are none, and finds what would keep workers from starting.
 *
 * `isRunning`: the store is in use already.
 */
export async function tryToOpen(loaded: Loaded, isRunning: boolean): Promise<void> {
  const { ports } = await openPortvakt(loaded, { isRunning });
  await ports.store.close();
}

/** What the demo page shows, asked for by a process that does not serve it. */
export async function demoStateOf(
  loaded: Loaded,
  surroundings: DemoSurroundings,
  { url, managementUrl }: Pick<RunningPrimary, 'url' | 'managementUrl'>,
): Promise<DemoState> {
  const portvakt = await openPortvakt(loaded);
  try {
    return await createDemo(portvakt, surroundings).state(url, managementUrl);
  } finally {
    await portvakt.ports.store.close();
  }
}

/** Settings that hold for as long as the process runs: they are those of its listeners, or all workers must agree on them at any time. */
const fixed: Readonly<Record<string, (config: Config) => unknown>> = {
  'listen.host': ({ listen }) => listen.host,
  'listen.port': ({ listen }) => listen.port,
  management: ({ management }) => management,
  data: ({ data }) => data,
  store: ({ store }) => store,
  demo: ({ demo }) => demo,
};

/** Which of the settings that differ want a restart. */
export function wantRestart(before: Config, after: Config): readonly string[] {
  return Object.entries(fixed).flatMap(([name, of]) =>
    JSON.stringify(of(before)) === JSON.stringify(of(after)) ? [] : [name],
  );
}
