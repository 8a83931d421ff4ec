import { readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, connect } from './load.ts';
import { lookAtMachine, type Machine } from './machine.ts';
import { startPortvakt } from './processes.ts';
import { makeFolder } from './scene.ts';
import { spread } from './statistics.ts';

/** Polls that wait at once. */
const polls = 10_000;

/** What the people of a farm of sign-in pages do at worst: everybody waits, and everybody is told at once. */
interface Round {
  /** Memory of the server with the connections open and nothing asked, and with every poll parked, in bytes. */
  readonly idle: number;
  readonly parked: number;
  /** From the news to the last answer, in milliseconds; and the same for as many polls that do not wait. */
  readonly wakeMs: number;
  readonly plainMs: number;
}

/** `npm run bench -- --parked`: ten thousand polls that wait for the news of an approval, in one process. */
export async function benchParked(rounds: number, tell: (text: string) => void): Promise<void> {
  const folder = makeFolder();
  const file = join(folder, 'portvakt.yaml');
  const operations = ['onetouch_start_auth', 'onetouch_check_auth', 'onetouch_cancel'];
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    data: join(folder, 'data'),
    realms: { default: { directories: [{ type: 'built-in', people: { wgretzky: {} } }] } },
    tenants: { t1: { operations, callers: [{ open: true }] } },
  };
  writeFileSync(file, JSON.stringify(config));
  const server = await startPortvakt(file);
  tell(`opening ${polls} connections`);
  const sockets: Socket[] = [];
  while (sockets.length < polls) sockets.push(...(await connect(server.port, 500)));
  const measured: Round[] = [];
  // The first is not counted: code is compiled as it is used.
  for (let round = 0; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}`);
    const one = await play(server.port, server.pid, sockets);
    if (round > 0) measured.push(one);
  }
  for (const socket of sockets) socket.destroy();
  await server.end('SIGTERM');
  tell('');
  const text = report(measured, lookAtMachine(folder));
  process.stdout.write(text);
  const result = join(import.meta.dirname, 'results', `${new Date().toISOString().slice(0, 10)}-parked.md`);
  writeFileSync(result, text);
  process.stdout.write(`\nKept in ${result}\n`);
}

async function play(port: number, pid: number, sockets: readonly Socket[]): Promise<Round> {
  const idle = memoryOf(pid);
  const started = await ask(port, request('onetouch_start_auth', { username: 'wgretzky' }));
  const { assignmentid } = JSON.parse(started.body) as { readonly assignmentid: string };

  const plainBegan = performance.now();
  const plain = lastAnswer(sockets);
  for (const socket of sockets) socket.write(request('onetouch_check_auth', { assignmentid }));
  const plainMs = (await plain) - plainBegan;

  const woken = lastAnswer(sockets);
  for (const socket of sockets) socket.write(request('onetouch_check_auth', { assignmentid }, 'prefer: wait=50\r\n'));
  // Long enough for every one of them to be read and parked.
  await sleep(5000);
  const parked = memoryOf(pid);
  const wakeBegan = performance.now();
  await ask(port, request('onetouch_cancel', { assignmentid }));
  return { idle, parked, plainMs, wakeMs: (await woken) - wakeBegan };
}

/** When the last of the connections has its answer. */
async function lastAnswer(sockets: readonly Socket[]): Promise<number> {
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('data', resolve))));
  return performance.now();
}

function request(operation: string, properties: Readonly<Record<string, string>>, more = ''): Buffer {
  const body = JSON.stringify(properties);
  return Buffer.from(
    `PUT /api/authentication/${operation} HTTP/1.1\r\nhost: localhost\r\ntenant: t1\r\ncontent-type: application/json\r\n${more}content-length: ${body.length}\r\n\r\n${body}`,
  );
}

/** VmRSS of /proc/<pid>/status (proc(5)), in bytes. */
function memoryOf(pid: number): number {
  return Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function report(rounds: readonly Round[], { processors, node, commit, loadBefore }: Machine): string {
  const row = (what: string, values: readonly number[], unit: string) => {
    const { min, median, max } = spread(values);
    return `| ${what} | ${median.toFixed(0)} ${unit} | ${min.toFixed(0)}–${max.toFixed(0)} |`;
  };
  const megabytes = rounds.map(({ idle, parked }) => (parked - idle) / 1e6);
  return [
    `# ${polls} polls that wait`,
    '',
    'One process; one approval that all of them ask about with `prefer: wait=50`, until it is cancelled.',
    '',
    '| What | Median | Range |',
    '| --- | --- | --- |',
    row('memory above idle, all connections open', megabytes, 'MB'),
    row(
      'from the news to the last answer',
      rounds.map(({ wakeMs }) => wakeMs),
      'ms',
    ),
    row(
      'as many polls that do not wait',
      rounds.map(({ plainMs }) => plainMs),
      'ms',
    ),
    '',
    `${rounds.length} rounds; ${processors}, Node ${node}, commit ${commit}; load of the machine before: ${loadBefore.toFixed(1)}.`,
    '',
  ].join('\n');
}
