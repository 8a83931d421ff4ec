import { readFileSync } from 'node:fs';
import { type Entry, FilterParser } from 'ldapts';
import type { Directory, Person } from '../core/directory.ts';
import type { LdapSettings } from '../core/ldap-settings.ts';
import type { Log } from '../core/ports.ts';
import { Problem } from '../core/problem.ts';
import { parseCertificates } from './certificate.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { anyOf, escapeFilterValue, fillFilter, inThisOrder } from './ldap-filter.ts';
import { isMember } from './ldap-groups.ts';
import { createLdapServers } from './ldap-servers.ts';
import { bytesAmong, valuesOf } from './ldap-values.ts';
import { toVerdict } from './ldap-verdict.ts';
import { nationalDigits, spellingsOf, toE164 } from './phone-number.ts';

/** What an LDAP directory needs beside its settings. */
export interface LdapDirectoryOptions {
  /** Country of numbers without a country code, ISO 3166-1. */
  readonly country: string;
  readonly log: Log;
}

/** What the two types of directory differ in, where the settings are silent. */
const profiles = {
  ldap: { filter: '(&(objectClass=person)(uid={user}))', userName: 'uid' },
  'active-directory': {
    filter: '(&(objectCategory=person)(objectClass=user)(|(sAMAccountName={user})(userPrincipalName={user})))',
    userName: 'sAMAccountName',
  },
} as const;

/** Longer texts are no user names, no passwords and nothing that people are looked for by; our choice. */
const maxLength = { userName: 256, password: 1024, value: 256 };

/**
 * People of an LDAP directory or of Active Directory.
 *
 * A user name that two entries answer to is nobody's. Servers are asked when somebody is looked up, not before. `close` drops all
 * connections, and what is under way fails.
 *
 * @throws Problem 'internal' whose detail begins with the setting, when the authorities cannot be read or a filter is none
 */
export function createLdapDirectory(
  settings: LdapSettings,
  { country, log }: LdapDirectoryOptions,
): Directory & { readonly close: () => void } {
  const lookup = lookupOf(settings);
  const servers = createLdapServers({ ...settings, ca: readAuthorities(settings.ca), log });

  async function members(connection: LdapConnection, found: readonly Entry[], signal: AbortSignal): Promise<Person[]> {
    const people: Person[] = [];
    for (const entry of found) {
      if (people.length < 2 && (await isMember(connection, entry.dn, settings, signal)))
        people.push(...lookup.toPeople(entry));
    }
    return people;
  }

  return {
    async find(userName) {
      if (!isSayable(userName, maxLength.userName)) return undefined;
      const filter = fillFilter(lookup.filter, 'user', userName);
      return servers.query(async (connection, signal) => {
        const found = await connection.search(settings.base, { ...lookup.asked, filter, sizeLimit: 2 }, signal);
        if (found.length > 1) {
          log.warn({ entries: found.map(({ dn }) => dn) }, 'two entries answer to one user name, so neither does');
          return undefined;
        }
        const [person] = await members(connection, found, signal);
        return person;
      });
    },
    async findByPhone(number) {
      const wanted = toE164(number, country);
      if (wanted === undefined) return [];
      const filter = lookup.phoneFilter(wanted, country);
      return servers.query(async (connection, signal) => {
        const found = await connection.search(
          settings.base,
          { ...lookup.asked, filter, paged: { pageSize: 500 } },
          signal,
        );
        const exactly = found.filter((entry) =>
          lookup.phonesOf(entry).some((text) => toE164(text, country) === wanted),
        );
        return members(connection, exactly, signal);
      });
    },
    async findByAttribute(attribute, value) {
      const theirs = Object.hasOwn(settings.attributes, attribute) ? settings.attributes[attribute] : undefined;
      if (theirs === undefined)
        log.warn({ attribute }, 'people are looked for by an attribute that is not in the settings');
      if (theirs === undefined || !isSayable(value, maxLength.value)) return [];
      const filter = lookup.attributeFilter(theirs, value);
      return servers.query(async (connection, signal) => {
        const asked = { ...lookup.asked, filter, paged: { pageSize: 500 } };
        const found = await connection.search(settings.base, asked, signal);
        // Servers compare by rules of their own, some more freely than one would want here.
        const exactly = found.filter((entry) => valuesOf(entry, theirs).some((one) => isSameText(one, value)));
        return members(connection, exactly, signal);
      });
    },
    async checkPassword({ entry }, password) {
      // A bind without password succeeds, as nobody (RFC 4513 §5.1.2).
      if (!isSayable(password, maxLength.password)) return 'wrong';
      if (entry === undefined) return refuseStranger();
      const answer = await servers.tryBind(entry, password);
      const verdict = toVerdict(answer);
      if (verdict === undefined) throw new Problem('unavailable', `the directory answered ${answer.code} to a bind`);
      return verdict;
    },
    close: servers.close,
  };

  /** Somebody unknown is asked about as well, so that refusing takes as long; with another password, which then goes nowhere. */
  async function refuseStranger(): Promise<'person-unknown'> {
    await servers.tryBind(`cn=nobody,${settings.base}`, 'nobody');
    return 'person-unknown';
  }
}

