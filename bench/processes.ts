import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FixedAnswer } from './floor.ts';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** CPU time used so far, by all its threads, in user and kernel, in seconds. */
  cpuSeconds(): number;
  /** Sends the signal and waits for the end. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const running = new Set<ChildProcess>();

/** The process that measures ends: nothing it started may stay behind. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts Portvakt as an operator does, but in one process. `nodeOptions` are for Node itself, e.g. its profiler. */
export function startPortvakt(configFile: string, nodeOptions: readonly string[] = []): Promise<ServerProcess> {
  return start([...nodeOptions, 'src/main.ts', 'serve', '--workers', '0', '--config', configFile]);
}

/** Starts a simulated BankID; gives its settings as a configuration, and where its user is played. Writes its certificates into the folder. */
export async function startBankId(folder: string): Promise<{ readonly configuration: string; readonly page: string }> {
  const words = ['src/main.ts', 'simulate', 'bankid', '--folder', folder];
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith('Ctrl-C')) break;
  }
  child.stdout.resume();
  const said = lines.join('\n');
  const [, page] = /the user is played at (\S+)/.exec(said) ?? [];
  const [, configuration] = /^(bankid:\n[\s\S]*)\nCtrl-C/m.exec(said) ?? [];
  if (page === undefined || configuration === undefined) throw new Error(`the simulated BankID said: ${said}`);
  return { page, configuration };
}

/** Starts the floor, with what it is to answer. */
export function startFloor(answer: FixedAnswer): Promise<ServerProcess> {
  return start(['bench/floor.ts', JSON.stringify(answer)]);
}

async function start(words: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const ended = once(child, 'exit').then(([code, signal]) => {
    // Nobody asked it to: what follows are broken connections, and this line says why.
    if (running.delete(child)) process.stderr.write(`\n${words.join(' ')} ended by itself: ${signal ?? code}\n`);
  });
  const port = await Promise.race([portOf(child), ended.then(() => undefined)]);
  if (port === undefined) throw new Error(`${words.join(' ')} ended before it answered`);
  return {
    port,
    pid: child.pid ?? 0,
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    async end(signal) {
      running.delete(child);
      child.kill(signal);
      await ended;
    },
  };
}

async function portOf({ stdout }: ChildProcess): Promise<number | undefined> {
  if (stdout === null) return undefined;
  const lines = createInterface({ input: stdout });
  for await (const line of lines) {
    const port = / answers at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    // Whatever it still has to say must not fill the pipe.
    stdout.resume();
    return Number(port);
  }
  return undefined;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Fields 14 and 15 of /proc/<pid>/stat, utime and stime (proc(5)); the second field, a name, may hold blanks. */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
