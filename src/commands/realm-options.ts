import type { Command } from 'commander';
import type { Portvakt } from '../compose.ts';
import { CommandFailed, type ConfigOptions, configCommand, withExistingPortvakt, withPortvakt } from './open.ts';

/** Options of every command on the people of one realm. */
export interface RealmOptions extends ConfigOptions {
  readonly realm: string;
}

/** A command on the people of one realm. */
export function realmCommand(name: string, description: string): Command {
  return configCommand(name, description).option('-r, --realm <realm>', 'whose people', 'default');
}

/** Opens what the options name; `mayBeNew`: it may be the first thing that ever happens in the store. @throws CommandFailed when the configuration has no such realm */
export function withRealm(
  options: RealmOptions,
  work: (portvakt: Portvakt) => Promise<void>,
  mayBeNew = false,
): Promise<void> {
  const open = mayBeNew ? withPortvakt : withExistingPortvakt;
  return open(options, async (portvakt) => {
    const realms = [...portvakt.ports.realms.keys()];
    if (!realms.includes(options.realm)) {
      throw new CommandFailed(`There is no realm "${options.realm}"; there is ${realms.join(', ')}.`);
    }
    await work(portvakt);
  });
}
