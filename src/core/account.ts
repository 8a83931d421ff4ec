import type { Attempts } from './attempts.ts';
import type { HashName, Sealed } from './ports.ts';
import type { Key, Kind } from './store.ts';

/** One token of a person. Its id, the serial number, is the name it is kept by. */
export interface Token {
  readonly type: 'totp' | 'hotp';
  /** The seed, sealed for this account and token. */
  readonly secret: Sealed;
  readonly algorithm: HashName;
  /** Length of its codes, 6–10. */
  readonly digits: number;
  /** How long a code lasts; for totp. */
  readonly periodSeconds: number;
  /** The least counter (hotp) or time step (totp) that is still good. Only ever grows: that is what makes a code single use. */
  readonly next: number;
  /** How many steps the token's clock was ahead when it was last used; for totp. */
  readonly drift: number;
  /** `unconfirmed` until its first code was right; `disabled` by an administrator. */
  readonly state: 'unconfirmed' | 'active' | 'disabled';
  /** Until when an unconfirmed token can be confirmed. */
  readonly confirmBy?: number;
  readonly name?: string;
  readonly createdAt: number;
  readonly usedAt?: number;
}

/** Kinds of proof whose failures are counted apart. */
export type ProofKind = 'code';

/** All that Portvakt itself knows of one person in one realm. */
export interface Account {
  readonly tokens?: Readonly<Record<string, Token>>;
  readonly attempts?: Readonly<Partial<Record<ProofKind, Attempts>>>;
}

/** The kind of {@link Account} records. */
export const accounts: Kind<Account> = { name: 'account' };

/** The account of one person. `user` is the directory's spelling; realm ids have no slash in them. */
export function accountOf(realm: string, user: string): Key<Account> {
  return { kind: accounts, id: `${realm}/${user}` };
}

/** Where the seed of a token lies: what it is sealed for. */
export function placeOfSeed(account: Key<Account>, tokenId: string): string {
  return `${account.kind.name}\n${account.id}\ntokens.${tokenId}.secret`;
}

/** The names an account holds alone in its realm: the serial numbers of its tokens. */
export function claimsOf(realm: string, { tokens = {} }: Account): readonly string[] {
  return Object.keys(tokens).map((id) => `${realm}/token/${id}`);
}
