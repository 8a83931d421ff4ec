import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Postgres } from './postgres.ts';
import { fillStore, writeConfig } from './store.ts';

/** What decides how a filled store looks; when one of these is another, stores made before are of no use. */
const makers = [
  ['../src/core', /^(account|store|event)\.ts$/],
  ['../src/adapters', /^(sqlite-|store-|postgres-|audit-log|vault|key-ring|directory-people).*(?<!\.test)\.ts$/],
  ['../src/methods/otp-token', /^first-tokens\.ts$/],
  ['.', /^(store|codes)\.ts$/],
] as const;

/**
 * Filled stores that outlive a run, below the computer's folder for temporary files: a million people take a minute or two to make, and
 * seconds to copy.
 */
export function stockFolder(): string {
  const all = join(tmpdir(), 'portvakt-bench');
  const own = join(all, fingerprint());
  mkdirSync(own, { recursive: true });
  // A database that runs as somebody else lies below it.
  for (const folder of [all, own]) chmodSync(folder, 0o755);
  for (const other of readdirSync(all)) {
    if (join(all, other) !== own) rmSync(join(all, other), { recursive: true, force: true });
  }
  return own;
}

/** Puts a filled embedded store and its keys into a data folder. `progress` is told when it has to be made first. */
export async function stockEmbedded(people: number, data: string, progress: (done: number) => void): Promise<void> {
  const stock = join(stockFolder(), `embedded-${people}`);
  if (!existsSync(stock)) {
    const making = `${stock}.${process.pid}`;
    rmSync(making, { recursive: true, force: true });
    await fillStore(writeConfig(making), people, progress);
    renameSync(join(making, 'data'), stock);
    rmSync(making, { recursive: true });
  }
  cpSync(stock, data, { recursive: true });
  for (const name of readdirSync(data)) flush(join(data, name));
}

/**
 * Makes a database with so many people, and puts its keys into a data folder. `progress` is told when it has to be filled
 * first.
 */
export async function stockPostgres(
  postgres: Postgres,
  { people, name, data }: { readonly people: number; readonly name: string; readonly data: string },
  progress: (done: number) => void,
): Promise<void> {
  const stock = `people_${people}`;
  const keys = join(stockFolder(), `${stock}.keys.txt`);
  if (!postgres.has(stock)) {
    const making = `run_${stock}`;
    const folder = join(stockFolder(), `${stock}.${process.pid}`);
    postgres.create(making);
    await fillStore(writeConfig(folder, { store: postgres.addressOf(making) }), people, progress);
    cpSync(join(folder, 'data', 'keys.txt'), keys);
    postgres.rename(making, stock);
    rmSync(folder, { recursive: true });
  }
  postgres.create(name, stock);
  mkdirSync(data, { recursive: true });
  cpSync(keys, join(data, 'keys.txt'));
}

/** What is copied must be on the disk before anything is measured on it. */
function flush(file: string): void {
  const handle = openSync(file, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function fingerprint(): string {
  const digest = createHash('sha256');
  for (const [folder, pattern] of makers) {
    const path = join(import.meta.dirname, folder);
    for (const name of readdirSync(path).filter((file) => pattern.test(file)))
      digest.update(readFileSync(join(path, name)));
  }
  return digest.digest('hex').slice(0, 16);
}
