import type { Fault } from '../core/fault.ts';

/** Where something was written. Line and column count from 1; line 0 means the file has no lines, e.g. `(command line)`. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The value of a setting that could not be expanded. Its own fault was reported; whatever else is said of it is noise. */
export const unexpanded = Symbol('unexpanded');

/** A map as it was written: key → setting, in the order of the file. `place` of an entry is its key's. */
export interface WrittenMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Written>;
}

/** A list as it was written. */
export interface WrittenList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Written[];
}

/** A value as it was written, with its expansions carried out. */
export interface WrittenScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  /** Text, number, boolean, null or {@link unexpanded}. */
  readonly value: unknown;
  /** Before expansion: what may be repeated in a fault. */
  readonly source: string;
  /** True when the whole value is one expansion, so that its text may stand for a number or a boolean. */
  readonly whole: boolean;
}

/** The configuration between YAML and the schema: plain data that still knows where it was written. */
export type Written = WrittenMap | WrittenList | WrittenScalar;

/** A fault whose place is known better than by its path, e.g. of a file that did not become settings. */
export interface PlacedFault extends Fault {
  readonly place: Place;
}

/** `file:line:column`; the file alone where there are no lines. */
export function formatPlace({ file, line, column }: Place): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}

/** Where a file begins. */
export function startOf(file: string): Place {
  return { file, line: 1, column: 1 };
}

/** The data without its places; what the schema reads. */
export function toPlain(written: Written): unknown {
  if (written.kind === 'scalar') return written.value;
  if (written.kind === 'list') return written.items.map(toPlain);
  return Object.fromEntries([...written.entries].map(([key, value]) => [key, toPlain(value)]));
}

/** What was written at exactly this path. */
export function writtenAt(root: Written, path: Fault['path']): Written | undefined {
  const { node, depth } = nearest(root, path);
  return depth === path.length ? node : undefined;
}

/** The last thing on the way to `path` that was written, and how many parts of the path led to it. */
export function nearest(root: Written, path: Fault['path']): { readonly node: Written; readonly depth: number } {
  let node = root;
  for (const [depth, part] of path.entries()) {
    const next = child(node, part);
    if (next === undefined) return { node, depth };
    node = next;
  }
  return { node, depth: path.length };
}

function child(node: Written, part: string | number): Written | undefined {
  if (node.kind === 'map') return node.entries.get(String(part));
  return node.kind === 'list' ? node.items[Number(part)] : undefined;
}

/** Puts two files' settings together: maps into one another; anything else that both set is a fault that names both places. */
export function mergeWritten(first: Written, second: Written, path: Fault['path'], faults: PlacedFault[]): Written {
  if (first.kind !== 'map' || second.kind !== 'map') {
    faults.push({ place: second.place, path, message: `is set at ${formatPlace(first.place)} already` });
    return first;
  }
  const entries = new Map(first.entries);
  for (const [key, value] of second.entries) {
    const known = entries.get(key);
    entries.set(key, known === undefined ? value : mergeWritten(known, value, [...path, key], faults));
  }
  return { ...first, entries };
}

/** The settings with one of them replaced or added, as the command line does. Leaves alone what is no map where one must be. */
export function withSetting(root: Written, [key, ...rest]: readonly string[], value: unknown, place: Place): Written {
  if (key === undefined) return { kind: 'scalar', place, value, source: String(value), whole: false };
  if (root.kind !== 'map') return root;
  const below = root.entries.get(key) ?? { kind: 'map', place, entries: new Map() };
  return { ...root, entries: new Map(root.entries).set(key, withSetting(below, rest, value, place)) };
}
