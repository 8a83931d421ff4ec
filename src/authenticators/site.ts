import { type AuthenticatorSettings, childrenOf, pathOf } from '../core/authenticator-settings.ts';
import type { BoundOperation } from '../core/bind.ts';
import type { AuthenticatorType } from './authenticator.ts';
import { type FlowBody, parentIn } from './flow.ts';

/** An authenticator that is ready: its type, its path and what it runs. */
export interface Mounted {
  readonly settings: AuthenticatorSettings;
  readonly path: string;
  /** Absent for Selector and Chain. */
  readonly type?: AuthenticatorType | undefined;
  readonly operations: ReadonlyMap<string, BoundOperation>;
  readonly realm: string;
  /** The first Selector or Chain that leads here. */
  readonly above?: string;
}

/** All of them, by id. */
export type Site = ReadonlyMap<string, Mounted>;

/** Puts together what is mounted. `operationsOf` gives what a type runs, `realmOf` the realm of a tenant. */
export function createSite(
  all: readonly AuthenticatorSettings[],
  types: readonly AuthenticatorType[],
  {
    operationsOf,
    realmOf,
  }: {
    operationsOf(settings: AuthenticatorSettings): ReadonlyMap<string, BoundOperation>;
    realmOf(tenant: string): string;
  },
): Site {
  const mounted = all.map((settings): [string, Mounted] => {
    const { id, type: name, config } = settings;
    const above = all.find((other) => childrenOf(other).includes(id))?.id;
    const type = types.find((known) => known.name === name);
    const path = pathOf(settings) ?? '';
    const operations = operationsOf(settings);
    return [
      id,
      { settings, path, type, operations, realm: realmOf(config.tenant), ...(above !== undefined && { above }) },
    ];
  });
  return new Map(mounted);
}

/** The authenticator with this id; only ids of the site are asked for. @throws Error for any other */
export function at(site: Site, id: string): Mounted {
  const found = site.get(id);
  if (found === undefined) throw new Error(`there is no authenticator "${id}"`);
  return found;
}

/** The outermost authenticator over this one, as the configuration has it. */
export function topOf(site: Site, id: string): string {
  const seen = new Set<string>();
  let top = id;
  for (let above = at(site, id).above; above !== undefined && !seen.has(above); above = at(site, above).above) {
    seen.add(above);
    top = above;
  }
  return top;
}

/** This authenticator and those that led to it, from the inside out. */
export function lineage(id: string, body: FlowBody): readonly string[] {
  const line = [id];
  for (let above = parentIn(body, id); above !== undefined && !line.includes(above); above = parentIn(body, above))
    line.push(above);
  return line;
}
