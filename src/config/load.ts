import type { Fault } from '../core/fault.ts';
import type { Operation } from '../core/operation.ts';
import { withAuthenticator } from './authenticator-checks.ts';
import { ConfigFaults, createLocate, formatFaults, formatLine, type Locate, sortLines } from './config-faults.ts';
import { convertExpansions } from './convert.ts';
import { crossCheck } from './cross-checks.ts';
import { type Gathered, gatherFiles } from './files.ts';
import { toFaults } from './issues.ts';
import { type Salvaged, salvage } from './salvage.ts';
import { type Config, configSchema } from './schema.ts';
import { missing, wording } from './wording.ts';
import { formatPlace, nearest, toPlain, unexpanded, type Written, withSetting, writtenAt } from './written.ts';

/** What the command line sets over the files. */
export interface Overrides {
  readonly port?: number;
  readonly host?: string;
  readonly data?: string;
}

/** A configuration without faults. */
export interface Loaded {
  /** Frozen, all the way down. Holds secrets: never log it. */
  readonly config: Config;
  /** Where a path of the configuration was written, for faults that are found later. */
  readonly locate: Locate;
}

/**
 * Reads a configuration: its files and what they include, expansions, schema, cross-checks.
 *
 * Paths that are settings (`data`, those under `listen.tls`) stay as they are written; includes and `${file:…}` begin at the file that
 * says them.
 *
 * @throws ConfigFaults with everything that is wrong
 */
export function loadConfig(
  path: string,
  options: { readonly env: Readonly<Record<string, string | undefined>>; readonly overrides?: Overrides },
): Loaded {
  const gathered = gatherFiles(path, options.env);
  const root = convertExpansions(configSchema, withOverrides(gathered.root, options.overrides ?? {}));
  const locate = createLocate(root);
  const { config, faults, operations, salvaged } = check(root, gathered);
  const lines = sortLines([
    ...gathered.faults.map((fault) => formatLine(formatPlace(fault.place), fault)),
    ...formatFaults(faults, locate),
  ]);
  if (lines.length > 0 || config === undefined) throw new ConfigFaults(lines, { operations, locate, config: salvaged });
  return { config: freeze(config), locate };
}

function check(root: Written, { complete }: Gathered) {
  const value = toPlain(root);
  const parsed = configSchema.safeParse(value, { error: wording });
  const config = parsed.success ? parsed.data : (salvage(configSchema, value) ?? {});
  const found = toFaults(parsed.error?.issues ?? [])
    .filter((fault) => complete || !mayStandElsewhere(fault))
    .map((fault) => withAuthenticator(fault, config.authenticators));
  const crossed = crossCheck(
    { config, sourceOf: (at) => sourceAt(root, at), isWritten: (at) => writtenAt(root, at) !== undefined },
    complete,
  );
  const faults = [...found, ...crossed].filter((fault) => !isUnexpanded(nearest(root, fault.path).node));
  return {
    config: parsed.data,
    faults,
    operations: soundOperations(config, found),
    salvaged: complete ? { ...config, authenticators: soundAuthenticators(config, found) } : undefined,
  };
}

/** Operations in which the schema found nothing wrong: their steps can be looked at. */
function soundOperations({ operations = {} }: { readonly operations?: object | undefined }, found: readonly Fault[]) {
  const faulty = new Set(found.filter(({ path }) => path[0] === 'operations').map(({ path }) => path[1]));
  const sound = Object.entries(operations).filter(([name]) => !faulty.has(name));
  return Object.fromEntries(sound) as Readonly<Record<string, Operation>>;
}

/** Authenticators in which the schema found nothing wrong, each in its place: what they run can be looked at. */
function soundAuthenticators({ authenticators = [] }: Salvaged<Config>, found: readonly Fault[]) {
  const faulty = new Set(found.filter(({ path }) => path[0] === 'authenticators').map(({ path }) => path[1]));
  return authenticators.map((each, index) => (faulty.has(index) ? undefined : each));
}

/** True for what a file that could not be read may hold. Lists are never merged: what an item lacks, it lacks. */
function mayStandElsewhere({ path, message }: Fault): boolean {
  return message === missing && path.every((part) => typeof part === 'string');
}

function withOverrides(root: Written, { host, port, data }: Overrides): Written {
  const place = { file: '(command line)', line: 0, column: 0 };
  const settings = [
    [['listen', 'host'], host],
    [['listen', 'port'], port],
    [['data'], data],
  ] as const;
  return settings.reduce(
    (merged, [path, value]) => (value === undefined ? merged : withSetting(merged, path, value, place)),
    root,
  );
}

function sourceAt(root: Written, path: readonly (string | number)[]): string | undefined {
  const written = writtenAt(root, path);
  return written?.kind === 'scalar' ? written.source : undefined;
}

function isUnexpanded(written: Written): boolean {
  return written.kind === 'scalar' && written.value === unexpanded;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
