import type { Fault } from '../core/fault.ts';
import type { Operation } from '../core/operation.ts';
import type { Salvaged } from './salvage.ts';
import type { Config } from './schema.ts';
import { formatPlace, nearest, type Written } from './written.ts';

/** Turns a path of the configuration into the place where it was written. */
export type Locate = (path: Fault['path']) => string;

/** What could be read in spite of the faults. */
interface Rest {
  readonly operations?: Readonly<Record<string, Operation>> | undefined;
  readonly config?: Salvaged<Config> | undefined;
  readonly locate?: Locate;
}

/** Everything that is wrong with a configuration, at once. `lines` are sorted by file and position and hold no expanded value. */
export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults';
  /** Each `file:line:column: path.in.config: message`. */
  readonly lines: readonly string[];
  /** The operations that could be read all the same, for whoever can find more faults in them. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** What else could be read; absent while a file is missing, in which the rest may stand. */
  readonly config: Salvaged<Config> | undefined;
  readonly locate: Locate | undefined;

  constructor(lines: readonly string[], rest: Rest = {}) {
    super([`the configuration has ${lines.length === 1 ? 'a fault' : `${lines.length} faults`}:`, ...lines].join('\n'));
    this.lines = lines;
    this.operations = rest.operations ?? {};
    this.config = rest.config;
    this.locate = rest.locate;
  }
}

/** Faults as lines for the operator, sorted by file and position. The same line is said once. */
export function formatFaults(faults: readonly Fault[], locate: Locate): string[] {
  return sortLines(faults.map((fault) => formatLine(locate(fault.path), fault)));
}

/** One line for one fault. Control characters are spelled out, so that a fault stays on its line. */
export function formatLine(where: string, { path, message }: Fault): string {
  const parts = path.length === 0 ? [where, message] : [where, formatPath(path), message];
  return parts.join(': ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, spellOut);
}

function spellOut(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** `tenants.t1.callers[0].basic`; keys that would not read so are quoted: `realms["a.b"]`. */
export function formatPath(path: Fault['path']): string {
  const parts = path.map((part) => {
    if (typeof part === 'number') return `[${part}]`;
    return /^[\p{L}\p{N}_-]+$/u.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  });
  return parts.join('').replace(/^\./, '');
}

/** Lines of {@link formatLine} by file, line and column; those without a line come last; no line twice. */
export function sortLines(lines: readonly string[]): string[] {
  const keyed = [...new Set(lines)].map((line) => {
    const [, file = '', row = '0', column = '0'] = /^(.*?):(\d+):(\d+): /.exec(line) ?? [];
    return { line, file, row: Number(row), column: Number(column) };
  });
  keyed.sort(
    (a, b) =>
      Number(a.file === '') - Number(b.file === '') ||
      compare(a.file, b.file) ||
      a.row - b.row ||
      a.column - b.column ||
      compare(a.line, b.line),
  );
  return keyed.map(({ line }) => line);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Finds where a path was written: the nearest thing above it that was.
 *
 * An operation that is not in the files is one that ships: `(preset)`.
 */
export function createLocate(root: Written): Locate {
  return (path) => {
    const { node, depth } = nearest(root, path);
    return path[0] === 'operations' && path.length > 1 && depth < 2 ? '(preset)' : formatPlace(node.place);
  };
}
