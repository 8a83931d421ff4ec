import type { Portvakt } from './compose.ts';
import { type Account, accountOf } from './core/account.ts';
import { unlock } from './core/account-lock.ts';
import type { Person } from './core/directory.ts';
import type { Origin } from './core/event.ts';
import { Problem } from './core/problem.ts';
import { realmOf } from './core/realm.ts';

/**
 * What administrators do with the accounts of a realm; `origin` stands in the events.
 *
 * Everything throws Problem 'refused' for somebody no directory knows.
 */
export function accountsOf({ ports: { store, realms, clock } }: Portvakt, realm: string, origin: Origin) {
  async function personOf(userName: string): Promise<Person> {
    if (!realms.has(realm)) throw new Problem('refused', `there is no realm "${realm}"`);
    const person = await realmOf(realms, realm).find(userName);
    if (person === undefined) throw new Problem('refused', `nobody in the realm "${realm}" is called "${userName}"`);
    return person;
  }
  return {
    /** All that is kept of a person, and the instant it is true for. The account is empty for somebody who was never here. */
    async show(userName: string): Promise<{ readonly user: string; readonly account: Account; readonly at: number }> {
      const { id } = await personOf(userName);
      return { user: id, account: (await store.read(accountOf(realm, id))) ?? {}, at: clock.now() };
    },
    /** Lifts every lock and forgets the failures; tells whose, and whether there was anything to lift. */
    async unlock(userName: string): Promise<{ readonly user: string; readonly lifted: boolean }> {
      const { id } = await personOf(userName);
      return { user: id, lifted: await store.change(accountOf(realm, id), unlock({ realm, user: id, origin })) };
    },
  };
}
