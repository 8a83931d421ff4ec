import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is wrong with the disk; see power.c for each. */
export interface DiskSettings {
  readonly folder: string;
  readonly cut?: number;
  readonly keep?: number;
  readonly seed?: number;
  readonly slow?: number;
  readonly fault?: string;
  readonly notes?: string;
}

/** A disk to run another process on. `env` are variables for that process; `remove` when it is no longer wanted. */
export interface Disk {
  env(settings: DiskSettings): NodeJS.ProcessEnv;
  remove(): void;
}

/**
 * Builds power.c, with the C compiler of the machine.
 *
 * @throws Error without Linux or a C compiler: these tests need both
 */
export function buildDisk(): Disk {
  if (process.platform !== 'linux') throw new Error('the tests that cut the power need Linux (LD_PRELOAD)');
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-disk-'));
  const library = join(folder, 'power.so');
  try {
    const source = fileURLToPath(new URL('power.c', import.meta.url));
    execFileSync('cc', ['-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, source]);
  } catch (cause) {
    rmSync(folder, { recursive: true });
    throw new Error('the tests that cut the power need a C compiler under the name "cc", such as gcc', { cause });
  }
  return {
    env: (settings) => ({
      LD_PRELOAD: library,
      ...Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [`POWER_${name.toUpperCase()}`, `${value}`]),
      ),
    }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
