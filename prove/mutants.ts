import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './product.ts';

/** A fault that is put into a private copy of the product, and how the checker must notice. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Rules of which one at least must be broken. */
  readonly rules: readonly string[];
  /** What it must be proved on, where it does not show on four servers with one embedded store. */
  readonly on?: 'power' | 'postgres';
}

/** The faults. What stands in `from` must stand in the product, once. */
export const mutants: readonly Mutant[] = [
  {
    name: 'a transition made into read-then-write',
    file: 'src/methods/otp-token/steps.ts',
    from: `    const verdict = await store.change(accountOf(realm, person?.id ?? name), (account, at) =>
      useCode(account, at, attempt),
    );`,
    to: `    const before = await store.read(accountOf(realm, person?.id ?? name));
    const verdict = await store.change(accountOf(realm, person?.id ?? name), (_account, at) =>
      useCode(before, at, attempt),
    );`,
    rules: ['used-twice'],
  },
  {
    name: 'commits that are not flushed, and a power cut',
    file: 'src/adapters/sqlite-file.ts',
    from: 'PRAGMA synchronous = FULL;',
    to: 'PRAGMA synchronous = OFF;',
    rules: ['lost', 'used-twice'],
    on: 'power',
  },
  {
    name: 'records that nobody compares',
    file: 'src/adapters/sqlite-deeds.ts',
    from: 'isFresh ? undefined : changedSince(file, told)',
    to: 'undefined',
    rules: ['used-twice', 'attempts', 'session-ended-twice'],
  },
  {
    name: 'rows that nobody locks',
    file: 'src/adapters/postgres-batch.ts',
    from: ' FOR UPDATE OF record`',
    to: '`',
    rules: ['used-twice'],
    on: 'postgres',
  },
  {
    name: 'an end that another end replaces',
    file: 'src/core/transaction-changes.ts',
    from: 'if (isFinal(now) || isOld)',
    to: 'if (isOld)',
    rules: ['end-changed'],
  },
  {
    name: 'a lock that nobody asks about',
    file: 'src/methods/otp-token/use-code.ts',
    from: `if (isLockedFor('code', account, at, policy)) return refuseUnseen(attempt, 'locked');`,
    to: '',
    rules: ['attempts'],
  },
  {
    name: 'a logout that leaves the session',
    file: 'src/methods/session/steps.ts',
    from: 'return { next: null, events:',
    to: 'return { events:',
    rules: ['session-holds', 'session-ended-twice'],
  },
  {
    name: 'a yes that is not logged',
    file: 'src/methods/otp-token/use-code.ts',
    from: `return { next: afterRightProof('code', used, attempt.policy), events, result: 'accepted' };`,
    to: `return { next: afterRightProof('code', used, attempt.policy), result: 'accepted' };`,
    rules: ['lost'],
  },
];

/** Copies the product into a folder, with the fault in it; returns the path of its program. @throws Error when the place of the fault is not there */
export function copyWith({ name, file, from, to }: Mutant, folder: string): string {
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const path = join(folder, file);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${name}: its place is ${parts.length - 1} times in ${file}, not once`);
  writeFileSync(path, parts.join(to));
  return join(folder, 'src/main.ts');
}
