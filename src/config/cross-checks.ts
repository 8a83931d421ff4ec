import type { Fault } from '../core/fault.ts';
import { authenticatorFaults } from './authenticator-checks.ts';
import { faultsOfProof } from './authenticator-proof.ts';
import { isLoopback, isNetwork, isWildcard } from './network.ts';
import type { Salvaged } from './salvage.ts';
import type { Config } from './schema.ts';

/** What the checks look at: settings that may be incomplete, because others among them are wrong. */
export interface Checked {
  readonly config: Salvaged<Config>;
  /** A value as it was written, before expansion; only that may be repeated in a fault. */
  sourceOf(path: Fault['path']): string | undefined;
  /** True when the setting was written, not filled in. */
  isWritten(path: Fault['path']): boolean;
}

type Check = (checked: Checked) => Fault[];

/** Checks of what is written. They hold whatever else there may be. */
const contradictions: readonly Check[] = [
  checkBuiltIn,
  checkPeople,
  checkTokenIds,
  checkTokenSecrets,
  checkUserNames,
  checkProxies,
  checkManagementPort,
];

/** Checks of what is not written; they make no sense while a file is missing. */
const absences: readonly Check[] = [
  checkRealms,
  checkOpenCallers,
  checkCertificateCallers,
  checkDemo,
  checkBudgets,
  checkAuthenticators,
];

/** The rules that no single setting can break. `complete` is false when a file could not be read. */
export function crossCheck(checked: Checked, complete: boolean): Fault[] {
  return [...contradictions, ...(complete ? absences : [])].flatMap((check) => check(checked));
}

function checkRealms({ config: { realms = {}, tenants }, sourceOf }: Checked): Fault[] {
  return entriesOf(tenants).flatMap(([id, tenant]) => {
    if (tenant.realm === undefined || Object.hasOwn(realms, tenant.realm)) return [];
    const path = ['tenants', id, 'realm'];
    return [{ path, message: `there is no realm "${sourceOf(path) ?? tenant.realm}"` }];
  });
}

function checkOpenCallers({ config }: Checked): Fault[] {
  const { host, allowOpenTenants } = config.listen ?? {};
  if (host === undefined || isLoopback(host) || allowOpenTenants !== false) return [];
  return callersOf(config).flatMap(({ path, caller }) => {
    if (!('open' in caller) || caller.open !== true) return [];
    const message =
      'anyone on the network could speak for this tenant; have its callers prove themselves (basic, certificate or bearer), ' +
      'listen on 127.0.0.1, or set listen.allowOpenTenants to true if that is what you want';
    return [{ path: [...path, 'open'], message }];
  });
}

function checkCertificateCallers({ config }: Checked): Fault[] {
  const { tls, proxies } = config.listen ?? {};
  if (tls?.clientCa !== undefined || proxies?.certificateHeader !== undefined) return [];
  return callersOf(config).flatMap(({ path, caller }) => {
    if (!('certificate' in caller)) return [];
    const message =
      'no client certificate ever gets here; set listen.tls.clientCa, or listen.proxies.certificateHeader when a proxy speaks TLS';
    return [{ path: [...path, 'certificate'], message }];
  });
}

function checkBudgets({ config: { messages, tenants = {} } }: Checked): Fault[] {
  return Object.keys(messages?.budget?.tenants ?? {}).flatMap((id) => {
    if (Object.hasOwn(tenants, id)) return [];
    return [{ path: ['messages', 'budget', 'tenants', id], message: 'there is no such tenant' }];
  });
}

function checkAuthenticators({ config: { authenticators = [], tenants = {} }, isWritten }: Checked): Fault[] {
  return [...authenticatorFaults(authenticators, tenants, isWritten), ...faultsOfProof(authenticators)];
}

function checkDemo({ config: { listen, demo } }: Checked): Fault[] {
  if (demo !== true || listen?.host === undefined || isLoopback(listen.host)) return [];
  const message = 'the demo page shows secrets; listen on 127.0.0.1, or set demo to false';
  return [{ path: ['demo'], message }];
}

function checkUserNames({ config }: Checked): Fault[] {
  return entriesOf(config.tenants).flatMap(([id, { callers = [] }]) => {
    const names = callers.map((caller) => (caller && 'basic' in caller ? caller.basic?.username : undefined));
    return names.flatMap((name, index) => {
      const first = names.indexOf(name);
      if (name === undefined || first === index) return [];
      const path = ['tenants', id, 'callers', index, 'basic', 'username'];
      return [{ path, message: `callers[${first}] of this tenant has the same user name` }];
    });
  });
}

