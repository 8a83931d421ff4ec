import { Command } from 'commander';
import { accountsOf } from '../compose-accounts.ts';
import type { Account, IssuedCode } from '../core/account.ts';
import { isLocked } from '../core/attempts.ts';
import { commandOrigin, say } from './open.ts';
import { type RealmOptions, realmCommand, withRealm } from './realm-options.ts';

const show = realmCommand('show', 'Show what is kept of a person: tokens, codes that are out, failures and locks')
  .argument('<name>', 'user name')
  .action((userName: string, options: RealmOptions) =>
    withRealm(options, async (portvakt) => {
      const { user, account, at } = await accountsOf(portvakt, options.realm, commandOrigin()).show(userName);
      for (const line of [`user name: ${user}`, ...linesOf(account, at)]) say(line);
    }),
  );

const unlock = realmCommand('unlock', 'Lift every lock that failures put on a person, and forget the failures')
  .argument('<name>', 'user name')
  .action((userName: string, options: RealmOptions) =>
    withRealm(options, async (portvakt) => {
      const { user, lifted } = await accountsOf(portvakt, options.realm, commandOrigin()).unlock(userName);
      say(lifted ? `${user} may try again.` : `${user} was not locked and had no failures.`);
    }),
  );

/** `portvakt account` */
export const account = new Command('account').description('Look at what is kept of a person, and lift locks');
for (const command of [show, unlock]) account.addCommand(command);

function linesOf({ tokens = {}, codes = {}, attempts = {} }: Account, at: number): readonly string[] {
  return [
    ...Object.entries(tokens).map(([id, { type, state }]) => `token: ${id}, ${type}, ${state}`),
    ...Object.entries(codes).map(([purpose, code]) => `code: ${purpose}, ${stateOf(code, at)}`),
    ...Object.entries(attempts).flatMap(([kind, { failedAt, locks, lockedUntil }]) => {
      const name = kind === 'any' ? 'tries' : `tries with a ${kind}`;
      const isHeld = isLocked({ failedAt, locks, ...(lockedUntil !== undefined && { lockedUntil }) }, at);
      const lock = lockedUntil === null ? 'until somebody lifts it' : `until ${when(lockedUntil ?? at)}`;
      return [
        ...(isHeld ? [`${name}: locked ${lock}`] : []),
        ...failedAt.map((failed) => `${name}: one failed at ${when(failed)}`),
      ];
    }),
  ];
}

function stateOf({ closed, endsAt, retriesLeft }: IssuedCode, at: number): string {
  if (closed === 'used') return 'used';
  if (closed === 'wrong') return 'answered wrongly too often';
  return at >= endsAt
    ? `ended at ${when(endsAt)}`
    : `good until ${when(endsAt)}, survives ${retriesLeft} wrong answers`;
}

function when(instant: number): string {
  return new Date(instant).toISOString();
}
