import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Makes clocks that can be set, for other processes. */
export interface ClockMaker {
  /** A clock with this name; `env` is for the process that is to have it. */
  make(name: string): SettableClock;
}

/** The wall clock of one process. */
export interface SettableClock {
  readonly env: Readonly<Record<string, string>>;
  /** Sets it so many milliseconds ahead of the computer's. */
  set(aheadMs: number): void;
}

/**
 * Builds clock.c in a folder, with the C compiler of the machine.
 *
 * @throws Error without Linux or a C compiler
 */
export function buildClocks(folder: string): ClockMaker {
  if (process.platform !== 'linux') throw new Error('setting the clocks of servers needs Linux (LD_PRELOAD)');
  const library = join(folder, 'clock.so');
  const source = fileURLToPath(new URL('clock.c', import.meta.url));
  execFileSync('cc', ['-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, source, '-ldl']);
  return {
    make(name) {
      const file = join(folder, `${name}.clock`);
      const bytes = Buffer.alloc(8);
      writeFileSync(file, bytes);
      return {
        env: { LD_PRELOAD: library, PROVE_CLOCK: file },
        set(aheadMs) {
          bytes.writeBigInt64LE(BigInt(aheadMs));
          // Over the old bytes, in one write: the process has the file mapped.
          writeFileSync(file, bytes, { flag: 'r+' });
        },
      };
    },
  };
}
