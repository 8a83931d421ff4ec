import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { killAll } from './processes.ts';

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
