import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Who } from '../contest.ts';
import { drive } from '../load.ts';
import { type Bench, connections } from '../plan.ts';
import { openStage, type Stage, storesOf } from '../stages.ts';
import { type Found, findCodes } from '../store.ts';

/** What survived in one store. */
export interface Survival extends Found {
  readonly who: Who;
}

/** A server on each store is killed while it answers; nothing that it acknowledged may be missing. */
export async function measureDurability(bench: Bench): Promise<readonly Survival[]> {
  const { plan, folder, tell } = bench;
  const survivals: Survival[] = [];
  for (const store of storesOf(bench)) {
    const stage = await openStage(join(folder, `killed-${store}`), { store, people: plan.sizes[1] }, {}, bench);
    tell(`killing a server under load, and reading what it left: ${store}`);
    survivals.push(await killAndLook(stage, 2 * plan.milliseconds));
  }
  return survivals;
}

/** Kills the server (SIGKILL) in the middle of answering, opens its store anew, and looks for every code it had acknowledged. */
async function killAndLook({ who, server, crowd, configFile, ends }: Stage, after: number): Promise<Survival> {
  let isKilled = false;
  const kill = async () => {
    await sleep(after);
    isKilled = true;
    await server.end('SIGKILL');
  };
  const load = { status: 200, milliseconds: 10 * after, isCut: () => isKilled };
  await Promise.all([drive(server.port, crowd.right(connections), load), kill()]);
  return { who, ...(await findCodes(configFile, crowd, ends)) };
}

/** True when nothing that was acknowledged is missing. */
export function isWhole({ acknowledged, durable, logged }: Found): boolean {
  return durable === acknowledged && logged >= acknowledged;
}
