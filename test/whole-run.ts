import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLeakSearch, type Output, outputFolder } from './support/leaks.ts';

// What is done once, before the first and after the last test of a run.

let folder = '';

/** Makes room for all that servers write during the run. */
export function setup(): void {
  folder = mkdtempSync(join(tmpdir(), 'portvakt-output-'));
  process.env[outputFolder] = folder;
}

/** Searches it for every password, code, message, number and token of the run. @throws Error with the places, which fails the run */
export function teardown(): void {
  const read = <T>(kind: string): T[] => {
    const files = readdirSync(folder).filter((name) => name.endsWith(`.${kind}`));
    const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean));
    return lines.map((line) => JSON.parse(line) as T);
  };
  const secrets = new Set(read<string>('secrets'));
  const outputs = read<Output>('output');
  rmSync(folder, { recursive: true });
  const search = createLeakSearch(secrets);
  const leaks = outputs.flatMap(({ place, text }) => search(text).map((leak) => ({ place, ...leak })));
  const characters = outputs.reduce((sum, { text }) => sum + text.length, 0);
  process.stdout.write(`Searched ${characters} characters of logs and events for ${secrets.size} secrets.\n`);
  const told = new Map(leaks.map(({ place, secret, excerpt }) => [`${place}\n  ${secret}`, `  in: ${excerpt}`]));
  if (told.size > 0) throw new Error(`secrets were written:\n\n${[...told].flat().slice(0, 40).join('\n')}`);
}
