/** `npm run prove`: whether every promise is kept while servers are killed, stand still, and tell the wrong time. docs/proof.md */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onSqlite } from './arrangement.ts';
import { killAll } from './nodes.ts';
import { ownMain } from './product.ts';
import { holds, type Plan, prove } from './prove.ts';
import { toMarkdown } from './report.ts';

const usage = `npm run prove -- [--arrangement sqlite|postgres] [--operations N] [--minutes M] [--seed S]
  --arrangement  four servers on one embedded store, or three on one PostgreSQL; sqlite
  --operations   ends after so many answered requests; 1000000
  --minutes      ends after so long in any case; 90
  --seed         what happens when follows from it; by the time of day
  --keep         the folder with history, log and store stays
`;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      arrangement: { type: 'string', default: 'sqlite' },
      operations: { type: 'string', default: '1000000' },
      minutes: { type: 'string', default: '90' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return true;
  }
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-prove-'));
  process.on('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  const plan: Plan = {
    arrangement: onSqlite(),
    folder,
    main: ownMain,
    seed: Number(values.seed),
    operations: Number(values.operations),
    minutes: Number(values.minutes),
    lanes: 48,
    size: { hotp: 200, totp: 200, issued: 40, signers: 60, approvers: 24, guessed: 60, strict: 200 },
    tell: (text) => process.stderr.write(`${text}\n`),
  };
  const proof = await prove(plan);
  process.stdout.write(`${toMarkdown(proof, plan, {})}\n`);
  if (values.keep) process.stdout.write(`\nKept in ${folder}\n`);
  else rmSync(folder, { recursive: true });
  return holds(proof);
}

main().then(
  (isKept) => process.exit(isKept ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
