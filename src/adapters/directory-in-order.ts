import type { Directory, Person, Realm } from '../core/directory.ts';

/**
 * Several directories as the one of a realm: the first that knows a user name answers for it.
 *
 * One that does not answer ends the search: the person it may know must not become the namesake of a later one.
 */
export function inOrder(directories: readonly Directory[]): Pick<Realm, 'find' | 'findByPhone' | 'checkPassword'> {
  const [only] = directories;
  if (directories.length === 1 && only !== undefined) return only;

  async function find(userName: string): Promise<Person | undefined> {
    for (const [index, directory] of directories.entries()) {
      const person = await directory.find(userName);
      if (person !== undefined) return { ...person, directory: index };
    }
    return undefined;
  }
  return {
    find,
    async findByPhone(number) {
      const found: Person[] = [];
      for (const [index, directory] of directories.entries()) {
        for (const person of await directory.findByPhone(number)) {
          // Whom an earlier directory has by that name is not found in a later one, whatever the number.
          if (index === 0 || (await find(person.id))?.directory === index) found.push({ ...person, directory: index });
        }
        if (found.length > 1) break;
      }
      return found.slice(0, 2);
    },
    async checkPassword(person, password) {
      return (await directories[person.directory ?? 0]?.checkPassword(person, password)) ?? 'person-unknown';
    },
  };
}
