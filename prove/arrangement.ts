import type { Blow } from './nemesis.ts';
import type { Random } from './random.ts';
import type { Site } from './site.ts';

/** How servers are put together: how many, over which store. */
export interface Arrangement {
  readonly name: string;
  readonly nodes: number;
  /** What it adds to the configuration. */
  readonly config: object;
  /** What can happen to its store. */
  blows(random: Random): readonly Blow[];
  /** The store goes. */
  end(): Promise<void>;
}

/** Four processes on one embedded store. */
export function onSqlite(): Arrangement {
  return { name: 'sqlite', nodes: 4, config: {}, blows: () => [], end: async () => {} };
}

/** Words that have `portvakt serve` be one process, where it would be several by itself. */
export async function wordsForOneProcess(site: Site): Promise<readonly string[]> {
  return (await site.command('serve', '--help')).includes('--workers') ? ['--workers', '1'] : [];
}
