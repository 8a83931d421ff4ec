/** `npm run bench`: what a request costs, as a ratio to the least it could cost. How to read it: docs/performance.md. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Findings, nothing, together } from './findings.ts';
import { makeFolder } from './folder.ts';
import { lookAtMachine } from './machine.ts';
import { benchPages } from './pages.ts';
import { type Bench, full, quick } from './plan.ts';
import { postgresMissing, startPostgres } from './postgres.ts';
import { profile } from './profile.ts';
import { toMarkdown, writeResult } from './report.ts';
import { isWhole } from './sections/durability.ts';
import { type SectionName, sections } from './sections/index.ts';
import { createStages } from './stages.ts';
import { stockFolder } from './stock.ts';

const names = Object.keys(sections) as SectionName[];

const usage = `npm run bench -- [--quick] [--only <section>,…] [--pages] [--profile]
  --quick    about three minutes, with smaller numbers
  --only     some sections:
${names.map((name) => `               ${name.padEnd(12)}${sections[name].summary}`).join('\n')}
  --pages    no table: what the sign-in pages cost a browser
  --profile  no table: where the server's CPU time goes, function by function
`;

/** Progress: one line that is written over at a terminal; elsewhere a new line, but not more often than every few seconds. */
function createTell(): (text: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
    else if (text !== '' && performance.now() - last > 3000) {
      last = performance.now();
      process.stderr.write(`${text}\n`);
    }
  };
}

const tell = createTell();

async function run(isQuick: boolean, only: readonly SectionName[] | undefined): Promise<void> {
  const plan = isQuick ? quick : full;
  const folder = makeFolder();
  const machine = lookAtMachine(folder);
  const began = performance.now();
  const { postgres, notes } = await databaseFor();
  const ports = { tell, ...(postgres && { postgres }) };
  const bench: Bench = { ...ports, plan, folder, stages: createStages(join(folder, 'stages'), ports) };
  let found: Findings = { ...nothing, notes };
  const failed: string[] = [];
  for (const name of only ?? names) {
    // What the others found is worth keeping.
    const part = await sections[name].measure(bench).catch((error: unknown) => {
      failed.push(`Section ${name} failed: ${(error as Error).message}`);
      return { ...nothing, notes: failed.slice(-1) };
    });
    found = together(found, part);
  }
  await bench.stages.end();
  await postgres?.end();
  tell('');
  const minutes = (performance.now() - began) / 60_000;
  const result = { at: new Date().toISOString(), ...(only && { only }), minutes, plan, machine, found };
  process.stdout.write(`${toMarkdown(result)}\n\nKept in ${writeResult(result)}\n`);
  if (failed.length > 0) throw new Error(failed.join('\n'));
  if (!found.survivals.every(isWhole)) throw new Error('codes that were acknowledged are lost');
}

/** A PostgreSQL of the bench's own, or why there is none. */
async function databaseFor() {
  const missing = postgresMissing();
  if (missing !== undefined) return { notes: [`Not measured: ${missing}.`] };
  const postgres = await startPostgres(join(stockFolder(), 'postgres'));
  return { postgres, notes: [postgres.words] };
}

function sectionsOf(text: string): readonly SectionName[] {
  const wanted = text.split(',');
  const unknown = wanted.filter((name) => !names.includes(name as SectionName));
  if (unknown.length > 0) throw new Error(`there is no section ${unknown.join(', ')}; there are ${names.join(', ')}`);
  return names.filter((name) => wanted.includes(name));
}

try {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      only: { type: 'string' },
      pages: { type: 'boolean' },
      profile: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (process.platform !== 'linux') throw new Error('The bench reads /proc: it needs Linux.');
  if (values.help) process.stdout.write(usage);
  else if (values.profile) await profile(tell, values.quick ? 4000 : 12_000);
  else if (values.pages) await benchPages(values.quick ? 3 : 7, tell);
  else await run(values.quick ?? false, values.only === undefined ? undefined : sectionsOf(values.only));
  process.exit(0);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
