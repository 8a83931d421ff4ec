/** `npm run prove`: whether every promise is kept while servers are killed, stand still, and tell the wrong time. docs/proof.md */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lookAtMachine } from '../bench/machine.ts';
import { type Arrangement, onSqlite } from './arrangement.ts';
import { endure, toEnduranceReport } from './endurance.ts';
import { mutants } from './mutants.ts';
import { killAll } from './nodes.ts';
import { keepFolder, makeFolder, manyPeople, proveMutant, provePower } from './plans.ts';
import { onPostgres } from './postgres.ts';
import { ownMain, root } from './product.ts';
import { holds, type Plan, prove } from './prove.ts';
import { toMarkdown, toVerdict } from './report.ts';

const usage = `npm run prove -- [--arrangement sqlite|postgres] [--operations N] [--minutes M] [--seed S] [--keep] | --mutants | --endurance
  --arrangement  four servers on one embedded store, or three on one PostgreSQL; sqlite
  --operations   ends after so many answered requests; 1000000
  --minutes      ends after so long in any case; 90, with --endurance 30
  --seed         what happens when follows from it; by the time of day
  --keep         the folder with history, log and store stays
  --mutants      proves faulty copies instead, each for a minute: the checker must notice
  --endurance    uses servers at half load instead, with nobody doing harm, and watches what grows
`;

const options = {
  arrangement: { type: 'string', default: 'sqlite' },
  operations: { type: 'string', default: '1000000' },
  minutes: { type: 'string' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  keep: { type: 'boolean', default: false },
  mutants: { type: 'boolean', default: false },
  endurance: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Reports of proofs with fewer answers are not kept. */
const worthKeeping = 1_000_000;

/** Nor those of endurance runs that are shorter. */
const worthKeepingMinutes = 30;

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

async function arrangementNamed(name: string): Promise<Arrangement> {
  if (name === 'sqlite') return onSqlite();
  if (name === 'postgres') return onPostgres();
  throw new Error(`there is no arrangement "${name}"; there are sqlite and postgres`);
}

function numberIn(text: string, name: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} takes a number above 0`);
  return number;
}

type Values = Readonly<Record<'arrangement' | 'operations' | 'seed', string>> & {
  readonly minutes: string | undefined;
};

async function toPlan(values: Values, minutes: number): Promise<Plan> {
  return {
    arrangement: await arrangementNamed(values.arrangement),
    folder: makeFolder(),
    main: ownMain,
    seed: numberIn(values.seed, 'seed'),
    operations: numberIn(values.operations, 'operations'),
    minutes: values.minutes === undefined ? minutes : numberIn(values.minutes, 'minutes'),
    lanes: 128,
    size: manyPeople,
    tell,
  };
}

/** What a report says of where it was made. */
function factsOf({ folder }: Plan): Readonly<Record<string, string>> {
  const { processors, memory, system, node, commit, fileSystem } = lookAtMachine(folder);
  return { at: new Date().toISOString(), processors, memory, system, Node: node, commit, 'file system': fileSystem };
}

async function proveOwn(values: Values, keep: boolean): Promise<boolean> {
  const plan = await toPlan(values, 90);
  const facts = factsOf(plan);
  const proof = await prove(plan).finally(() => plan.arrangement.end());
  tell('');
  const report = `${toMarkdown(proof, plan, facts)}\n`;
  process.stdout.write(`${report}\n`);
  if (proof.counts.answered >= worthKeeping) writeResult(report, plan.arrangement.name);
  if (keep || !holds(proof)) {
    keepFolder(plan.folder);
    process.stdout.write(`History, log and store are in ${plan.folder}\n`);
  }
  return holds(proof);
}

async function endureOwn(values: Values): Promise<boolean> {
  const plan = await toPlan(values, worthKeepingMinutes);
  const facts = factsOf(plan);
  const endurance = await endure(plan).finally(() => plan.arrangement.end());
  tell('');
  const lasted = {
    arrangement: `${plan.arrangement.nodes} servers, ${plan.arrangement.name}`,
    minutes: `${plan.minutes}`,
  };
  const report = `${toEnduranceReport(endurance, { ...facts, ...lasted })}\n`;
  process.stdout.write(`${report}\n`);
  if (plan.minutes >= worthKeepingMinutes) writeResult(report, `endurance-${plan.arrangement.name}`);
  return endurance.faults.length === 0;
}

/** Writes a report beside the earlier ones. */
function writeResult(report: string, name: string): void {
  const path = `prove/results/${new Date().toISOString().slice(0, 10)}-${name}.md`;
  mkdirSync(join(root, 'prove/results'), { recursive: true });
  writeFileSync(join(root, path), report);
  process.stdout.write(`Kept in ${path}\n`);
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
  const given = { ...values, minutes: values.minutes };
  if (values.mutants) return proveMutants();
  return values.endurance ? endureOwn(given) : proveOwn(given, values.keep);
}

main().then(
  (isKept) => process.exit(isKept ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
