import { resolve } from 'node:path';
import { readText } from './read-text.ts';

/** Bytes that `${file:…}` reads at most. */
const fileLimit = 64 * 1024;

/** What expansions may draw on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the file that says `${file:…}`. */
  readonly folder: string;
  /** True where `${…}` is filled in again for each request; nothing that is put in may then look like that. */
  readonly template: boolean;
}

/** A text after its expansions. With `faults`, `text` must not be used. */
export interface Expanded {
  readonly text: string;
  /** True when the text was one expansion and nothing else. */
  readonly whole: boolean;
  /** Sentences that name variables and files, never what they hold. */
  readonly faults: readonly string[];
}

/**
 * Carries out `${env:NAME}`, `${env:NAME:-default}` and `${file:path}`; leaves every other `${…}` alone.
 *
 * As in a shell, the default stands for a variable that is unset or empty. A file loses one newline at its end. What was put in is
 * not expanded again.
 */
export function expand(text: string, surroundings: Surroundings): Expanded {
  const faults: string[] = [];
  let whole = false;
  const expanded = text.replace(
    /\$\{(env|file):([^}]*)(\}?)/g,
    (all: string, kind: string, body: string, end: string) => {
      whole = all.length === text.length;
      try {
        return expansion(kind, body, end, surroundings);
      } catch (error) {
        faults.push((error as Error).message);
        return '';
      }
    },
  );
  return { text: expanded, whole, faults };
}

function expansion(kind: string, body: string, end: string, { env, folder, template }: Surroundings): string {
  if (end === '') throw new Error(`"\${${kind}:" has no "}"`);
  if (body.includes('${')) throw new Error('an expansion may not stand inside another');
  const value = kind === 'env' ? fromEnvironment(body, env) : fromFile(body, folder);
  if (template && value.includes('${')) {
    throw new Error(`what \${${kind}:${body}} stands for holds "\${", which may not be put into a step’s settings`);
  }
  return value;
}

function fromEnvironment(body: string, env: Surroundings['env']): string {
  const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(body) ?? [];
  if (name === undefined) throw new Error('an expansion is written ${env:NAME} or ${env:NAME:-default}');
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (fallback !== undefined) return value || fallback;
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

function fromFile(path: string, folder: string): string {
  if (path === '') throw new Error('an expansion is written ${file:path}');
  try {
    return readText(resolve(folder, path), fileLimit).replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`cannot read the file ${path}: ${(error as Error).message}`);
  }
}
