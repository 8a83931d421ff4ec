import { setTimeout as sleep } from 'node:timers/promises';
import type { Crowd } from './crowd.ts';
import { connect, drive } from './load.ts';
import type { ServerProcess } from './processes.ts';
import { type Found, findCodes } from './store.ts';

/** What survived in one contestant's store. */
export interface Survival extends Found {
  readonly name: string;
}

const connections = 64;

/** Kills the server (SIGKILL) in the middle of answering, opens its store anew, and looks for every code it had acknowledged. */
export async function killAndLook(
  { name, server, crowd }: { readonly name: string; readonly server: ServerProcess; readonly crowd: Crowd },
  configFile: string,
  eventsBefore: number,
): Promise<Survival> {
  const supply = crowd.right(20_000);
  const sockets = await connect(server.port, connections);
  let isKilled = false;
  const kill = async () => {
    await sleep(500);
    isKilled = true;
    await server.end('SIGKILL');
  };
  const { requests, acknowledge } = supply;
  const load = { requests, again: false, status: 200, milliseconds: 10_000, onAnswer: acknowledge };
  await Promise.all([drive(sockets, { ...load, isCut: () => isKilled }), kill()]);
  return { name, ...(await findCodes(configFile, crowd, eventsBefore)) };
}

/** True when nothing that was acknowledged is missing. */
export function isWhole({ acknowledged, durable, logged }: Found): boolean {
  return durable === acknowledged && logged >= acknowledged;
}
