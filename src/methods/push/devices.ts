import { type Account, accountOf, claimsOf, type Device, type Passkey } from '../../core/account.ts';
import type { AuditEvent, EventType, Origin } from '../../core/event.ts';
import { isWithin } from '../../core/lifetime.ts';
import type { Sealed } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import type { PushPolicy } from '../../core/push-settings.ts';
import type { Outcome, Transition } from '../../core/store.ts';
import { pushEvents } from './events.ts';

/** Whose account is changed, and on whose behalf. */
export interface Owner {
  readonly realm: string;
  readonly user: string;
  readonly origin: Origin;
}

type Change<R = void> = Transition<Account, R>;

/** Invites the person to enrol a device until `until`; an invitation from before is worth nothing any more. `hash`: keyed hash of its code. */
export function invite(owner: Owner, hash: string, until: number): Change {
  return (account) =>
    become(owner, { ...account, invitations: { [hash]: until } }, [eventOf(owner, pushEvents.invited)]);
}

/** A device that wants to be enrolled. */
export interface Applicant {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  /** Device whose place it takes. */
  readonly replaces?: string | undefined;
}

/** True while an invitation that is good until `until` can be used. */
export function isOpen(
  until: number | undefined,
  at: number,
  { invitationSeconds }: Pick<PushPolicy, 'invitationSeconds'>,
): until is number {
  return until !== undefined && isWithin(until - invitationSeconds * 1000, until, at);
}

/**
 * Makes a device of whoever comes with the invitation first; it is used up by that.
 *
 * @throws Problem 'invitation-unknown' when it is used, lapsed or never was; 'limit-reached'; 'property-invalid' for `replaces`
 */
export function enrol(
  owner: Owner,
  hash: string,
  applicant: Applicant,
  policy: Pick<PushPolicy, 'maxDevices' | 'invitationSeconds'>,
): Change {
  return (account, at) => {
    if (!isOpen(account?.invitations?.[hash], at, policy)) throw new Problem('invitation-unknown');
    const { id, key, name, replaces } = applicant;
    const { [replaces ?? '']: replaced, ...others } = account?.devices ?? {};
    if (replaces !== undefined && replaced === undefined) {
      throw new Problem('property-invalid', 'must be a device of the same person', { property: 'replaces' });
    }
    if (Object.keys(others).length >= policy.maxDevices) {
      throw new Problem('limit-reached', `at most ${policy.maxDevices} devices a person`);
    }
    const { invitations: _, ...rest } = account ?? {};
    const events = [
      ...(replaces === undefined ? [] : [{ ...eventOf(owner, pushEvents.revoked, replaces), reason: 'replaced' }]),
      eventOf(owner, pushEvents.enrolled, id),
    ];
    return become(owner, { ...rest, devices: { ...others, [id]: { key, name, enrolledAt: at } } }, events);
  };
}

/** Takes a device from a person; its key is dead. `reason`: `left` by itself, or `revoked`. @throws Problem 'device-unknown' */
export function revoke(owner: Owner, id: string, reason: 'left' | 'revoked'): Change {
  return (account) => {
    deviceIn(account, id);
    const { [id]: _, ...devices } = account?.devices ?? {};
    return become(owner, { ...account, devices }, [{ ...eventOf(owner, pushEvents.revoked, id), reason }]);
  };
}

/** How a device is woken, sealed; undefined takes it back. @throws Problem 'device-unknown' */
export function subscribe(
  owner: Owner,
  id: string,
  push: { readonly sealed: Sealed; readonly kind: NonNullable<Device['pushKind']> } | undefined,
): Change {
  return (account, at) => {
    const device = withoutPush(deviceIn(account, id));
    const next = push === undefined ? device : { ...device, push: push.sealed, pushKind: push.kind, pushAt: at };
    return replaceDevice(owner, account, id, next);
  };
}

/**
 * Forgets how a device is woken: the push service says that nobody is there.
 *
 * Not when it has subscribed anew meanwhile, or after `since`, the instant the service speaks of (APNs 410).
 */
