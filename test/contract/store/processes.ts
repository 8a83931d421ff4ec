import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { createAuditLog } from '../../../src/adapters/audit-log.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { newKeyLine, parseKeyRing } from '../../../src/adapters/key-ring.ts';
import type { Store } from '../../../src/core/store.ts';
import { thing } from './fixture.ts';
import { openStoreAt } from './open-store.ts';

/** Another process: what it has said so far, and ways to wait for it. */
export interface Worker {
  readonly child: ChildProcess;
  /** Lines of its standard output. */
  readonly said: readonly string[];
  /** Resolves with the first line from number `from` on that begins like this. @throws Error when it ends before */
  hear(beginning: string, from?: number): Promise<string>;
  /** Resolves with the signal or exit code that ended it. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
}

/** Runs a script with this very Node.js in a process of its own; it does not outlive the test. */
export function startWorker(script: URL, args: readonly string[], env: NodeJS.ProcessEnv): Worker {
  const child = spawn(process.execPath, [script.pathname, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => said.push(line));
  const closed = once(lines, 'close');
  const ended = once(child, 'exit').then(async ([code, signal]: unknown[]) => {
    await closed;
    return (signal ?? code) as NodeJS.Signals | number | null;
  });
  async function hear(beginning: string, from = 0): Promise<string> {
    for (;;) {
      const found = said.slice(from).find((line) => line.startsWith(beginning));
      if (found !== undefined) return found;
      const event = await Promise.race([once(lines, 'line').then(() => 'line'), ended.then(() => 'end')]);
      if (event === 'end') throw new Error(`the process ended before it said "${beginning}"`);
    }
  }
  return { child, said, hear, ended };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A place for one database: opens it here, or starts a worker on it (worker.ts; `script`, to start another). */
export function place(waitMs = 5000) {
  const folder = join(temporaryFolder(), 'data');
  const path = join(folder, 'portvakt.db');
  return { folder, ...placeAt(path, waitMs) };
}

/** The same for a database that is there: a path, or the address of a PostgreSQL. */
export function placeAt(path: string, waitMs = 5000) {
  const keys = newKeyLine(0);
  const ring = parseKeyRing(keys);
  function open(): Store {
    const store = openStoreAt(path, { clock: systemClock, log: createAuditLog(ring), waitMs });
    onTestFinished(() => store.close());
    return store;
  }
  function start(task: string, argument = '', env = {}, script = new URL('worker.ts', import.meta.url)): Worker {
    return startWorker(script, [task, path, argument], { KEYS: keys, ...env });
  }
  return { path, ring, open, start };
}

/** All ids of things that begin like this. */
export async function idsIn(store: Store, prefix: string): Promise<string[]> {
  const ids: string[] = [];
  for (let more = true; more; ) {
    const page = await store.list(thing, { prefix, limit: 1000, after: ids.at(-1) ?? '' });
    ids.push(...page.items.map(({ id }) => id));
    more = page.more;
  }
  return ids;
}
