import { createHash, timingSafeEqual } from 'node:crypto';
import type { Directory, Person } from '../core/directory.ts';
import type { Key, Store } from '../core/store.ts';
import type { PasswordCheck } from './argon2.ts';
import { attributeIndexOf, foldName, hasValue, phoneIndexOf, phonesOf } from './directory-index.ts';
import { personOf, type StoredPerson } from './directory-people.ts';
import { toE164 } from './phone-number.ts';

/** A person of the configuration; the password, for try-outs, as it is written there. */
export interface ConfiguredPerson extends Person {
  readonly password?: string | undefined;
}

interface BuiltInOptions {
  readonly realm: string;
  /** People of the configuration; they come before those of the store. */
  readonly people: readonly ConfiguredPerson[];
  readonly store: Store;
  /** Country of numbers without a country code, ISO 3166-1. */
  readonly country: string;
  readonly passwords: PasswordCheck;
}

/** Longer texts are no passwords; our choice. */
const maxPasswordLength = 1024;

/**
 * The built-in directory: people of the configuration and of the store.
 *
 * User names are compared without regard to case (Unicode NFC). A password costs one argon2id, whoever is asked about.
 */
export function createBuiltInDirectory(options: BuiltInOptions): Directory {
  const { realm, store, country, passwords } = options;
  const configured = options.people.map((person) => ({
    person: withoutSecrets(person),
    password: person.password,
    numbers: numbersOf(person, country),
  }));
  const numbers = new Map<Person, ReturnType<typeof numbersOf>>(configured.map((one) => [one.person, one.numbers]));
  const byName = new Map(configured.map((one) => [foldName(one.person.id), one]));

  async function findStored(userName: string): Promise<StoredPerson | undefined> {
    return byName.has(foldName(userName)) ? undefined : store.read(personOf(realm, userName));
  }

  /** At most two of whom this is true. Those of the store whom the index names are looked at again: it may be behind. */
  async function findAll(
    isMeant: (person: Person) => boolean,
    index: Key<readonly string[]> | undefined,
  ): Promise<readonly Person[]> {
    const found = configured.flatMap(({ person }) => (isMeant(person) ? [person] : []));
    for (const name of (index && (await store.read(index))) ?? []) {
      if (found.length > 1) break;
      const person = await findStored(name);
      if (person !== undefined && isMeant(person)) found.push(withoutSecrets(person));
    }
    return found.slice(0, 2);
  }

  return {
    async find(userName) {
      const stored = await findStored(userName);
      return stored === undefined ? byName.get(foldName(userName))?.person : withoutSecrets(stored);
    },
    async findByPhone(number) {
      const wanted = toE164(number, country);
      if (wanted === undefined) return [];
      const isTheirs = (person: Person) => (numbers.get(person) ?? numbersOf(person, country)).has(wanted);
      return findAll(isTheirs, phoneIndexOf(realm, wanted));
    },
    async findByAttribute(attribute, value) {
      if (value === '') return [];
      return findAll((person) => hasValue(person, attribute, value), attributeIndexOf(realm, attribute, value));
    },
    async checkPassword({ id }, password) {
      if (password === '' || password.length > maxPasswordLength) return 'wrong';
      const fixed = byName.get(foldName(id));
      const stored = await findStored(id);
      const isHashed = await passwords.matches(stored?.passwordHash, password.normalize('NFC'));
      const isRight = isHashed || isSame(fixed?.password, password);
      if (fixed === undefined && stored === undefined) return 'person-unknown';
      return isRight ? 'right' : 'wrong';
    },
  };
}

function withoutSecrets({ id, attributes }: Person): Person {
  return { id, attributes };
}

function numbersOf(person: Person, country: string): ReadonlySet<string | undefined> {
  return new Set(phonesOf(person).map((text) => toE164(text, country)));
}

/** Takes as long wherever the two differ. */
function isSame(right: string | undefined, password: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text.normalize('NFC')).digest();
  return timingSafeEqual(digest(right ?? ''), digest(password)) && right !== undefined;
}
