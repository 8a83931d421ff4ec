import { type AuthenticatorSettings, pathOf } from '../core/authenticator-settings.ts';
import { neededBy, takenBy } from '../core/authenticator-uses.ts';
import type { Fault } from '../core/fault.ts';
import type { Salvaged } from './salvage.ts';

type Checked = Salvaged<AuthenticatorSettings>;

/** A fault of the authenticator at this place in the list; its id is in the message (Fortified ID, "Common configuration"). */
function fault(index: number, below: readonly (string | number)[], id: string | undefined, message: string): Fault {
  return { path: ['authenticators', index, ...below], message: `authenticator "${id ?? index}": ${message}` };
}

/** A fault that was found in an authenticator, with its id; every other one as it is. */
export function withAuthenticator(found: Fault, all: readonly (Checked | undefined)[] = []): Fault {
  const [list, index, ...below] = found.path;
  if (list !== 'authenticators' || typeof index !== 'number') return found;
  return fault(index, below, all[index]?.id, found.message);
}

/** What is wrong with the authenticators beyond single settings. `written` tells whether a setting was written, not filled in. */
export function authenticatorFaults(
  all: readonly (Checked | undefined)[],
  tenants: object,
  written: (path: Fault['path']) => boolean,
): Fault[] {
  return all.flatMap((each, index) =>
    each === undefined
      ? []
      : [...ofOne(each, index, tenants, written), ...ofPasskeys(each, index), ...ofAll(each, index, all, written)],
  );
}

function ofOne(
  { id, type, config = {} }: Checked,
  index: number,
  tenants: object,
  written: (path: Fault['path']) => boolean,
) {
  const faults: Fault[] = [];
  const { base_path: base, tenant } = config;
  // What is written and wrong is told for itself.
  const has = (name: string) => written(['authenticators', index, 'config', name]);
  const add = (below: readonly (string | number)[], message: string) =>
    void faults.push(fault(index, below, id, message));
  if (has('context_path') === has('base_path')) add(['config'], 'needs either context_path or base_path');
  if (base !== undefined && id !== undefined && base.endsWith(`/${id}`))
    add(['config', 'base_path'], 'already holds the id');
  if (tenant !== undefined && !Object.hasOwn(tenants, tenant))
    add(['config', 'tenant'], `there is no tenant "${tenant}"`);
  return [...faults, ...ofType({ id, type, config }, index, has)];
}

/** Settings that the type does not have, and those that it needs. */
function ofType({ id, type, config = {} }: Checked, index: number, has: (name: string) => boolean): Fault[] {
  if (type === undefined) return [];
  const faults: Fault[] = [];
  const add = (below: readonly (string | number)[], message: string) =>
    void faults.push(fault(index, below, id, message));
  for (const [name, types] of Object.entries(takenBy)) {
    if (!types.includes(type) && has(name)) add(['config', name], `${type} has no such setting`);
  }
  for (const name of neededBy[type] ?? []) {
    if (!has(name)) add(['config'], `needs ${name}`);
  }
  for (const list of ['options', 'chain'] as const) {
    const isEmpty = takenBy[list]?.includes(type) === true && has(list) && config[list]?.length === 0;
    if (isEmpty) add(['config', list], 'needs at least one');
  }
  return faults;
}

function ofPasskeys({ id, config = {} }: Checked, index: number): Fault[] {
  const { context_path: context, enroll = 'never', origins = [], rp_id: rpId } = config;
  const isAlone = context !== undefined && enroll !== 'never';
  const alone = fault(index, ['config', 'enroll'], id, 'needs a Chain in which somebody is proved before');
  const outside = origins.flatMap((origin, place) =>
    origin === undefined || isWithin(origin, rpId)
      ? []
      : [fault(index, ['config', 'origins', place], id, 'its host is neither rp_id nor below it')],
  );
  return [...(isAlone ? [alone] : []), ...outside];
}

/** Browsers refuse a passkey whose domain is not that of the page, or above it (WebAuthn Level 3 §5.1.3). */
function isWithin(origin: string, rpId: string | undefined): boolean {
  const host = origin.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
  return rpId === undefined || host === rpId || host.endsWith(`.${rpId}`);
}

