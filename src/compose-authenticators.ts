import { createSite, otpValidator, type Site, userLookup, userNameAndPassword } from './authenticators/index.ts';
import { steps } from './compose-methods.ts';
import type { Salvaged } from './config/salvage.ts';
import type { Config } from './config/schema.ts';
import type { AuthenticatorSettings } from './core/authenticator-settings.ts';
import { type BoundOperation, bind } from './core/bind.ts';
import type { Fault } from './core/fault.ts';
import * as bankId from './methods/bankid/index.ts';
import * as freja from './methods/freja/index.ts';
import * as netId from './methods/netid-access/index.ts';
import * as passkey from './methods/passkey/index.ts';
import * as push from './methods/push/index.ts';

/** Every type of authenticator that has a page of its own kind. */
export const authenticatorTypes = [
  userNameAndPassword,
  userLookup,
  otpValidator,
  passkey.passkey,
  ...netId.authenticators,
  ...bankId.authenticators,
  ...freja.authenticators,
  ...push.authenticators,
];

/** What one authenticator runs, by role, and what is wrong with that. */
interface Runs {
  readonly operations: ReadonlyMap<string, BoundOperation>;
  readonly faults: readonly Fault[];
}

/** The faults of what authenticators run; of none that is itself wrong, as it may lack anything. `faultsOfUse` tells why an operation’s connections cannot be had. */
export function faultsOfAuthenticators(
  { authenticators = [] }: Pick<Salvaged<Config>, 'authenticators'>,
  known: ReadonlyMap<string, BoundOperation>,
  faultsOfUse: (operation: BoundOperation, name: string) => readonly string[],
): Fault[] {
  return authenticators.flatMap((each, index) => {
    if (each === undefined) return [];
    const settings = each as AuthenticatorSettings;
    const path = ['authenticators', index, 'config'];
    const { operations, faults } = runsOf(settings, known);
    const own = faults.map(({ message }): Fault => ({ path, message: `authenticator "${settings.id}": ${message}` }));
    // One connection serves all roles.
    const uses = [...operations].flatMap(([, operation]) => faultsOfUse(operation, `authenticator "${settings.id}"`));
    return [...own, ...[...new Set(uses)].map((message): Fault => ({ path, message }))];
  });
}

/** The authenticators of a configuration that was found right, ready to be mounted. */
export function openSite({ authenticators, tenants }: Config, known: ReadonlyMap<string, BoundOperation>): Site {
  return createSite(authenticators, authenticatorTypes, {
    operationsOf: (settings) => runsOf(settings, known).operations,
    realmOf: (tenant) => tenants[tenant]?.realm ?? '',
  });
}

function runsOf(settings: AuthenticatorSettings, known: ReadonlyMap<string, BoundOperation>): Runs {
  const type = authenticatorTypes.find(({ name }) => name === settings.type);
  const operations = new Map<string, BoundOperation>();
  const faults: Fault[] = [];
  for (const [role, wanted] of Object.entries(type?.operations(settings) ?? {})) {
    const bound =
      typeof wanted === 'string' ? known.get(wanted) : bindOne(`sign-in.${settings.id}.${role}`, wanted, faults);
    const name = typeof wanted === 'string' ? wanted : role;
    if (bound === undefined) faults.push({ path: [], message: `there is no operation "${name}"` });
    else if (type?.proves?.includes(role) && !bound.proves) faults.push({ path: [], message: faultOfProof(name) });
    else operations.set(role, bound);
  }
  return { operations, faults };
}

function faultOfProof(name: string): string {
  return `the operation "${name}" proves nobody: it needs a step that does, e.g. check-password, and no other may name the user`;
}

function bindOne(
  name: string,
  operation: Parameters<typeof bind>[0][string],
  faults: Fault[],
): BoundOperation | undefined {
  const result = bind({ [name]: operation }, [...steps, ...passkey.pageSteps]);
  faults.push(...result.faults);
  return result.operations.get(name);
}
