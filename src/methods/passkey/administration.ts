import { accountOf, type SignInPasskey } from '../../core/account.ts';
import type { Origin } from '../../core/event.ts';
import type { Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { realmOf } from '../../core/realm.ts';
import { removePasskey } from './keys.ts';

/** What administrators do with the passkeys of a realm’s people. Everything throws Problem 'refused' for what is not there. */
export interface PasskeyAdministration {
  /** By credential id. */
  list(userName: string): Promise<Readonly<Record<string, SignInPasskey>>>;
  /** Whose it was. */
  remove(userName: string, id: string): Promise<string>;
}

/** `origin` stands in the events. */
export function createPasskeyAdministration(
  realm: string,
  origin: Origin,
  { store, realms }: Pick<Ports, 'store' | 'realms'>,
): PasskeyAdministration {
  async function personOf(userName: string): Promise<string> {
    const person = await realmOf(realms, realm).find(userName);
    if (person === undefined) throw new Problem('refused', `nobody in the realm "${realm}" is called "${userName}"`);
    return person.id;
  }
  return {
    async list(userName) {
      const account = await store.read(accountOf(realm, await personOf(userName)));
      return account?.passkeys ?? {};
    },
    async remove(userName, id) {
      const user = await personOf(userName);
      await store.change(accountOf(realm, user), removePasskey({ realm, user, origin }, id));
      return user;
    },
  };
}