const reserved =
  /^\/(api|approve|docs|openapi\.json|favicon\.ico|robots\.txt|sign-in|demo)(\/|$)|\/(page\.json|finish|failed|overlay)(\/|$)/;

function ofAll(
  each: Checked,
  index: number,
  all: readonly (Checked | undefined)[],
  written: (path: Fault['path']) => boolean,
): Fault[] {
  const { id, type, config = {} } = each;
  const before = all.slice(0, index).filter((other) => other !== undefined);
  const path = id === undefined ? undefined : pathOf({ id, config });
  const faults: Fault[] = [];
  if (id !== undefined && before.some((other) => other.id === id))
    faults.push(fault(index, ['id'], id, 'another one has this id'));
  const samePath = before.find(
    (other) => other.id !== undefined && pathOf({ id: other.id, config: other.config ?? {} }) === path,
  );
  if (path !== undefined && samePath !== undefined)
    faults.push(fault(index, ['config'], id, `"${samePath.id}" has the path ${path}`));
  if (path !== undefined && reserved.test(path))
    faults.push(fault(index, ['config'], id, `${path} is taken by the server itself`));
  const isLed = all.some((other) => targetsOf(other).some(([target]) => target === id));
  if (!isLed && !written(['authenticators', index, 'config', 'success_location']))
    faults.push(fault(index, ['config'], id, 'needs success_location, as no Selector or Chain leads to it'));
  if (type === 'Selector' || type === 'Chain') faults.push(...ofTargets(each, index, all, written));
  return faults;
}

function ofTargets(
  each: Checked,
  index: number,
  all: readonly (Checked | undefined)[],
  written: (path: Fault['path']) => boolean,
): Fault[] {
  // Paths that are written and wrong are told for themselves.
  const isUnclear = (one: Checked) =>
    one.config?.base_path === undefined && written(['authenticators', all.indexOf(one), 'config', 'base_path']);
  return targetsOf(each).flatMap(([target, place]) => {
    const message = faultOfTarget(target, each, all, isUnclear);
    return message === undefined ? [] : [fault(index, ['config', ...place], each.id, message)];
  });
}

function faultOfTarget(
  target: string,
  each: Checked,
  all: readonly (Checked | undefined)[],
  isUnclear: (one: Checked) => boolean,
): string | undefined {
  const { id, config = {} } = each;
  const found = all.find((other) => other?.id === target);
  if (found === undefined) return `there is no authenticator "${target}"`;
  if (target === id || leadsTo(found, id ?? '', all, new Set())) return `"${target}" leads back to it`;
  const above = all.filter((other) => targetsOf(other).some(([aim]) => aim === target));
  if (above.length > 1 && above[0] !== each) return `"${above[0]?.id}" leads to "${target}" already`;
  const isBeside = found.config?.base_path !== undefined && found.config.base_path === config.base_path;
  if (!isBeside && !isUnclear(found) && !isUnclear(each)) return `"${target}" needs the same base_path`;
  return found.config?.tenant === config.tenant ? undefined : `"${target}" needs the same tenant`;
}

function leadsTo(from: Checked, aim: string, all: readonly (Checked | undefined)[], seen: Set<string>): boolean {
  if (seen.has(from.id ?? '')) return false;
  seen.add(from.id ?? '');
  return targetsOf(from).some(([target]) => {
    const next = all.find((other) => other?.id === target);
    return target === aim || (next !== undefined && leadsTo(next, aim, all, seen));
  });
}

function targetsOf(each: Checked | undefined): readonly (readonly [string, readonly (string | number)[]])[] {
  const { options = [], chain = [] } = each?.config ?? {};
  const of = (list: string, name: string, items: readonly ({ readonly [key: string]: unknown } | undefined)[]) =>
    items.flatMap((item, index) => {
      const target = item?.[name];
      return typeof target === 'string' ? [[target, [list, index, name]] as const] : [];
    });
  return [...of('options', 'target', options), ...of('chain', 'id', chain)];
}
