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

/** A passkey that a device made, for when a signature of the device alone is not enough (WebAuthn Level 3). */
export interface Passkey {
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
}

/** A passkey that a person signs in with on a page. Its credential id is the name it is kept by. */
export interface SignInPasskey extends Omit<Passkey, 'id'> {
  /** Domain it belongs to: it can be used nowhere else (WebAuthn Level 3 §5.1.2). */
  readonly rpId: string;
  readonly enrolledAt: number;
  readonly usedAt?: number;
}

/** A device that a person answers requests on. Its id is the name it is kept by. */
export interface Device {
  /** Public key: the uncompressed P-256 point, base64url. */
  readonly key: string;
  /** What the person calls it. */
  readonly name: string;
  readonly enrolledAt: number;
  /** How it is woken: JSON, sealed for this account and device. */
  readonly push?: Sealed;
  readonly pushKind?: 'web' | 'fcm' | 'apns';
  /** Since when `push` is as it is. */
  readonly pushAt?: number;
  /** Since when the push service knows nothing of it any more. */
  readonly pushLapsedAt?: number;
  readonly passkey?: Passkey;
  /** When it last answered. */
  readonly answeredAt?: number;
}

/** All that Portvakt itself knows of one person in one realm. */
export interface Account {
  readonly tokens?: Readonly<Record<string, Token>>;
  readonly codes?: Readonly<Partial<Record<CodePurpose, IssuedCode>>>;
  /** `any` is the count over all kinds of proof. */
  readonly attempts?: Readonly<Partial<Record<ProofKind | 'any', Attempts>>>;
  /** Sessions that were opened then or before hold no more: the person was removed, or has a new password. */
  readonly sessionsFrom?: number;
  /** When the password checks began that the directory has not answered yet. */
  readonly guesses?: readonly number[];
  readonly devices?: Readonly<Record<string, Device>>;
  /** Open invitations to enrol a device: keyed hash of the code → when it lapses. */
  readonly invitations?: Readonly<Record<string, number>>;
  /** Passkeys for signing in on a page, by credential id. */
  readonly passkeys?: Readonly<Record<string, SignInPasskey>>;
  /** What authenticators know the person by (WebAuthn Level 3 §5.4.3): random, so that it tells nothing. base64url. */
  readonly passkeyHandle?: string;
  /** Since when no request is shown to the person, who said that one was not theirs; until somebody lifts it. */
  readonly pushPausedAt?: number;
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

/** The names an account holds alone: the serial numbers of its tokens in the realm; its devices, invitations and passkeys everywhere. */
export function claimsOf(
  realm: string,
  { tokens = {}, devices = {}, invitations = {}, passkeys = {} }: Account,
): readonly string[] {
  return [
    ...Object.keys(tokens).map((id) => `${realm}/token/${id}`),
    ...Object.keys(devices).map(claimOfDevice),
    ...Object.keys(invitations).map(claimOfInvitation),
    ...Object.keys(passkeys).map(claimOfPasskey),
  ];
}

/** The claim of a device, which speaks for itself and names no realm. */
export function claimOfDevice(id: string): string {
  return `device/${id}`;
}

/** The claim of an invitation; `hash` is the keyed hash of its code. */
export function claimOfInvitation(hash: string): string {
  return `invitation/${hash}`;
}

/** The claim of a passkey for signing in; `id` is its credential id. */
export function claimOfPasskey(id: string): string {
  return `passkey/${id}`;
}

/** Realm and user of an account's record id. */
export function ownerOf(accountId: string): { readonly realm: string; readonly user: string } {
  const slash = accountId.indexOf('/');
  return { realm: accountId.slice(0, slash), user: accountId.slice(slash + 1) };
}
