import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuSecondsOf, processesBelow } from './cpu.ts';
import type { FixedAnswer } from './floor.ts';

/** A server in processes of its own. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** CPU time used so far, by all its processes and threads, in user and kernel, in seconds. */
  cpuSeconds(): number;
  /** Sends the signal and waits for the end. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<void>;
}

/** How a program is started. */
export interface Start {
  readonly words: readonly string[];
  /** Node, unless given. */
  readonly program?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The line by which it says that it is ready, and its port as the first group unless that is given. */
  readonly ready?: RegExp;
  /** For a program that says nothing: whether it is ready. Asked until it is. */
  readyWhen?(): Promise<boolean>;
  /** Where it says so; on standard output, unless given. */
  readonly readyOn?: 'stdout' | 'stderr';
  readonly port?: number;
  /** User and group that it runs as. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** How Portvakt is started. */
export interface PortvaktOptions {
  /** Processes that answer; 0: the one that is started, which is then alone. */
  readonly workers?: number;
  /** For Node itself, e.g. its profiler. */
  readonly nodeOptions?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const running = new Set<ChildProcess>();

/** The process that measures ends: nothing it started may stay behind. */
export function killAll(): void {
  for (const { pid = 0 } of running) for (const one of [pid, ...processesBelow(pid)]) kill(one);
}

/** Starts Portvakt as an operator does. */
export function startPortvakt(configFile: string, options: PortvaktOptions = {}): Promise<ServerProcess> {
  const { workers = 1, nodeOptions = [], env = {} } = options;
  const words = [...nodeOptions, 'src/main.ts', 'serve', '--config', configFile, '--workers', String(workers)];
  return start({ words, env, ready: / answers at http:\/\/127\.0\.0\.1:(\d+)/ });
}

/** Starts a simulated BankID; gives its settings as a configuration, and where its user is played. Writes its certificates into the folder. */
export async function startBankId(folder: string) {
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
  return {
    page,
    configuration,
    async end() {
      running.delete(child);
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts the floor, with what it is to answer. */
export function startFloor(answer: FixedAnswer, processes = 1): Promise<ServerProcess> {
  const words = ['bench/floor.ts', JSON.stringify(answer), String(processes)];
  return start({ words, ready: / answers at http:\/\/127\.0\.0\.1:(\d+)/ });
}

/** Starts a program and waits until it has said its port. @throws Error when it ends before that */
export async function start(how: Start): Promise<ServerProcess> {
  const { words, program = process.execPath, env, cwd = root, readyOn = 'stdout', user } = how;
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', readyOn === 'stderr' ? 'pipe' : 'inherit'],
    ...user,
  });
  running.add(child);
  const ended = once(child, 'exit').then(([code, signal]) => {
    // Nobody asked it to: what follows are broken connections, and this line says why.
    if (running.delete(child))
      process.stderr.write(`\n${program} ${words.join(' ')} ended by itself: ${signal ?? code}\n`);
  });
  const port = await Promise.race([
    how.readyWhen === undefined ? portOf(child, how) : portWhen(child, how),
    ended.then(() => undefined),
  ]);
  if (port === undefined) throw new Error(`${program} ${words.join(' ')} ended before it answered`);
  return {
    port,
    pid: child.pid ?? 0,
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    async end(signal) {
      running.delete(child);
      const below = signal === 'SIGKILL' ? processesBelow(child.pid ?? 0) : [];
      child.kill(signal);
      // Nobody is left to end those below it.
      for (const pid of below) kill(pid);
      await ended;
    },
  };
}

async function portWhen(child: ChildProcess, { readyWhen, port }: Start): Promise<number | undefined> {
  child.stdout?.resume();
  while (child.exitCode === null && child.signalCode === null) {
    if (await readyWhen?.()) return port;
    await sleep(50);
  }
  return undefined;
}

async function portOf(child: ChildProcess, { ready, readyOn = 'stdout', port }: Start): Promise<number | undefined> {
  if (readyOn === 'stderr') child.stdout?.resume();
  const output = child[readyOn];
  if (ready === undefined || output === null) return undefined;
  for await (const line of createInterface({ input: output })) {
    const said = ready.exec(line);
    if (said === null) continue;
    // Whatever it still has to say must not fill the pipe.
    output.resume();
    return port ?? Number(said[1]);
  }
  return undefined;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
