import type { Directory, Person, Realm } from '../core/directory.ts';

/**
 * Several directories as the one of a realm: the first that knows a user name answers for it.
 *
 * One that does not answer ends the search: the person it may know must not become the namesake of a later one.
 */
export function inOrder(directories: readonly Directory[]): Omit<Realm, 'id' | 'attempts'> {
  const [only] = directories;
  if (directories.length === 1 && only !== undefined) return only;

  async function find(userName: string): Promise<Person | undefined> {
    for (const [index, directory] of directories.entries()) {
      const person = await directory.find(userName);
      if (person !== undefined) return { ...person, directory: index };
    }
    return undefined;
  }
  async function inAll(ask: (directory: Directory) => Promise<readonly Person[]>): Promise<readonly Person[]> {
    const found: Person[] = [];
    for (const [index, directory] of directories.entries()) {
      for (const person of await ask(directory)) {
        // Whom an earlier directory has by that name is not found in a later one, whatever was asked for.
        if (index === 0 || (await find(person.id))?.directory === index) found.push({ ...person, directory: index });
      }
      if (found.length > 1) break;
    }
    return found.slice(0, 2);
  }
  return {
    find,
    findByPhone: (number) => inAll((directory) => directory.findByPhone(number)),
    findByAttribute: (attribute, value) => inAll((directory) => directory.findByAttribute(attribute, value)),
    async checkPassword(person, password) {
      return (await directories[person.directory ?? 0]?.checkPassword(person, password)) ?? 'person-unknown';
    },
  };
}