function checkProxies({ config }: Checked): Fault[] {
  return (config.listen?.proxies?.addresses ?? []).flatMap((address, index) => {
    if (address === undefined || isNetwork(address)) return [];
    const path = ['listen', 'proxies', 'addresses', index];
    return [{ path, message: 'must be an IP address, or a network such as 10.0.0.0/8 or fd00::/8' }];
  });
}

function checkManagementPort({ config: { listen, management } }: Checked): Fault[] {
  const { host, port } = management ?? {};
  if (host === undefined || port === undefined || port === 0 || port !== listen?.port) return [];
  const same = host === listen.host || isWildcard(host) || isWildcard(listen.host ?? host);
  return same
    ? [{ path: ['management', 'port'], message: 'is the port of the API (listen.port); choose another' }]
    : [];
}

function checkBuiltIn({ config }: Checked): Fault[] {
  return entriesOf(config.realms).flatMap(([realm, { directories = [] }]) => {
    const first = directories.findIndex((directory) => directory?.type === 'built-in');
    return directories.flatMap((directory, index) => {
      if (directory?.type !== 'built-in' || index === first) return [];
      const message = `directories[${first}] is built-in as well; a realm has one such directory, with all of these people`;
      return [{ path: ['realms', realm, 'directories', index, 'type'], message }];
    });
  });
}

/** User names that differ in case or Unicode form only are one name (NFC, lower case). */
function checkPeople({ config }: Checked): Fault[] {
  return entriesOf(config.realms).flatMap(([realm, { directories = [] }]) =>
    directories.flatMap((directory, at) => {
      const names = Object.keys(peopleOf(directory) ?? {});
      const folded = names.map((name) => name.normalize('NFC').toLowerCase());
      return names.flatMap((name, index) => {
        const first = folded.indexOf(folded[index] ?? name);
        if (first === index) return [];
        const path = ['realms', realm, 'directories', at, 'people', name];
        return [{ path, message: `is the same user name as ${names[first]}: upper and lower case are one` }];
      });
    }),
  );
}

function checkTokenIds({ config }: Checked): Fault[] {
  const owners = new Map<string, string>();
  return tokensOf(config).flatMap(({ realm, person, path, token }) => {
    // No identifier holds a slash.
    const key = `${realm}/${token.id}`;
    const owner = owners.get(key);
    if (token.id === undefined) return [];
    if (owner === undefined) owners.set(key, person);
    return owner === undefined
      ? []
      : [{ path: [...path, 'id'], message: `a token of ${owner} in this realm has the same id` }];
  });
}

function checkTokenSecrets({ config }: Checked): Fault[] {
  return tokensOf(config).flatMap(({ path, token }) => {
    if (token.secret === undefined) return [];
    const fault = secretFault(token.secret.replace(/[ =]/g, '').length);
    return fault === undefined ? [] : [{ path: [...path, 'secret'], message: fault }];
  });
}

/** RFC 4226 §4, R6: at least 128 bits. RFC 4648 §6: eight letters for five bytes, and which remainders there can be. */
function secretFault(letters: number): string | undefined {
  if ([1, 3, 6].includes(letters % 8)) return 'is not whole: Base32 text of this length does not exist';
  return Math.floor((letters * 5) / 8) < 16 ? 'must be at least 16 bytes, 26 letters of Base32' : undefined;
}

function tokensOf({ realms }: Checked['config']) {
  return entriesOf(realms).flatMap(([realm, { directories = [] }]) =>
    directories.flatMap((directory, at) =>
      entriesOf(peopleOf(directory)).flatMap(([person, { tokens = [] }]) =>
        tokens.flatMap((token, index) => {
          const path = ['realms', realm, 'directories', at, 'people', person, 'tokens', index];
          return token === undefined ? [] : [{ realm, person, path, token }];
        }),
      ),
    ),
  );
}

type CheckedRealm = NonNullable<NonNullable<Checked['config']['realms']>[string]>;

function peopleOf(directory: NonNullable<CheckedRealm['directories']>[number]) {
  return directory !== undefined && 'people' in directory ? directory.people : undefined;
}

function callersOf({ tenants }: Checked['config']) {
  return entriesOf(tenants).flatMap(([id, { callers = [] }]) =>
    callers.flatMap((caller, index) =>
      caller === undefined ? [] : [{ path: ['tenants', id, 'callers', index], caller }],
    ),
  );
}

function entriesOf<Value>(map: Readonly<Record<string, Value | undefined>> | undefined): [string, Value][] {
  return Object.entries(map ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
}
