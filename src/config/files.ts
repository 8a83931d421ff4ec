import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Fault } from '../core/fault.ts';
import { readText, reasonOf } from './read-text.ts';
import { mergeWritten, type Place, type PlacedFault, startOf, type Written } from './written.ts';
import { parseYaml } from './yaml-file.ts';

/** Bytes of one configuration file at most. */
const fileLimit = 1024 * 1024;

/** What a configuration's files say together. */
export interface Gathered {
  readonly root: Written;
  readonly faults: readonly PlacedFault[];
  /** False when some file could not be read: what seems to be missing may stand there. */
  readonly complete: boolean;
}

interface Gathering {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly faults: PlacedFault[];
  /** Real paths of the files that are in already. */
  readonly seen: Set<string>;
  complete: boolean;
}

/** One file on its way in. `chain` are the real paths of the files that include it, outermost first. */
interface Arrival {
  readonly file: string;
  readonly chain: readonly string[];
  readonly askedAt: Place;
  readonly path: Fault['path'];
}

/**
 * Reads a configuration file and all it includes, expands and merges them.
 *
 * A file that is included by two others counts once. A pattern that matches nothing adds nothing; a folder that is not there is a fault.
 */
export function gatherFiles(file: string, env: Gathering['env']): Gathered {
  const gathering: Gathering = { env, faults: [], seen: new Set(), complete: true };
  const root = gather({ file, chain: [], askedAt: startOf(file), path: [] }, gathering);
  return { root: root ?? emptyMap(file), faults: gathering.faults, complete: gathering.complete };
}

function gather(arrival: Arrival, gathering: Gathering): Written | undefined {
  const real = realPath(arrival.file);
  if (arrival.chain.includes(real)) return refuse('the file includes itself', arrival, gathering);
  if (gathering.seen.has(real)) return undefined;
  gathering.seen.add(real);
  const own = readOne(arrival, gathering);
  if (own === undefined) {
    gathering.complete = false;
    return undefined;
  }
  const { settings, includes } = takeIncludes(own);
  let merged = settings;
  for (const next of arrivalsOf(includes, { ...arrival, chain: [...arrival.chain, real] }, gathering)) {
    const below = gather(next, gathering);
    if (below !== undefined) merged = mergeWritten(merged, below, [], gathering.faults);
  }
  return merged;
}

function readOne(arrival: Arrival, gathering: Gathering): Written | undefined {
  const { file } = arrival;
  try {
    const text = readText(file, fileLimit);
    const { written, faults } = parseYaml(text, file, { env: gathering.env, folder: dirname(file) });
    gathering.faults.push(...faults);
    if (written === undefined || written.kind === 'map') return written;
    if (written.kind === 'scalar' && written.value === null) return emptyMap(file);
    gathering.faults.push({ place: startOf(file), path: [], message: 'the file must be a map of settings' });
    return undefined;
  } catch (error) {
    return refuse(`cannot read the file ${file}: ${(error as Error).message}`, arrival, gathering);
  }
}

function takeIncludes(written: Written): { readonly settings: Written; readonly includes: Written | undefined } {
  if (written.kind !== 'map') return { settings: written, includes: undefined };
  const entries = new Map(written.entries);
  entries.delete('include');
  return { settings: { ...written, entries }, includes: written.entries.get('include') };
}

function arrivalsOf(includes: Written | undefined, from: Arrival, gathering: Gathering): Arrival[] {
  if (includes === undefined) return [];
  const patterns = includes.kind === 'list' ? includes.items : [includes];
  return patterns.flatMap((pattern, index) => {
    const path = includes.kind === 'list' ? ['include', index] : ['include'];
    const asked: Arrival = { ...from, askedAt: pattern.place, path };
    if (pattern.kind !== 'scalar' || typeof pattern.value !== 'string' || pattern.value === '') {
      // An expansion that failed has been reported where it stands.
      if (pattern.kind === 'scalar' && typeof pattern.value === 'symbol') gathering.complete = false;
      else refuse('must be the path of a file, or a list of paths', asked, gathering);
      return [];
    }
    return filesOf(pattern.value, asked, gathering).map((file) => ({ ...asked, file }));
  });
}

function filesOf(pattern: string, asked: Arrival, gathering: Gathering): string[] {
  const path = isAbsolute(pattern) ? pattern : join(dirname(asked.file), pattern);
  const folder = dirname(path);
  if (!path.includes('*')) return [path];
  if (folder.includes('*')) {
    refuse('"*" may stand in the last part of a path only', asked, gathering);
    return [];
  }
  const name = toPattern(basename(path));
  try {
    const names = readdirSync(folder).filter((found) => name.test(found));
    const files = names.sort().map((found) => join(folder, found));
    return files.filter((found) => !statSync(found).isDirectory());
  } catch (error) {
    refuse(`cannot list the folder ${folder}: ${reasonOf(error)}`, asked, gathering);
    return [];
  }
}

function toPattern(text: string): RegExp {
  const parts = text.split(/\*+/);
  // As in a shell, "*" leaves hidden files out.
  const hidden = text.startsWith('.') ? '' : '(?!\\.)';
  return new RegExp(`^${hidden}${parts.map((part) => part.replace(/[^\w]/g, '\\$&')).join('.*')}$`, 's');
}

function refuse(message: string, { askedAt, path }: Arrival, gathering: Gathering): undefined {
  gathering.faults.push({ place: askedAt, path, message });
  gathering.complete = false;
}

function emptyMap(file: string): Written {
  return { kind: 'map', place: startOf(file), entries: new Map() };
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // Reading it says why.
    return file;
  }
}