function lookupOf({
  type,
  filter = profiles[type].filter,
  userName = profiles[type].userName,
  ...settings
}: LdapSettings) {
  const { attributes, phone } = settings;
  checkFilter('filter', filter);
  if (settings.groups !== undefined) checkFilter('groups.filter', settings.groups.filter);
  const names = [...new Set([userName, ...Object.values(attributes), ...phone.attributes])];
  return {
    filter,
    asked: { attributes: names, explicitBufferAttributes: bytesAmong(names), scope: 'sub' as const },
    phonesOf: (entry: Entry) => phone.attributes.flatMap((name) => valuesOf(entry, name)),
    phoneFilter(number: string, country: string): string {
      const digits = nationalDigits(number, country) ?? '';
      const texts = phone.attributes.flatMap((name) =>
        phone.search === 'thorough'
          ? [inThisOrder(name, digits)]
          : spellingsOf(number, country).map((spelling) => `(${name}=${escapeFilterValue(spelling)})`),
      );
      return `(&${filter.replaceAll('{user}', '*')}${anyOf(texts)})`;
    },
    attributeFilter: (attribute: string, value: string) =>
      `(&${filter.replaceAll('{user}', '*')}(${attribute}=${escapeFilterValue(value)}))`,
    /** Nobody, when the entry has no user name. Of several names always the same one, whatever order they come in. */
    toPeople(entry: Entry): Person[] {
      const [id] = [...valuesOf(entry, userName)].sort();
      const found = Object.entries(attributes).map(([own, theirs]) => [own, valuesOf(entry, theirs)] as const);
      const present = Object.fromEntries(found.filter(([, values]) => values.length > 0));
      return id === undefined ? [] : [{ id, entry: entry.dn, attributes: present }];
    },
  };
}

/** Lone surrogates have no UTF-8; a NUL ends a text for servers written in C; other control characters are in no name. */
function isSayable(text: string, length: number): boolean {
  return text !== '' && text.length <= length && text.isWellFormed() && !/\p{Cc}/u.test(text);
}

function isSameText(one: string, other: string): boolean {
  const folded = (text: string) => text.normalize('NFC').toLowerCase();
  return folded(one) === folded(other);
}

function readAuthorities(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const pem = readFileSync(path, 'utf8');
    parseCertificates(pem);
    return pem;
  } catch (cause) {
    throw new Problem('internal', `ca: ${path} cannot be used: ${(cause as Error).message}`);
  }
}

function checkFilter(setting: string, template: string): void {
  try {
    FilterParser.parseString(template.replaceAll(/\{(user|dn)\}/g, 'x'));
  } catch (cause) {
    throw new Problem('internal', `${setting}: ${template} is no LDAP filter`, { cause });
  }
}
