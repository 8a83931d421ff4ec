import type { LdapSettings } from '../core/ldap-settings.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { foldDn } from './ldap-dn.ts';
import { anyOf, escapeFilterValue, fillFilter } from './ldap-filter.ts';

/** The matching rule by which Active Directory follows groups in groups ([MS-ADTS] 3.1.1.3.4.4.3). Elsewhere it matches nobody. */
const inChain = ':1.2.840.113556.1.4.1941:';

/** How many groups up the search goes; our choice, as Active Directory's own limits are far above what is in use. */
const maxDepth = 10;

/** How many groups are asked about in one search. */
const atOnce = 20;

/** What is asked for when an entry's name is enough (RFC 4511 §4.5.1.8). */
const noAttributes = ['1.1'];

type GroupSettings = Pick<LdapSettings, 'type' | 'base' | 'groups'>;

/** Whether the entry is a member of one of the required groups; always, when none is required. */
export async function isMember(
  connection: LdapConnection,
  dn: string,
  { type, base, groups }: GroupSettings,
  signal: AbortSignal,
): Promise<boolean> {
  if (groups === undefined) return true;
  if (type === 'ldap') return climb(connection, dn, { ...groups, base: groups.base ?? base }, signal);
  const rule = groups.nested ? inChain : '';
  const filter = anyOf(groups.required.map((group) => `(memberOf${rule}=${escapeFilterValue(group)})`));
  const found = await connection.search(dn, { scope: 'base', filter, attributes: noAttributes, sizeLimit: 1 }, signal);
  return found.length > 0;
}

/** Goes from groups to the groups that these are in. Groups that contain each other are seen once. */
async function climb(
  connection: LdapConnection,
  dn: string,
  { required, nested, base, filter }: NonNullable<GroupSettings['groups']> & { readonly base: string },
  signal: AbortSignal,
): Promise<boolean> {
  const wanted = new Set(required.map(foldDn));
  const seen = new Set<string>();
  let members = [dn];
  for (let depth = 0; members.length > 0 && depth < (nested ? maxDepth : 1); depth += 1) {
    const above = await groupsOf(connection, members, { base, filter }, signal);
    if (above.some((group) => wanted.has(foldDn(group)))) return true;
    members = above.filter((group) => !seen.has(group));
    for (const group of above) seen.add(group);
  }
  return false;
}

async function groupsOf(
  connection: LdapConnection,
  members: readonly string[],
  { base, filter }: { readonly base: string; readonly filter: string },
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < members.length; at += atOnce) {
    const some = members.slice(at, at + atOnce).map((member) => fillFilter(filter, 'dn', member));
    const options = { filter: anyOf(some), attributes: noAttributes, paged: { pageSize: 500 } };
    found.push(...(await connection.search(base, options, signal)).map(({ dn }) => dn));
  }
  return found;
}
