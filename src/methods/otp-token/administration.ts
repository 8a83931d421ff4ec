import { type Account, accountOf, accounts, placeOfSeed, type Token } from '../../core/account.ts';
import type { Origin } from '../../core/event.ts';
import type { Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { realmOf } from '../../core/realm.ts';
import { changeOf, type Key, type Store } from '../../core/store.ts';
import { planImport, stockOf } from './import-tokens.ts';
import {
  addToken,
  confirmToken,
  deleteToken,
  type Owner,
  resyncToken,
  sealToken,
  switchToken,
  takeFromStock,
} from './manage.ts';
import type { TokenSeed } from './seed.ts';

/** A token with its owner; no user while it is in stock. */
export interface OwnedToken {
  readonly id: string;
  readonly user: string | undefined;
  readonly token: Token;
}

/** How many tokens an administrator may give one person. */
const maxTokens = 50;

/** What administrators do with the tokens of a realm. Everything throws Problem 'refused' for a person or token that is not there. */
export type TokenAdministration = ReturnType<typeof createTokenAdministration>;

/** `origin` stands in the events. */
export function createTokenAdministration(
  realm: string,
  origin: Origin,
  ports: Pick<Ports, 'store' | 'vault' | 'realms'>,
) {
  const { store, vault } = ports;

  async function personOf(userName: string): Promise<string> {
    const person = await realmOf(ports.realms, realm).find(userName);
    if (person === undefined) throw new Problem('refused', `nobody in the realm "${realm}" is called "${userName}"`);
    return person.id;
  }

  async function ownerOf(id: string): Promise<{ owner: Owner; account: Key<Account> }> {
    const holder = await store.holder(accounts, `${realm}/token/${id}`);
    if (holder === undefined) throw new Problem('refused', `there is no token "${id}" in the realm "${realm}"`);
    return { owner: { realm, user: userIn(holder) ?? '', origin }, account: { kind: accounts, id: holder } };
  }

  async function personalOwnerOf(id: string) {
    const found = await ownerOf(id);
    if (found.owner.user === '')
      throw new Problem('refused', `the token "${id}" is in stock: assign it to somebody first`);
    return found;
  }

  return {
    /** Gives a person a token. `confirmBy`: instant until which its first code must come; absent, it is active at once. */
    async enroll(userName: string, seed: TokenSeed, confirmBy?: number): Promise<string> {
      const user = await personOf(userName);
      const owner = { realm, user, origin };
      const begin = { maxTokens, ...(confirmBy === undefined ? {} : { confirmBy }) };
      await store.change(accountOf(realm, user), addToken(owner, seed.id, sealToken(owner, seed, vault), begin));
      return user;
    },

    /** True when the code was right: the token is active then, and the code used. */
    async confirm(id: string, code: string): Promise<boolean> {
      const { owner, account } = await personalOwnerOf(id);
      return store.change(account, confirmToken(owner, id, code, vault));
    },

    /** True when the two codes were right and followed each other. */
    async resync(id: string, codes: readonly [string, string]): Promise<boolean> {
      const { owner, account } = await personalOwnerOf(id);
      return store.change(account, resyncToken(owner, id, codes, vault));
    },

    async switch(id: string, state: 'active' | 'disabled'): Promise<void> {
      const { owner, account } = await personalOwnerOf(id);
      await store.change(account, switchToken(owner, id, state));
    },

    async delete(id: string): Promise<void> {
      const { owner, account } = await ownerOf(id);
      await store.change(account, deleteToken(owner, id));
    },

    /** The token with this id. */
    async show(id: string): Promise<OwnedToken & { readonly account: Account }> {
      const { account: key } = await ownerOf(id);
      const account = (await store.read(key)) ?? {};
      const token = account.tokens?.[id];
      if (token === undefined) throw new Problem('refused', `there is no token "${id}" in the realm "${realm}"`);
      return { id, user: userIn(key.id), token, account };
    },

    /** All tokens, those in stock first; or those of one person. */
    async *list(userName?: string): AsyncGenerator<OwnedToken> {
      if (userName !== undefined) {
        const user = await personOf(userName);
        const account = await store.read(accountOf(realm, user));
        for (const [id, token] of Object.entries(account?.tokens ?? {})) yield { id, user, token };
        return;
      }
      yield* tokensBelow(store, `/${realm}/`);
      yield* tokensBelow(store, `${realm}/`);
    },

    /** Gives a token in stock to a person. */
    async assign(id: string, userName: string): Promise<string> {
      const user = await personOf(userName);
      const { user: present, token } = await this.show(id);
      if (present !== undefined) throw new Problem('refused', `the token "${id}" belongs to "${present}"`);
      const from = stockOf(realm, id);
      const to = accountOf(realm, user);
      const seed = vault.open(token.secret, placeOfSeed(from, id));
      const moved = { ...token, secret: vault.seal(seed, placeOfSeed(to, id)) };
      await store.changeAll([
        changeOf(from, takeFromStock(id)),
        changeOf(to, addToken({ realm, user, origin }, id, moved, { maxTokens })),
      ]);
      return user;
    },

    /**
     * Takes tokens in, all or none: to `user`, or to the owner each names, otherwise into stock. `advance` hears how many are ready.
     *
     * @throws ImportFaults naming the seeds, by index, that cannot be taken in
     */
    async import(
      seeds: readonly TokenSeed[],
      user: string | undefined,
      advance: (done: number) => void,
    ): Promise<void> {
      await store.changeAll(await planImport({ realm, user, origin, maxTokens }, seeds, ports, advance));
      advance(seeds.length);
    },
  };
}

async function* tokensBelow(store: Store, prefix: string): AsyncGenerator<OwnedToken> {
  for (let after = ''; ; ) {
    const { items, more } = await store.list(accounts, { prefix, after, limit: 500 });
    for (const { id: account, value } of items) {
      for (const [id, token] of Object.entries(value.tokens ?? {})) yield { id, user: userIn(account), token };
    }
    after = items.at(-1)?.id ?? after;
    if (!more) return;
  }
}

function userIn(accountId: string): string | undefined {
  return accountId.startsWith('/') ? undefined : accountId.slice(accountId.indexOf('/') + 1);
}
