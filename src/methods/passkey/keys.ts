import { type Account, claimsOf, type Passkey, type SignInPasskey } from '../../core/account.ts';
import { isLockedAtAll } from '../../core/account-lock.ts';
import type { AuditEvent, EventType, Origin } from '../../core/event.ts';
import { Problem } from '../../core/problem.ts';
import type { Outcome, Transition } from '../../core/store.ts';
import { passkeyEvents } from './events.ts';

/** Whose account is changed, and on whose behalf. */
export interface Owner {
  readonly realm: string;
  readonly user: string;
  readonly origin: Origin;
}

/** A new passkey, and what it was made for. */
export interface NewPasskey extends Passkey {
  readonly rpId: string;
  /** What the authenticator was told to know the person by. */
  readonly handle: string;
  /** It is for somebody who has none yet. */
  readonly isFirst: boolean;
}

/** Passkeys a person may have. Our choice: more than anybody has devices. */
export const maxPasskeys = 20;

/** Why a passkey that was used rightly opens nothing all the same. */
export type Use = 'accepted' | 'removed' | 'counter' | 'locked';

/** Ids of the person’s passkeys for this domain. */
export function passkeysAt(account: Account | undefined, rpId: string): readonly string[] {
  return Object.entries(account?.passkeys ?? {}).flatMap(([id, passkey]) => (passkey.rpId === rpId ? [id] : []));
}

/**
 * Gives the person a passkey.
 *
 * @throws Problem 'passkey-refused' when it was made for a first one and there is one, or under another handle; 'limit-reached'
 */
export function enrolPasskey(owner: Owner, made: NewPasskey): Transition<Account, void> {
  const { id, publicKey, counter, rpId, handle, isFirst } = made;
  return (account, at) => {
    if (isFirst && passkeysAt(account, rpId).length > 0) throw new Problem('passkey-refused', 'there is one');
    if ((account?.passkeyHandle ?? handle) !== handle) throw new Problem('passkey-refused', 'another handle');
    if (account?.passkeys?.[id] !== undefined) throw new Problem('passkey-refused', 'known already');
    if (Object.keys(account?.passkeys ?? {}).length >= maxPasskeys) throw new Problem('limit-reached');
    const passkey = { publicKey, counter, rpId, enrolledAt: at };
    const next = { ...account, passkeyHandle: handle, passkeys: { ...account?.passkeys, [id]: passkey } };
    return become(owner, next, [eventOf(owner, passkeyEvents.enrolled, id)], undefined);
  };
}

/**
 * Uses a passkey whose signature was right: its counter has to be higher than the last time, unless it never counts (WebAuthn Level 3 §6.1.1).
 *
 * Decided here, where uses come one after the other: of two copies with the same counter one is refused.
 */
export function usePasskey(owner: Owner, { id, publicKey, counter }: Passkey): Transition<Account, Use> {
  return (account, at) => {
    const kept = account?.passkeys?.[id];
    if (kept?.publicKey !== publicKey) return { result: 'removed' };
    const isForward = counter > kept.counter || (counter === 0 && kept.counter === 0);
    if (!isForward) return { events: [eventOf(owner, passkeyEvents.counterBack, id)], result: 'counter' };
    if (isLockedAtAll(account, at)) return { result: 'locked' };
    const used: SignInPasskey = { ...kept, counter, usedAt: at };
    return become(owner, { ...account, passkeys: { ...account?.passkeys, [id]: used } }, [], 'accepted');
  };
}

/** Takes a passkey from a person. @throws Problem 'refused' when it is not theirs */
export function removePasskey(owner: Owner, id: string): Transition<Account, void> {
  return (account) => {
    const { [id]: gone, ...passkeys } = account?.passkeys ?? {};
    if (gone === undefined) throw new Problem('refused', `${owner.user} has no passkey "${id}"`);
    return become(owner, { ...account, passkeys }, [eventOf(owner, passkeyEvents.removed, id)], undefined);
  };
}

function eventOf({ realm, user, origin }: Owner, type: EventType, subject: string): AuditEvent {
  return { ...origin, type, realm, user, subject };
}

function become<R>(owner: Owner, next: Account, events: readonly AuditEvent[], result: R): Outcome<Account, R> {
  return { next, claims: claimsOf(owner.realm, next), events, result };
}
