import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type Arrangement, onSqlite } from '../../prove/arrangement.ts';
import { type Mutant, mutants } from '../../prove/mutants.ts';
import { killAll } from '../../prove/nodes.ts';
import { makeFolder, proveMutant, shortPlan } from '../../prove/plans.ts';
import { onPostgres } from '../../prove/postgres.ts';
import { type Proof, prove } from '../../prove/prove.ts';
import { toFindings } from '../../prove/report.ts';

afterAll(killAll);

// Bounded by their own clock, of which a machine that is busy needs more than it says: the servers have to start and to stop as well.
const patience = 600_000;

/** A proof of so many minutes; nothing of it is left behind. */
async function proveShortly(minutes: number, arrangement: Arrangement): Promise<Proof> {
  const folder = makeFolder();
  try {
    return await prove({ ...shortPlan(folder, minutes), arrangement });
  } finally {
    await arrangement.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

describe('servers of which some are killed, stand still, and tell the wrong time', () => {
  it.each([
    ['four on one embedded store', 0.8, async () => onSqlite()],
    ['three on one PostgreSQL that is stopped and started', 0.6, onPostgres],
  ])('keep every promise: %s', { timeout: patience }, async (_, minutes, arrange) => {
    const proof = await proveShortly(minutes, await arrange());
    expect(toFindings(proof)).toEqual([]);
    expect(proof.fallen).toEqual([]);
    expect(proof.counts.yes).toBeGreaterThan(20);
    expect(proof.blows.size).toBeGreaterThan(1);
  });

  it('are found to break them when a transition is made into read-then-write', { timeout: patience }, async () => {
    const { verdict } = await proveMutant(mutants[0] as Mutant);
    expect(verdict.violations.map(({ rule }) => rule)).toContain('used-twice');
  });
});

it('shares no code with the product', () => {
  const files = readdirSync('prove', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const importing = files.filter((name) => /from '(\.\.\/)+src\//.test(readFileSync(`prove/${name}`, 'utf8')));
  expect(files.length).toBeGreaterThan(20);
  expect(importing).toEqual([]);
});
