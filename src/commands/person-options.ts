import { type PeopleCommands, peopleOf } from '../compose.ts';
import { CommandFailed, commandOrigin } from './open.ts';
import { type RealmOptions, withRealm } from './realm-options.ts';

/** Hands the people of the realm to `work`. @throws CommandFailed when there is no such realm, or it has no built-in directory */
export function withPeople(options: RealmOptions, work: (people: PeopleCommands) => Promise<void>): Promise<void> {
  const directoryOf = async (portvakt: Parameters<typeof peopleOf>[0]) => {
    const people = peopleOf(portvakt, options.realm, commandOrigin());
    if (people === undefined) {
      throw new CommandFailed(`The realm "${options.realm}" has no built-in directory; its people are kept elsewhere.`);
    }
    await work(people);
  };
  return withRealm(options, directoryOf, true);
}
