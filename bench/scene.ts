import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Crowd, createCrowd } from './crowd.ts';
import type { FixedAnswer } from './floor.ts';
import { ask } from './load.ts';
import { killAll, type ServerProcess, startFloor, startPortvakt } from './processes.ts';
import { fillStore, type Size, writeConfig } from './store.ts';

/** A Portvakt with a store of its own, and who is in it. */
export interface Stage {
  readonly configFile: string;
  readonly server: ServerProcess;
  readonly crowd: Crowd;
  /** Entries of the log before the server started. */
  readonly events: number;
}

/** A folder of the bench's own under `data/`, on the disk that the repository lies on. Whatever happens, it and every process go with us. */
export function makeFolder(): string {
  const data = join(import.meta.dirname, '..', 'data');
  mkdirSync(data, { recursive: true });
  const folder = mkdtempSync(join(data, 'bench-'));
  process.on('exit', () => {
    killAll();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    try {
      rmdirSync(data);
    } catch {
      // Something else lies in it.
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  return folder;
}

/** Fills a store and starts a server on it. */
export async function openStage(
  folder: string,
  size: Size,
  tell: (text: string) => void,
  nodeOptions?: readonly string[],
) {
  const configFile = writeConfig(folder);
  await fillStore(configFile, size, (done) =>
    tell(`filling a store for ${size.people} people: ${Math.floor(done * 100)} %`),
  );
  const server = await startPortvakt(configFile, nodeOptions);
  return { configFile, server, crowd: createCrowd(size.people), events: Math.max(size.people, size.events) };
}

/** Starts a floor that answers what Portvakt answers to this request. @throws Error when they differ */
export async function openFloorFor({ port }: ServerProcess, request: Buffer, status: number): Promise<ServerProcess> {
  const example = await ask(port, request);
  if (example.status !== status) throw new Error(`the request was answered ${example.status}: ${example.body}`);
  const floor = await startFloor(toFixed(example.head, status, example.body));
  const answer = await ask(floor.port, request);
  if (comparable(answer.head) !== comparable(example.head) || answer.body !== example.body) {
    throw new Error(`the floor answers other bytes:\n${answer.head}\ninstead of\n${example.head}`);
  }
  return floor;
}

/** Starts a floor that answers what Portvakt answers to such codes. Costs the crowd its next right code. @throws Error when they differ */
export async function openFloor(
  { server, crowd }: Stage,
  codes: 'right' | 'wrong',
  status: number,
): Promise<ServerProcess> {
  const supply = crowd[codes](1);
  const floor = await openFloorFor(server, supply.requests[0] as Buffer, status);
  supply.acknowledge(0);
  supply.spent(1);
  return floor;
}

function toFixed(head: string, status: number, body: string): FixedAnswer {
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(/: */, 2) as [string, string])
    .filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name.toLowerCase()));
  return { status, headers: Object.fromEntries(headers), body };
}

function comparable(head: string): string {
  return head.replace(/\r\nDate: [^\r]*/, '');
}
