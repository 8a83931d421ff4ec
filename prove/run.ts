/** `npm run prove`: whether every promise is kept while servers are killed, stand still, and tell the wrong time. docs/proof.md */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lookAtMachine } from '../bench/machine.ts';
import { type Arrangement, onSqlite } from './arrangement.ts';
import { mutants } from './mutants.ts';
import { killAll } from './nodes.ts';
import { makeFolder, manyPeople, proveMutant, provePower } from './plans.ts';
import { ownMain, root } from './product.ts';
import { holds, type Plan, prove } from './prove.ts';
import { toMarkdown, toVerdict } from './report.ts';

const usage = `npm run prove -- [--arrangement sqlite|postgres] [--operations N] [--minutes M] [--seed S] [--keep] | --mutants
  --arrangement  four servers on one embedded store, or three on one PostgreSQL; sqlite
  --operations   ends after so many answered requests; 1000000
  --minutes      ends after so long in any case; 90
  --seed         what happens when follows from it; by the time of day
  --keep         the folder with history, log and store stays
  --mutants      proves faulty copies instead, each for a minute: the checker must notice
`;

const options = {
  arrangement: { type: 'string', default: 'sqlite' },
  operations: { type: 'string', default: '1000000' },
  minutes: { type: 'string', default: '90' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  keep: { type: 'boolean', default: false },
  mutants: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Runs shorter than this are not kept. */
const worthKeeping = 1_000_000;

/** Progress: one line that is written over at a terminal; elsewhere a new line, but not more often than every ten seconds. */
function createTell(): (text: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
    else if (text !== '' && performance.now() - last > 10_000) {
      last = performance.now();
      process.stderr.write(`${text}\n`);
    }
  };
}

const tell = createTell();

function arrangementNamed(name: string): Arrangement {
  if (name === 'sqlite') return onSqlite();
  throw new Error(`there is no arrangement "${name}"; there are sqlite and postgres`);
}

function numberIn(text: string, name: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} takes a number above 0`);
  return number;
}

async function proveOwn(
  values: Readonly<Record<'arrangement' | 'operations' | 'minutes' | 'seed', string>>,
  keep: boolean,
) {
  const folder = makeFolder();
  const machine = lookAtMachine(folder);
  const plan: Plan = {
    arrangement: arrangementNamed(values.arrangement),
    folder,
    main: ownMain,
    seed: numberIn(values.seed, 'seed'),
    operations: numberIn(values.operations, 'operations'),
    minutes: numberIn(values.minutes, 'minutes'),
    lanes: 48,
    size: manyPeople,
    tell,
  };
  const proof = await prove(plan).finally(() => plan.arrangement.end());
  tell('');
  const { processors, memory, system, node, commit, fileSystem } = machine;
  const at = new Date().toISOString();
  const facts = { at, processors, memory, system, Node: node, commit, 'file system': fileSystem };
  const report = `${toMarkdown(proof, plan, facts)}\n`;
  process.stdout.write(`${report}\n`);
  if (proof.counts.answered >= worthKeeping) process.stdout.write(`Kept in ${writeResult(report, plan, at)}\n`);
  if (keep || !holds(proof)) process.stdout.write(`History, log and store are in ${folder}\n`);
  else rmSync(folder, { recursive: true });
  return holds(proof);
}

/** Writes a report beside the earlier ones; returns its path, relative to the repository. */
function writeResult(report: string, { arrangement }: Plan, at: string): string {
  const path = `prove/results/${at.slice(0, 10)}-${arrangement.name}.md`;
  mkdirSync(join(root, 'prove/results'), { recursive: true });
  writeFileSync(join(root, path), report);
  return path;
}

/** Every fault must be found, and nothing without one. */
async function proveMutants(): Promise<boolean> {
  let isRight = true;
  const say = (name: string, right: boolean, told: string) => {
    tell('');
    process.stdout.write(`${right ? 'as it must be' : 'NOT AS IT MUST BE'}: ${name}: ${told}\n`);
    isRight &&= right;
  };
  const proof = await provePower(tell);
  say('no fault, and power cuts', holds(proof), toVerdict(proof));
  for (const mutant of mutants) {
    const found = await proveMutant(mutant, tell);
    const rules = [...new Set(found.verdict.violations.map(({ rule }) => rule))];
    say(
      mutant.name,
      mutant.rules.some((rule) => rules.includes(rule)),
      rules.join(', ') || 'nothing was noticed',
    );
  }
  return isRight;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return true;
  }
  process.on('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  return values.mutants ? proveMutants() : proveOwn(values, values.keep);
}

main().then(
  (isKept) => process.exit(isKept ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
