import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { SettableClock } from './clock/clock.ts';
import { root } from './product.ts';
import type { Site } from './site.ts';

/** One server, which may be killed and started again any number of times. */
export interface Node {
  readonly name: string;
  /** Where it answers; undefined while it does not. */
  port(): number | undefined;
  /** Its process; undefined while there is none. */
  pid(): number | undefined;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Asks it to stop in good order. Resolves with its exit code. */
  stop(): Promise<number | null>;
  /** The process stands still (SIGSTOP), as on a machine that is overloaded or was put to sleep. */
  pause(): void;
  resume(): void;
  setClock(aheadMs: number): void;
  /** Told whenever it ended without having been asked to. */
  onEnd(listener: (code: number | null) => void): void;
}

const running = new Set<ChildProcess>();

/** The process that proves ends: nothing it started may stay behind. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts that may fail one after the other, because the database is away or another process holds the store. */
const mostStarts = 40;

/** How a server is started. */
interface Start {
  readonly clock: SettableClock;
  /** Words behind `portvakt serve`. */
  readonly words?: readonly string[];
  /** Asked at every start for more variables of the process. */
  env?(): NodeJS.ProcessEnv;
}

/** A server of the site. */
export function createNode(name: string, site: Site, { clock, words = [], env = () => ({}) }: Start): Node {
  let child: ChildProcess | undefined;
  let port: number | undefined;
  let isWanted = false;
  let listener = (_code: number | null) => {};
  const output = openSync(join(site.folder, `${name}.log`), 'a');

  async function launch(): Promise<boolean> {
    const all = [site.main, 'serve', '--config', site.configFile, '--port', '0', ...words];
    const more = env();
    const preload = [clock.env['LD_PRELOAD'], more['LD_PRELOAD']].filter(Boolean).join(' ');
    const started = spawn(process.execPath, all, {
      cwd: root,
      env: { ...process.env, ...clock.env, ...more, LD_PRELOAD: preload },
      stdio: ['ignore', 'pipe', output],
    });
    child = started;
    running.add(started);
    started.once('exit', (code) => {
      running.delete(started);
      if (child === started) {
        child = undefined;
        port = undefined;
      }
      if (isWanted && heard) listener(code);
    });
    let heard = false;
    for await (const line of createInterface({ input: started.stdout as NonNullable<typeof started.stdout> })) {
      const found = / answers at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (found === undefined) continue;
      heard = true;
      if (child === started) port = Number(found);
      // Whatever it still has to say must not fill the pipe.
      started.stdout?.resume();
      return true;
    }
    return false;
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    isWanted = false;
    port = undefined;
    const ending = child;
    if (ending === undefined || ending.exitCode !== null) return null;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  return {
    name,
    port: () => port,
    pid: () => child?.pid,
    async start() {
      isWanted = true;
      for (let tries = 0; tries < mostStarts; tries += 1) {
        if (await launch()) return;
        await pause(250);
      }
      throw new Error(`${name} did not start; see ${join(site.folder, `${name}.log`)}`);
    },
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    setClock: clock.set,
    onEnd(told) {
      listener = told;
    },
  };
}
