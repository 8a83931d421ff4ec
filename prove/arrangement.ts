import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildDisk } from '../test/support/power/power.ts';
import type { Blow } from './nemesis.ts';
import type { Node } from './nodes.ts';
import type { Random } from './random.ts';

/** How servers are put together: how many, over which store. */
export interface Arrangement {
  readonly name: string;
  readonly nodes: number;
  /** What it adds to the configuration. */
  readonly config: object;
  /** What happens to the servers; `usual` is what can happen to any. */
  blows(usual: readonly Blow[], nodes: readonly Node[], random: Random): readonly Blow[];
  /** Asked at every start of a server for more variables of its process. */
  env?(): NodeJS.ProcessEnv;
  /** Servers end by themselves, as they are meant to. */
  readonly mayFall?: boolean;
  /** Everything is in order from now on. */
  calm(): Promise<void>;
  /** The store goes. */
  end(): Promise<void>;
}

/** Four processes on one embedded store. */
export function onSqlite(): Arrangement {
  return { name: 'sqlite', nodes: 4, config: {}, blows: (usual) => usual, calm: async () => {}, end: async () => {} };
}

/**
 * One process on an embedded store, on a disk whose power is cut again and again: whatever was not flushed is gone.
 *
 * The power of one process cannot be cut without that of the others, so there are none.
 */
export function onFailingPower(folder: string): Arrangement {
  const disk = buildDisk();
  let cut = 0;
  return {
    name: 'sqlite, power cuts',
    nodes: 1,
    config: {},
    mayFall: true,
    env: () => disk.env({ folder: join(folder, 'data'), ...(cut > 0 && { cut }) }),
    blows: (_usual, [node], random) => [
      {
        weight: 1,
        async strike(tell) {
          if (node === undefined) return;
          // Writes and flushes until the power goes: some hundred changes.
          cut = random.whole(400, 4000);
          await node.kill();
          await node.start();
          tell(`power cut after ${cut} calls`, node);
          for (let waited = 0; node.pid() !== undefined && waited < 100; waited += 1) await pause(100);
        },
      },
    ],
    async calm() {
      cut = 0;
    },
    end: async () => disk.remove(),
  };
}
