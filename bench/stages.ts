import { basename, join } from 'node:path';
import type { Who } from './contest.ts';
import { type Crowd, createCrowd } from './crowd.ts';
import type { Bench } from './plan.ts';
import type { Postgres } from './postgres.ts';
import { type PortvaktOptions, type ServerProcess, startPortvakt } from './processes.ts';
import { stockEmbedded, stockPostgres } from './stock.ts';
import { type LogEnds, logEnds, writeConfig } from './store.ts';

/** Where Portvakt keeps what it knows. */
export type StoreKind = 'embedded' | 'PostgreSQL';

/** What a stage is to be. */
export interface Wanted {
  readonly store: StoreKind;
  readonly people: number;
  readonly workers?: number;
}

/** A Portvakt with a store of its own, and who is in it. */
export interface Stage {
  readonly who: Who;
  readonly configFile: string;
  readonly server: ServerProcess;
  readonly crowd: Crowd;
  /** Where the log ended before the server started. */
  readonly ends: LogEnds;
  databaseSeconds?(): number;
}

/** The stages of a run: each is made when it is first wanted, and stays. */
export interface Stages {
  get(wanted: Wanted): Promise<Stage>;
  /** Ends all of them. */
  end(): Promise<void>;
}

/** What a stage is opened with. */
interface StagePorts {
  tell(text: string): void;
  /** Absent when there is none. */
  readonly postgres?: Postgres;
}

/** See {@link Stages}. They lie below the folder. */
export function createStages(folder: string, ports: StagePorts): Stages {
  const open = new Map<string, Promise<Stage>>();
  return {
    get(wanted) {
      const name = `${wanted.store}-${wanted.people}-${wanted.workers ?? 1}`;
      const stage = open.get(name) ?? openStage(join(folder, name), wanted, {}, ports);
      open.set(name, stage);
      return stage;
    },
    async end() {
      for (const stage of open.values()) await (await stage).server.end('SIGTERM');
    },
  };
}

/** How a stage is opened. */
interface StageOptions extends PortvaktOptions {
  /** Further settings, and operations that tenant `t1` may ask for. */
  readonly settings?: object;
  readonly operations?: readonly string[];
}

/** Fills a store and starts a server on it. */
export async function openStage(
  folder: string,
  { store, people, workers = 1 }: Wanted,
  options: StageOptions,
  { tell, postgres }: StagePorts,
): Promise<Stage> {
  const data = join(folder, 'data');
  const name = `run_${basename(folder).replaceAll('-', '_').toLowerCase()}`;
  const progress = (done: number) =>
    tell(`making a store for ${people} people, once, ${store}: ${Math.floor(done * 100)} %`);
  const inPostgres = store === 'PostgreSQL' ? postgres : undefined;
  if (inPostgres !== undefined) await stockPostgres(inPostgres, { people, name, data }, progress);
  else await stockEmbedded(people, data, progress);
  const settings = { ...options.settings, ...(inPostgres && { store: inPostgres.addressOf(name) }) };
  const configFile = writeConfig(folder, settings, options.operations);
  const ends = await logEnds(configFile);
  const server = await startPortvakt(configFile, { ...options, workers });
  return {
    who: { server: 'portvakt', store, people, workers },
    configFile,
    server,
    crowd: createCrowd(people),
    ends,
    ...(inPostgres && { databaseSeconds: () => inPostgres.server.cpuSeconds() }),
  };
}

/** The stores that are measured. */
export function storesOf({ postgres }: Bench): readonly StoreKind[] {
  return postgres === undefined ? ['embedded'] : ['embedded', 'PostgreSQL'];
}

/** Every store, with each number of people. */
export async function stagesOfAllSizes(bench: Bench): Promise<readonly Stage[]> {
  const stages: Stage[] = [];
  for (const store of storesOf(bench)) {
    for (const people of bench.plan.sizes) stages.push(await bench.stages.get({ store, people }));
  }
  return stages;
}

/** Every store, with the usual number of people. */
export async function middleStages(bench: Bench): Promise<readonly Stage[]> {
  const [, people] = bench.plan.sizes;
  const stages: Stage[] = [];
  for (const store of storesOf(bench)) stages.push(await bench.stages.get({ store, people }));
  return stages;
}
