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

/** What a person proves something with; failures are counted for each apart, unless the realm's policy is `shared`. */
export type ProofKind = 'code' | 'password';

/** A code that we made and handed out: read to a caller, or sent in a message. Only its keyed hash is kept. */
export interface IssuedCode {
  readonly hash: string;
  readonly endsAt: number;
  /** Wrong answers it survives. */
  readonly retriesLeft: number;
  /** How often it can still be replaced by a new one that inherits its limits. */
  readonly resendsLeft: number;
  /** The login it is for; absent when it is for whoever is the person. */
  readonly login?: string;
  /** It has done its work, or was answered wrongly too often. It is kept until it ends, to tell a used code from a wrong one. */
  readonly closed?: 'used' | 'wrong';
}

/** What issued codes are for. A person has at most one of each. */
export type CodePurpose = 'call-in' | 'sign-in';

/** All that Portvakt itself knows of one person in one realm. */
export interface Account {
  readonly tokens?: Readonly<Record<string, Token>>;
  readonly codes?: Readonly<Partial<Record<CodePurpose, IssuedCode>>>;
  /** `any` is the count over all kinds of proof. */
  readonly attempts?: Readonly<Partial<Record<ProofKind | 'any', Attempts>>>;
  /** When the password checks began that the directory has not answered yet. */
  readonly guesses?: readonly number[];
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
