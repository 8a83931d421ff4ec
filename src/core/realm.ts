import type { Realm } from './directory.ts';
import { Problem } from './problem.ts';

/** The realm with this id; every realm that a tenant names is there (checked when the configuration is read). */
export function realmOf(realms: ReadonlyMap<string, Realm>, id: string): Realm {
  const realm = realms.get(id);
  if (realm === undefined) throw new Problem('internal', `there is no realm "${id}"`);
  return realm;
}
