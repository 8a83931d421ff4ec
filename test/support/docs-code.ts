import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parse, stringify } from 'yaml';
import type { z } from 'zod';
import { createProgram } from '../../src/commands/program.ts';
import { bindOperations } from '../../src/compose.ts';
import { loadConfig } from '../../src/config/load.ts';
import { blocksIn, codeIn } from './docs.ts';

/** The environment that documented configurations ask for. */
const surroundings = {
  TLS_PASSPHRASE: 'example',
  BANKID_PASSPHRASE: 'example',
  FREJA_PASSPHRASE: 'example',
  TOKEN_SEED: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  PORTAL_PASSWORD: 'example',
  PORTAL_NEXT_HASH: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g',
  INTRANET_PASSWORD: 'example',
  INTROSPECTION_SECRET: 'example',
};

/** Reads and binds a configuration as at the start. @throws ConfigFaults */
export function loadDocumented(file: string): void {
  bindOperations(loadConfig(file, { env: surroundings }));
}

/** Loads a block of a page as a file of its own; realms or tenants that it does not have stand in another, which includes it. */
export function loadBlock(block: string): void {
  inFolder(block, (folder) => {
    mkdirSync(join(folder, 'conf.d'));
    writeFileSync(join(folder, 'rest.yaml'), stringify({ include: 'block.yaml', ...whatIsMissingIn(parse(block)) }));
    loadDocumented(join(folder, 'rest.yaml'));
  });
}

/** Loads a configuration that must be whole, as it stands. */
export function loadText(text: string): void {
  inFolder(text, (folder) => loadDocumented(join(folder, 'block.yaml')));
}

/** Writes the block, with something in each file of the folder that it takes a secret from. */
function inFolder(block: string, load: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-docs-'));
  try {
    writeFileSync(join(folder, 'block.yaml'), block);
    mkdirSync(join(folder, 'secrets'));
    for (const [, name = ''] of block.matchAll(/\$\{file:secrets\/([\w-]+)\}/g))
      writeFileSync(join(folder, 'secrets', name), 'example\n');
    load(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function whatIsMissingIn(written: { readonly realms?: Record<string, object>; readonly tenants?: object }): object {
  const realms = { default: { directories: [{ type: 'built-in' }] } };
  const tenants = { t1: { operations: ['otp_token_auth'], callers: [{ open: true }] } };
  const hasDirectories = 'directories' in (written.realms?.['default'] ?? {});
  return { ...(hasDirectories ? {} : { realms }), ...(written.tenants === undefined ? { tenants } : {}) };
}

/** True when something stands at the path of a setting; `*` is any name, `[]` any item. */
export function isWritten(value: unknown, path: string): boolean {
  return isBelow(value, path.replaceAll('[]', '.[]').split('.'));
}

function isBelow(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const below = first === '*' || first === '[]' ? Object.values(value) : [(value as Record<string, unknown>)[first]];
  return below.some((item) => item !== undefined && isBelow(item, rest));
}

/** The type of a step's setting in words. */
export function kindOf({ type, enum: choices, items, minimum, maximum }: z.core.JSONSchema.BaseSchema): string {
  if (choices !== undefined) return choices.map((choice) => JSON.stringify(choice)).join(' | ');
  if (type === 'array') return `list of ${kindOf(items as z.core.JSONSchema.BaseSchema)}`;
  if (type === 'integer') return `integer, ${minimum} to ${maximum}`;
  if (type === 'boolean') return 'boolean';
  return type === 'object' ? 'map' : 'text';
}

/** A default as it stands in a table; nothing when there is none. */
export function shown(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A command with all its names, `portvakt token list`. */
export interface NamedCommand {
  readonly path: string;
  readonly command: Command;
}

/** A command and all below it, in order. */
export function commandsOf(command: Command, above = ''): readonly NamedCommand[] {
  const path = `${above} ${command.name()}`.trim();
  return [{ path, command }, ...command.commands.flatMap((below) => commandsOf(below, path))];
}

/** The row of an option: flags, choices, default, description. */
export function optionRow({ flags, argChoices, mandatory, defaultValue, description }: Command['options'][number]) {
  const values = (argChoices ?? []).map((choice) => `\`${choice}\``).join(', ');
  return [flags, values, mandatory ? 'must be given' : shown(defaultValue), description];
}

/** What a page says behind `./portvakt`, in blocks of `sh` and in code. */
export function commandLinesIn(text: string): readonly string[] {
  return shellIn(text).flatMap((line) => {
    const [, words] = /(?:^|\s)\.\/portvakt ([a-z-].*)$/.exec(line.replace(/\s[>|&].*$/, '')) ?? [];
    return words === undefined ? [] : [words];
  });
}

/** What a page says behind `npm run`. */
export function scriptsIn(text: string): readonly string[] {
  return shellIn(text).flatMap((line) => /npm run ([\w-]+)/.exec(line)?.[1] ?? []);
}

function shellIn(text: string): readonly string[] {
  return [...blocksIn(text, 'sh').flatMap((block) => block.split('\n')), ...codeIn(text)];
}

/** What is wrong with the words behind `portvakt`: a command or option that is not there, or an argument too few or too many. */
export function faultsIn(line: string): readonly string[] {
  const words = line.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  const { command, rest } = descend(createProgram(), words);
  const options = rest.filter((word) => word.startsWith('-'));
  const strange = options.filter((word) => optionOf(command, word) === undefined && word !== '--help');
  const values = options.filter((word) => optionOf(command, word)?.required === true).length;
  const given = rest.length - options.length - values;
  const isComplete = rest.length > 0 && options[0] !== '--help' && command.commands.length === 0;
  const wanted = command.registeredArguments.length;
  return [
    ...strange.map((word) => `there is no option ${word}`),
    ...(command.commands.length > 0 && given > 0 ? [`there is no command ${rest[0]}`] : []),
    ...(isComplete && given !== wanted ? [`${given} arguments instead of ${wanted}`] : []),
  ];
}

function optionOf({ options }: Command, word: string) {
  return options.find(({ short, long }) => word === short || word === long);
}

function descend(command: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  const below = command.commands.find((known) => known.name() === words[0]);
  return below === undefined ? { command, rest: words } : descend(below, words.slice(1));
}
