import type { Command } from 'commander';
import { type PeopleCommands, peopleOf } from '../compose.ts';
import { CommandFailed, type ConfigOptions, commandOrigin, configCommand, withPortvakt } from './open.ts';

/** Options of every person command. */
export interface PersonOptions extends ConfigOptions {
  readonly realm: string;
}

/** A command on the people of one realm’s built-in directory. */
export function personCommand(name: string, description: string): Command {
  return configCommand(name, description).option('-r, --realm <realm>', 'whose people', 'default');
}

/** Hands the people of the realm to `work`. @throws CommandFailed when there is no such realm, or it has no built-in directory */
export function withPeople(options: PersonOptions, work: (people: PeopleCommands) => Promise<void>): Promise<void> {
  return withPortvakt(options, async (portvakt) => {
    const realms = [...portvakt.ports.realms.keys()];
    if (!realms.includes(options.realm)) {
      throw new CommandFailed(`There is no realm "${options.realm}"; there is ${realms.join(', ')}.`);
    }
    const people = peopleOf(portvakt, options.realm, commandOrigin());
    if (people === undefined) {
      throw new CommandFailed(`The realm "${options.realm}" has no built-in directory; its people are kept elsewhere.`);
    }
    await work(people);
  });
}
