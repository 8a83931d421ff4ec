import { createPasswordCheck, hashPassword, type PasswordCheck } from './adapters/argon2.ts';
import { createBuiltInDirectory } from './adapters/directory-built-in.ts';
import { rememberPeople } from './adapters/directory-cache.ts';
import { inOrder } from './adapters/directory-in-order.ts';
import { createLdapDirectory, type LdapDirectoryOptions } from './adapters/directory-ldap.ts';
import { createPeopleAdministration, type PeopleAdministration } from './adapters/directory-people.ts';
import { passwordFault, readPeopleCsv } from './adapters/directory-people-csv.ts';
import type { Config } from './config/schema.ts';
import type { Directory, Person, Realm } from './core/directory.ts';
import type { Origin } from './core/event.ts';
import type { LdapSettings } from './core/ldap-settings.ts';
import type { Log } from './core/ports.ts';
import { Problem } from './core/problem.ts';
import type { Store } from './core/store.ts';

export { type NewPerson, PeopleFaults, type StoredPerson } from './adapters/directory-people.ts';

interface RealmParts {
  readonly config: Config;
  readonly store: Store;
  readonly log: Log;
}

type DirectorySettings = Config['realms'][string]['directories'][number];

/**
 * The realms of the configuration, by id. Directories are asked when somebody is looked up, not before.
 *
 * `close` ends what is under way with them, so that a directory that does not answer keeps nobody from stopping.
 */
export function createRealms(parts: RealmParts): { realms: ReadonlyMap<string, Realm>; close(): void } {
  const passwords = createPasswordCheck();
  const closing: (() => void)[] = [];
  const realms = Object.entries(parts.config.realms).map(([id, { directories, attempts }]): [string, Realm] => {
    const all = directories.map((settings, index) => createDirectory({ realm: id, index }, settings, passwords, parts));
    closing.push(...all.flatMap(({ close }) => close ?? []));
    return [id, { id, attempts, ...inOrder(all) }];
  });
  return {
    realms: new Map(realms),
    close() {
      for (const close of closing) close();
    },
  };
}

/** Everyone in the configuration of a realm: user name and what is written about the person. */
export function configuredPeople({ realms }: Config, realm: string) {
  return (realms[realm]?.directories ?? []).flatMap((directory) =>
    directory.type === 'built-in' ? Object.entries(directory.people) : [],
  );
}

/** What commands do with the people of a realm's built-in directory; undefined when the realm has none. */
export interface PeopleCommands extends PeopleAdministration {
  readonly configured: readonly Person[];
  readonly readCsv: typeof readPeopleCsv;
  readonly hashPassword: typeof hashPassword;
  readonly passwordFault: typeof passwordFault;
}

/** See {@link PeopleCommands}. */
export function createPeopleCommands(
  { config, store }: Omit<RealmParts, 'log'>,
  realm: string,
  origin: Origin,
): PeopleCommands | undefined {
  if (!config.realms[realm]?.directories.some(({ type }) => type === 'built-in')) return undefined;
  const configured = configuredPeople(config, realm).map(toPerson);
  const names = configured.map(({ id }) => id);
  const administration = createPeopleAdministration({ realm, origin, store, configured: names });
  // In the form in which the directory compares it.
  const hash = (password: string) => hashPassword(password.normalize('NFC'));
  return { ...administration, configured, readCsv: readPeopleCsv, hashPassword: hash, passwordFault };
}

/** An LDAP directory that stands there in the configuration. @throws Problem 'internal' with a detail that begins with the setting */
export function openLdap(where: string, settings: LdapSettings, options: LdapDirectoryOptions) {
  try {
    return createLdapDirectory(settings, options);
  } catch (error) {
    throw error instanceof Problem
      ? new Problem(error.code, `${where}.${error.detail}`, { cause: error.cause })
      : error;
  }
}

function createDirectory(
  { realm, index }: { readonly realm: string; readonly index: number },
  settings: DirectorySettings,
  passwords: PasswordCheck,
  { config, store, log }: RealmParts,
): Directory & { readonly close?: () => void } {
  const { country } = config.messages;
  if (settings.type === 'built-in') {
    const people = Object.entries(settings.people).map((entry) => ({
      ...toPerson(entry),
      password: entry[1].password,
    }));
    return createBuiltInDirectory({ realm, people, store, country, passwords });
  }
  const directory = openLdap(`realms.${realm}.directories[${index}]`, settings, { country, log });
  const remembered = rememberPeople(directory, { seconds: settings.cacheSeconds, now: () => performance.now() });
  return { ...remembered, close: directory.close };
}

function toPerson([id, { attributes }]: ReturnType<typeof configuredPeople>[number]): Person {
  const lists = Object.entries(attributes).map(([name, value]) => [name, [value].flat()] as const);
  return { id, attributes: Object.fromEntries(lists) };
}
