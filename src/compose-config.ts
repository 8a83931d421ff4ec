import { isCountry } from './adapters/phone-number.ts';
import { faultsOfAuthenticators } from './compose-authenticators.ts';
import type { Connections } from './compose-backends.ts';
import { presets, steps } from './compose-methods.ts';
import { faultsOfStore } from './compose-store.ts';
import { ConfigFaults, formatFaults, sortLines } from './config/config-faults.ts';
import { type Loaded, loadConfig, type Overrides } from './config/load.ts';
import type { Salvaged } from './config/salvage.ts';
import type { Config } from './config/schema.ts';
import { type BoundOperation, bind } from './core/bind.ts';
import type { Fault } from './core/fault.ts';

/** Reads a configuration and binds its operations. @throws ConfigFaults with everything that is wrong, by file and line */
export function loadPortvaktConfig(path: string, overrides: Overrides = {}): Loaded {
  try {
    const loaded = loadConfig(path, { env: process.env, overrides });
    bindOperations(loaded);
    return loaded;
  } catch (error) {
    if (!(error instanceof ConfigFaults) || error.locate === undefined) throw error;
    // What the steps would complain of is told along with the rest.
    const { operations, faults } = bind({ ...presets, ...error.operations }, steps);
    const { config } = error;
    const more =
      config === undefined
        ? []
        : [...faultsOfTenants(config, operations), ...faultsOfCountry(config), ...faultsOfPages(config, operations)];
    throw new ConfigFaults(sortLines([...error.lines, ...formatFaults([...faults, ...more], error.locate)]));
  }
}

/** Binds the operations of the configuration and those that ship. @throws ConfigFaults with every fault, by file and line */
export function bindOperations({ config, locate }: Loaded): ReadonlyMap<string, BoundOperation> {
  const { operations, faults } = bind({ ...presets, ...config.operations }, steps);
  const pages = faultsOfPages(config, operations);
  const shared = [...faultsOfCountry(config), ...faultsOfStore(config)];
  const all = [...faults, ...faultsOfTenants(config, operations), ...pages, ...shared];
  if (all.length > 0) throw new ConfigFaults(formatFaults(all, locate));
  return operations;
}

/** What is wrong with what authenticators run. */
function faultsOfPages(config: Salvaged<Config>, operations: ReadonlyMap<string, BoundOperation>): Fault[] {
  return faultsOfAuthenticators(config, operations, (operation, name) => faultsOfConnections(operation, name, config));
}

function faultsOfCountry({ messages }: Salvaged<Config>): Fault[] {
  const country = messages?.country;
  if (country === undefined || isCountry(country)) return [];
  return [{ path: ['messages', 'country'], message: 'must be the code of a country (ISO 3166-1), e.g. SE' }];
}

/** Which operations tenants cannot have, and why. Parts of the configuration may be missing because they were wrong. */
function faultsOfTenants(config: Salvaged<Config>, operations: ReadonlyMap<string, BoundOperation>): Fault[] {
  return Object.entries(config.tenants ?? {}).flatMap(([id, tenant]) =>
    (tenant?.operations ?? []).flatMap((name, index) => {
      const path = ['tenants', id, 'operations', index];
      return faultsOfUse(name, operations, config).map((message): Fault => ({ path, message }));
    }),
  );
}

/** Why a tenant cannot have this operation. */
function faultsOfUse(
  name: string | undefined,
  operations: ReadonlyMap<string, BoundOperation>,
  config: Salvaged<Config>,
): string[] {
  // What is wrong by itself has been told.
  if (name === undefined) return [];
  const operation = operations.get(name);
  if (operation === undefined && Object.hasOwn(config.operations ?? {}, name)) return [];
  if (operation === undefined)
    return [`there is no operation "${name}"; there are ${[...operations.keys()].join(', ')}`];
  return faultsOfConnections(operation, `"${name}"`, config);
}

/** Which of its connections are not there. */
function faultsOfConnections(operation: BoundOperation, name: string, config: Salvaged<Config>): string[] {
  return operation.backends.flatMap(({ kind, name: connection }) => {
    const connections: object | undefined = config[kind as keyof Connections];
    if (
      connections === undefined ||
      Object.hasOwn(connections, connection) ||
      isPlayed(config, connections, connection)
    )
      return [];
    return [`${name} needs the connection "${connection}", and there is no setting ${kind}.${connection}`];
  });
}

/** A demo plays each service that no connection is configured to, and connects to it. */
function isPlayed({ demo }: Salvaged<Config>, connections: object, connection: string): boolean {
  return demo === true && connection === 'default' && Object.keys(connections).length === 0;
}
