import type { Directory, Person } from '../core/directory.ts';
import type { Key, Kind, Store } from '../core/store.ts';

/** People who are kept in the store. */
export const people: Kind<Person> = { name: 'person' };

/** The record of one person; the same for every spelling of the user name. */
export function personOf(realm: string, userName: string): Key<Person> {
  return { kind: people, id: `${realm}/${fold(userName)}` };
}

interface BuiltInOptions {
  readonly realm: string;
  /** People of the configuration; they come before those of the store. */
  readonly people: readonly Person[];
  readonly store: Store;
}

/** The built-in directory: people of the configuration and of the store. User names are compared without regard to case (Unicode NFC). */
export function createBuiltInDirectory({ realm, people: configured, store }: BuiltInOptions): Directory {
  const byName = new Map(configured.map((person) => [fold(person.id), person]));
  return {
    async find(userName) {
      return byName.get(fold(userName)) ?? store.read(personOf(realm, userName));
    },
  };
}

function fold(userName: string): string {
  return userName.normalize('NFC').toLowerCase();
}
