import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Arrangement, onFailingPower, onSqlite } from './arrangement.ts';
import type { CrowdSize } from './crowd.ts';
import { copyWith, type Mutant } from './mutants.ts';
import { onPostgres } from './postgres.ts';
import { ownMain } from './product.ts';
import { type Plan, type Proof, prove } from './prove.ts';

/** Everybody in a long proof. */
export const manyPeople: CrowdSize = {
  hotp: 200,
  totp: 200,
  issued: 40,
  signers: 60,
  approvers: 24,
  guessed: 60,
  strict: 200,
};

const fewPeople: CrowdSize = { hotp: 24, totp: 24, issued: 8, signers: 10, approvers: 6, guessed: 10, strict: 16 };

const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A folder that nobody else has. It goes with this process, unless it is kept. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-prove-'));
  folders.add(folder);
  return folder;
}

/** Leaves a folder where it is. */
export function keepFolder(folder: string): void {
  folders.delete(folder);
}

/** A proof that takes so many minutes at the most, of few people. */
export function shortPlan(folder: string, minutes: number, tell: Plan['tell'] = () => {}): Plan {
  return {
    arrangement: onSqlite(),
    folder,
    main: ownMain,
    seed: 1,
    operations: 1_000_000,
    minutes,
    lanes: 32,
    size: fewPeople,
    tell,
  };
}

/** Requests in which a fault must show. */
const enough = 2500;

/** Proves a private copy of the product with a fault in it, for a minute at the most. The folder is gone afterwards. */
export async function proveMutant(mutant: Mutant, tell: Plan['tell'] = () => {}): Promise<Proof> {
  const folder = makeFolder();
  try {
    const main = copyWith(mutant, join(folder, 'copy'));
    const arrangement = await arrangementFor(mutant, join(folder, 'proof'));
    return await proveIn(join(folder, 'proof'), arrangement, main, tell);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The product as it is, where its power is cut. */
export async function provePower(tell: Plan['tell'] = () => {}): Promise<Proof> {
  const folder = makeFolder();
  try {
    return await proveIn(folder, onFailingPower(folder), ownMain, tell);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function proveIn(folder: string, arrangement: Arrangement, main: string, tell: Plan['tell']): Promise<Proof> {
  mkdirSync(folder, { recursive: true });
  try {
    return await prove({ ...shortPlan(folder, 1, tell), arrangement, main, operations: enough });
  } finally {
    await arrangement.end();
  }
}

async function arrangementFor({ on }: Mutant, folder: string): Promise<Arrangement> {
  if (on === 'power') return onFailingPower(folder);
  return on === 'postgres' ? onPostgres() : onSqlite();
}
