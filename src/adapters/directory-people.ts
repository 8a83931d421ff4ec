import { accountOf } from '../core/account.ts';
import type { Person } from '../core/directory.ts';
import { type AuditEvent, coreEvents, type Origin } from '../core/event.ts';
import { Problem } from '../core/problem.ts';
import { type Change, changeOf, type Key, type Kind, type Store } from '../core/store.ts';
import { foldName, intoIndex } from './directory-index.ts';

/** A person as the store keeps one. */
export interface StoredPerson extends Person {
  /** argon2id, PHC form; absent: no password is right. */
  readonly passwordHash?: string;
}

/** People who are kept in the store. */
export const people: Kind<StoredPerson> = { name: 'person' };

/** The record of one person. Realm ids have no slash in them. */
export function personOf(realm: string, userName: string): Key<StoredPerson> {
  return { kind: people, id: `${realm}/${foldName(userName)}` };
}

/** A person on the way in. `line` is where in a file it stands. */
export interface NewPerson {
  readonly userName: string;
  readonly attributes: Person['attributes'];
  readonly passwordHash?: string | undefined;
}

/** Why somebody cannot be taken in; nobody was. */
export class PeopleFaults extends Error {
  readonly faults: readonly { readonly index: number; readonly message: string }[];

  constructor(faults: PeopleFaults['faults']) {
    super(faults.map(({ message }) => message).join('\n'));
    this.faults = faults;
  }
}

/** Where people go, and what there is already. */
export interface PeopleOptions {
  readonly realm: string;
  readonly origin: Origin;
  readonly store: Store;
  /** User names of the people of the configuration; they cannot be changed here. */
  readonly configured: readonly string[];
}

/** What an administrator does with the people of the built-in directory that are kept in the store. */
export interface PeopleAdministration {
  /**
   * Takes people in, all or none. With `update`, those who are there get the new attributes, and the new password if there is one.
   *
   * @throws PeopleFaults with everything that is in the way
   */
  add(people: readonly NewPerson[], options?: { readonly update?: boolean }): Promise<void>;
  /** Everyone, by folded user name. */
  list(): AsyncGenerator<StoredPerson>;
  /** @throws Problem 'person-unknown' */
  show(userName: string): Promise<StoredPerson>;
  /** Returns the user name as it is kept. @throws Problem 'person-unknown' */
  setPassword(userName: string, passwordHash: string): Promise<string>;
  /** Removes the person, with tokens and all else that is kept. Returns the user name as it was kept. @throws Problem 'person-unknown' */
  remove(userName: string): Promise<string>;
}

/** No session is opened for longer: 30 days (`open-session`). */
const longestSessionMs = 2_592_000_000;

/** People listed at once. */
const pageSize = 500;

/** See {@link PeopleAdministration}. */
export function createPeopleAdministration({ realm, origin, store, configured }: PeopleOptions): PeopleAdministration {
  const fixed = new Set(configured.map(foldName));
  const about = (user: string): Pick<AuditEvent, 'realm' | 'user'> & Origin => ({ ...origin, realm, user });

  async function mustExist(userName: string): Promise<StoredPerson> {
    const person = await store.read(personOf(realm, userName));
    if (person !== undefined) return person;
    const where = fixed.has(foldName(userName))
      ? 'is in the configuration, and is changed there'
      : 'is not in the store';
    throw new Problem('person-unknown', `"${userName}" ${where}`);
  }

  async function faultsOf(newPeople: readonly NewPerson[], update: boolean): Promise<PeopleFaults['faults']> {
    const faults: PeopleFaults['faults'][number][] = [];
    const first = new Map<string, number>();
    for (const [index, { userName }] of newPeople.entries()) {
      const folded = foldName(userName);
      const exists = !update && (await store.read(personOf(realm, userName))) !== undefined;
      const fault = nameFault(userName) ?? taken(fixed.has(folded), first.has(folded), exists);
      if (fault !== undefined) faults.push({ index, message: `"${userName}" ${fault}` });
      if (!first.has(folded)) first.set(folded, index);
    }
    return faults;
  }

  return {
    async add(newPeople, { update = false } = {}) {
      const faults = await faultsOf(newPeople, update);
      if (faults.length > 0) throw new PeopleFaults(faults);
      await store.changeAll([
        ...newPeople.map((person) => intoStore(personOf(realm, person.userName), person, { update, about })),
        ...intoIndex(realm, newPeople),
      ]);
    },
    async *list() {
      for (let after = ''; ; ) {
        const { items, more } = await store.list(people, { prefix: `${realm}/`, after, limit: pageSize });
        for (const { value } of items) yield value;
        after = items.at(-1)?.id ?? after;
        if (!more) return;
      }
    },
    show: mustExist,
    async setPassword(userName, passwordHash) {
      const { id } = await mustExist(userName);
      const event = { ...about(id), type: coreEvents.personChanged, reason: 'password' };
      await store.changeAll([
        changeOf(personOf(realm, id), (current) => {
          if (current === undefined) throw new Problem('person-unknown', `"${id}" is not in the store`);
          return { next: { ...current, passwordHash }, events: [event], result: undefined };
        }),
        // Whoever knew the old password may have signed in with it.
        changeOf(accountOf(realm, id), (account, at) => ({
          next: { ...account, sessionsFrom: at },
          result: undefined,
        })),
      ]);
      return id;
    },
    async remove(userName) {
      const { id } = await mustExist(userName);
      const event = { ...about(id), type: coreEvents.personRemoved };
      await store.changeAll([
        changeOf(personOf(realm, id), () => ({ next: null, events: [event], result: undefined })),
        // Whoever gets the name later must not get what belonged to it before.
        changeOf(accountOf(realm, id), (_, at) => ({
          next: { sessionsFrom: at },
          claims: [],
          expiresAt: at + longestSessionMs,
          result: undefined,
        })),
      ]);
      return id;
    },
  };
}

function intoStore(
  key: Key<StoredPerson>,
  { userName, attributes, passwordHash }: NewPerson,
  options: { readonly update: boolean; readonly about: (user: string) => Pick<AuditEvent, 'realm' | 'user'> & Origin },
): Change {
  const { update, about } = options;
  const password = passwordHash === undefined ? {} : { passwordHash };
  return changeOf(key, (current) => {
    if (current === undefined) {
      const next = { id: userName, attributes, ...password };
      return { next, events: [{ ...about(userName), type: coreEvents.personAdded }], result: undefined };
    }
    if (!update) throw new Problem('claim-taken', `"${userName}" exists already`);
    // The name stays as it is spelled: the account is kept by it.
    const next = { ...current, attributes, ...password };
    const reason = passwordHash === undefined ? 'attributes' : 'attributes and password';
    return { next, events: [{ ...about(current.id), type: coreEvents.personChanged, reason }], result: undefined };
  });
}

function nameFault(userName: string): string | undefined {
  const right = /^[^\p{C}]{1,128}$/u.test(userName) && userName.trim() === userName;
  return right ? undefined : 'is no user name: 1–128 characters, none of them invisible, no space at either end';
}

function taken(configured: boolean, twice: boolean, exists: boolean): string | undefined {
  if (configured) return 'is in the configuration';
  if (twice) return 'is there twice';
  return exists ? 'exists already' : undefined;
}
