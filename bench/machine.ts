import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { quantile } from './statistics.ts';

/** What the numbers depend on. */
export interface Machine {
  readonly processors: string;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  /** Commit that was measured. */
  readonly commit: string;
  /** File system on which the stores lie. */
  readonly fileSystem: string;
  /** Time of one 4 kB write and fdatasync there, in milliseconds. */
  readonly flushMs: { readonly p50: number; readonly p99: number };
  /** Load of the last minute before the bench began: who else was busy. */
  readonly loadBefore: number;
}

/** Looks at the machine, and at the disk under a folder. */
export function lookAtMachine(folder: string): Machine {
  return {
    processors: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    commit: commit(),
    fileSystem: fileSystemOf(folder),
    flushMs: measureFlush(folder),
    loadBefore: loadavg()[0] ?? 0,
  };
}

function commit(): string {
  const git = (...words: string[]) =>
    execFileSync('git', words, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const changed =
      git('status', '--porcelain', '--', '../src') === '' ? '' : ', with changes in src not yet committed';
    return git('rev-parse', '--short', 'HEAD') + changed;
  } catch {
    return 'unknown';
  }
}

/** The type in the mount with the longest path above the folder (proc(5), /proc/self/mounts). @throws Error when it is memory, not a disk */
function fileSystemOf(folder: string): string {
  const path = `${realpathSync(folder)}/`;
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, point = '-']) => path.startsWith(point === '/' ? point : `${point}/`))
    .sort(([, a = ''], [, b = '']) => b.length - a.length);
  const type = mounts[0]?.[2] ?? 'unknown';
  if (type === 'tmpfs' || type === 'ramfs')
    throw new Error(`data/ lies on ${type}: nothing is durable there; choose a disk`);
  return type;
}

function measureFlush(folder: string): Machine['flushMs'] {
  const file = join(folder, 'flush');
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 200 }, () => {
    const began = performance.now();
    writeSync(handle, block);
    fdatasyncSync(handle);
    return performance.now() - began;
  });
  closeSync(handle);
  rmSync(file);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
