import { isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type YAMLMap } from 'yaml';
import type { Fault } from '../core/fault.ts';
import { expand, type Surroundings } from './expand.ts';
import { type Place, type PlacedFault, unexpanded, type Written } from './written.ts';

/** Maps and lists inside one another, at most. */
const depthLimit = 64;
/** Values that aliases may repeat in one file, all together: enough for sharing, too few for a bomb. */
const aliasLimit = 10_000;

/** Where expansions of a file begin. */
export type Origin = Omit<Surroundings, 'template'>;

/** One file on its way from YAML to settings. */
export interface Reading {
  readonly file: string;
  readonly lines: LineCounter;
  readonly surroundings: Origin;
  readonly faults: PlacedFault[];
  readonly anchors: Map<string, Node>;
  /** Anchored values that are being repeated, outermost first. */
  readonly repeating: Set<Node>;
  /** Values that aliases have repeated so far. */
  repeated: number;
}

/** Line and column of an offset in the file. */
export function placeOf(offset: number, { file, lines }: Reading): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

/**
 * A node and all below it, expanded, with their places. What is wrong becomes a fault, and the value `unexpanded`.
 */
export function writeNode(node: Node | null, path: Fault['path'], place: Place, reading: Reading): Written {
  if (isAlias(node)) return writeAlias(node.source, path, place, reading);
  if (path.length > depthLimit) return broken('is nested too deeply', path, place, reading);
  if (reading.repeating.size > 0 && ++reading.repeated > aliasLimit) {
    if (reading.repeated > aliasLimit + 1) return scalar(unexpanded, '', place);
    return broken(`aliases repeat more than ${aliasLimit} values`, path, place, reading);
  }
  rememberAnchor(node, path, place, reading);
  if (isMap(node)) return writeMap(node, path, place, reading);
  if (isSeq(node)) {
    const items = (node.items as Node[]).map((item, index) =>
      writeNode(item, [...path, index], placeOf(item.range?.[0] ?? 0, reading), reading),
    );
    return { kind: 'list', place, items };
  }
  const value = isScalar(node) ? node.value : null;
  return typeof value === 'string' ? writeText(value, path, place, reading) : scalar(value, String(value), place);
}

function writeMap(map: YAMLMap, path: Fault['path'], place: Place, reading: Reading): Written {
  const entries = new Map<string, Written>();
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const here = isScalar(key) ? placeOf(key.range?.[0] ?? 0, reading) : place;
    const known = entries.get(name);
    if (known !== undefined) {
      broken(`is set twice, first on line ${known.place.line}`, [...path, name], here, reading);
    } else if (name === '__proto__') {
      broken('no setting may have this name', [...path, name], here, reading);
    } else {
      entries.set(name, writeNode(value as Node | null, [...path, name], here, reading));
    }
  }
  return { kind: 'map', place, entries };
}

function writeText(source: string, path: Fault['path'], place: Place, reading: Reading): Written {
  const { text, whole, faults } = expand(source, { ...reading.surroundings, template: path[0] === 'operations' });
  for (const message of faults) reading.faults.push({ place, path, message });
  return { kind: 'scalar', place, value: faults.length === 0 ? text : unexpanded, source, whole };
}

function writeAlias(name: string, path: Fault['path'], place: Place, reading: Reading): Written {
  const node = reading.anchors.get(name);
  if (node === undefined) return broken('there is no such anchor before this alias', path, place, reading);
  if (reading.repeating.has(node)) return broken('the alias stands inside what it repeats', path, place, reading);
  reading.repeating.add(node);
  const written = writeNode(node, path, place, reading);
  reading.repeating.delete(node);
  return written;
}

function rememberAnchor(node: Node | null, path: Fault['path'], place: Place, reading: Reading): void {
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (node === null || anchor === undefined || reading.repeating.size > 0) return;
  if (reading.anchors.has(anchor)) broken(`the anchor "${anchor}" is defined twice`, path, place, reading);
  reading.anchors.set(anchor, node);
}

function broken(message: string, path: Fault['path'], place: Place, { faults }: Reading): Written {
  faults.push({ place, path, message });
  return scalar(unexpanded, '', place);
}

function scalar(value: unknown, source: string, place: Place): Written {
  return { kind: 'scalar', place, value, source, whole: false };
}