export function lapse(owner: Owner, id: string, sealed: Sealed, since: number | undefined): Change {
  return (account, at) => {
    const device = account?.devices?.[id];
    if (device?.push !== sealed || (since !== undefined && (device.pushAt ?? 0) > since)) return { result: undefined };
    const next = { ...withoutPush(device), pushLapsedAt: at };
    return replaceDevice(owner, account, id, next, [eventOf(owner, pushEvents.lapsed, id)]);
  };
}

/** How long after its enrolment a device can get a passkey, in milliseconds. Our choice: whoever holds it later is not to add one. */
export const passkeyWithinMs = 600_000;

/** Until when the device can get a passkey; undefined when it cannot. */
export function passkeyUntil({ enrolledAt, passkey }: Device, at: number): number | undefined {
  const until = enrolledAt + passkeyWithinMs;
  return passkey === undefined && isWithin(enrolledAt, until, at) ? until : undefined;
}

/** Gives a device its passkey. @throws Problem 'device-unknown'; 'passkey-refused' when it is too late, or it has one */
export function addPasskey(owner: Owner, id: string, passkey: Passkey): Change {
  return (account, at) => {
    const device = deviceIn(account, id);
    if (passkeyUntil(device, at) === undefined) throw new Problem('passkey-refused', 'not now');
    return replaceDevice(owner, account, id, { ...device, passkey }, [eventOf(owner, pushEvents.passkeyAdded, id)]);
  };
}

/** What an answer means for the account of whoever gave it. */
export interface Answered {
  readonly approves: boolean;
  /** After "not me". */
  readonly pauses: boolean;
  /** The passkey as it is after its use. */
  readonly passkey: Passkey | undefined;
}

/**
 * What an answer leaves in the account. "Not me" has its event here, with the pause: it holds even if the request ends otherwise, and
 * nobody approves anything from then on.
 *
 * @throws Problem 'device-unknown' when it was revoked meanwhile; 'assignment-gone' when it approves and requests are paused
 */
export function afterAnswer(owner: Owner, id: string, { approves, pauses, passkey }: Answered): Change {
  return (account, at) => {
    const device = { ...deviceIn(account, id), answeredAt: at, ...(passkey !== undefined && { passkey }) };
    if (approves && account?.pushPausedAt !== undefined) throw new Problem('assignment-gone', 'paused');
    const paused = pauses ? { ...account, pushPausedAt: at } : account;
    return replaceDevice(owner, paused, id, device, pauses ? [eventOf(owner, pushEvents.notMe, id)] : []);
  };
}

/** Has the person asked again. False when nothing was paused. */
export function resume(owner: Owner): Change<boolean> {
  return (account) => {
    if (account?.pushPausedAt === undefined) return { result: false };
    const { pushPausedAt: _, ...next } = account;
    return { ...become(owner, next, [eventOf(owner, pushEvents.resumed)]), result: true };
  };
}

/** Where the way to wake a device lies: what it is sealed for. */
export function placeOfPush({ realm, user }: Pick<Owner, 'realm' | 'user'>, id: string): string {
  const { kind, id: account } = accountOf(realm, user);
  return `${kind.name}\n${account}\ndevices.${id}.push`;
}

/** An event about a person, and one of their devices. */
export function eventOf({ realm, user, origin }: Owner, type: EventType, device?: string): AuditEvent {
  return { ...origin, type, realm, user, ...(device !== undefined && { subject: device }) };
}

function deviceIn(account: Account | undefined, id: string): Device {
  const device = account?.devices?.[id];
  if (device === undefined) throw new Problem('device-unknown');
  return device;
}

function withoutPush({ push: _, pushKind: __, pushAt: ___, pushLapsedAt: ____, ...device }: Device): Device {
  return device;
}

function replaceDevice(
  owner: Owner,
  account: Account | undefined,
  id: string,
  device: Device,
  events: readonly AuditEvent[] = [],
): Outcome<Account, void> {
  return become(owner, { ...account, devices: { ...account?.devices, [id]: device } }, events);
}

function become(owner: Owner, next: Account, events: readonly AuditEvent[]): Outcome<Account, void> {
  return { next, claims: claimsOf(owner.realm, next), events, result: undefined };
}
