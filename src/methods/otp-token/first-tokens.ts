import type { Account } from '../../core/account.ts';
import { claimsOf } from '../../core/account.ts';
import type { Vault } from '../../core/ports.ts';
import type { Transition } from '../../core/store.ts';
import { tokenEvents } from './events.ts';
import { type Owner, sealToken } from './manage.ts';
import type { TokenSeed } from './seed.ts';

/** Gives a person the tokens of the configuration, active at once, unless the person has an account already. */
export function makeFirstTokens(owner: Owner, seeds: readonly TokenSeed[], vault: Vault): Transition<Account, void> {
  const sealed = seeds.map((seed) => [seed.id, sealToken(owner, seed, vault)] as const);
  return (account, at) => {
    if (account !== undefined) return { result: undefined };
    const tokens = Object.fromEntries(
      sealed.map(([id, token]) => [id, { ...token, createdAt: at, state: 'active' as const }]),
    );
    const { realm, user, origin } = owner;
    const events = seeds.map(({ id }) => ({ ...origin, type: tokenEvents.enrolled, realm, user, subject: id }));
    return { next: { tokens }, claims: claimsOf(realm, { tokens }), events, result: undefined };
  };
}
