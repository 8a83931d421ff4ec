import { type Account, accountOf, accounts } from '../../core/account.ts';
import type { Origin } from '../../core/event.ts';
import type { Ports } from '../../core/ports.ts';
import { realmOf } from '../../core/realm.ts';
import { type Change, changeOf, type Key } from '../../core/store.ts';
import { addToken, addToStock, sealToken } from './manage.ts';
import type { TokenSeed } from './seed.ts';

/** Into which realm, and for whom. */
interface Destination {
  readonly realm: string;
  /** Owner of all of them; absent: whom each seed names. */
  readonly user: string | undefined;
  readonly origin: Origin;
  readonly maxTokens: number;
}

/** Seeds that cannot be taken in; nothing was. */
export class ImportFaults extends Error {
  readonly faults: readonly { readonly index: number; readonly message: string }[];

  constructor(faults: ImportFaults['faults']) {
    super('some tokens cannot be taken in');
    this.faults = faults;
  }
}

/** The account of a token that belongs to nobody yet. No realm id is empty, so it is nobody's account. */
export function stockOf(realm: string, id: string): Key<Account> {
  return { kind: accounts, id: `/${realm}/${id}` };
}

/** The changes that take tokens in; to be made together. @throws ImportFaults with everything that is in the way */
export async function planImport(
  { realm, user, origin, maxTokens }: Destination,
  seeds: readonly TokenSeed[],
  { store, vault, realms }: Pick<Ports, 'store' | 'vault' | 'realms'>,
  advance: (done: number) => void,
): Promise<readonly Change[]> {
  const ownerOf = rememberedOwners((name) => realmOf(realms, realm).find(name));
  const faults: ImportFaults['faults'][number][] = [];
  const changes: Change[] = [];
  for (const [index, seed] of seeds.entries()) {
    const wanted = user ?? seed.user;
    const owner = wanted === undefined ? undefined : await ownerOf(wanted);
    const taken = (await store.holder(accounts, `${realm}/token/${seed.id}`)) !== undefined;
    if (taken) faults.push({ index, message: `the realm "${realm}" has a token "${seed.id}" already` });
    else if (wanted === undefined) changes.push(intoStock(seed));
    else if (owner === undefined)
      faults.push({ index, message: `nobody in the realm "${realm}" is called "${wanted}"` });
    else changes.push(toPerson(owner, seed));
    if (index % 100 === 0) advance(index);
  }
  if (faults.length > 0) throw new ImportFaults(faults);
  return changes;

  function intoStock(seed: TokenSeed): Change {
    const place = stockOf(realm, seed.id);
    return changeOf(place, addToStock({ realm, user: '', origin }, seed, place, vault));
  }

  function toPerson(id: string, seed: TokenSeed): Change {
    const owner = { realm, user: id, origin };
    return changeOf(accountOf(realm, id), addToken(owner, seed.id, sealToken(owner, seed, vault), { maxTokens }));
  }
}

/** A file may name the same person on many lines: each is looked up once. */
function rememberedOwners(find: (name: string) => Promise<{ readonly id: string } | undefined>) {
  const known = new Map<string, Promise<string | undefined>>();
  return (name: string): Promise<string | undefined> => {
    const found = known.get(name) ?? find(name).then((person) => person?.id);
    known.set(name, found);
    return found;
  };
}
