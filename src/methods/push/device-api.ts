import {
  type Account,
  accountOf,
  accounts,
  claimOfInvitation,
  type Device,
  ownerOf as ownerOfRecord,
} from '../../core/account.ts';
import type { Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { pushBackends } from '../../core/push.ts';
import { realmOf } from '../../core/realm.ts';
import { newTransactionId, transactionOf } from '../../core/transaction.ts';
import { advance } from '../../core/transaction-changes.ts';
import { waitOf } from '../../core/transaction-run.ts';
import { type AnswerPorts, standingFor, takeAnswer } from './answer.ts';
import { shownOf } from './assignment.ts';
import {
  admitDevice,
  admitKey,
  checkClock,
  checkVersion,
  type DeviceRequest,
  type SignedBy,
} from './device-request.ts';
import { addPasskey, enrol, isOpen, passkeyUntil, placeOfPush, revoke, subscribe } from './devices.ts';
import { hashOfCode } from './invitation.ts';
import { waitForLive } from './pending.ts';
import { protocolVersion, signedText } from './signed-text.ts';
import { readTarget } from './targets.ts';

/** What devices ask of the server. docs/approval-protocol.md */
export interface DeviceApi {
  /** The body of the answer. @throws Problem as the protocol says; 'not-found' for what there is not */
  ask(request: DeviceRequest): Promise<object>;
}

type ApiPorts = AnswerPorts & Pick<Ports, 'chance'>;
type Handler = (request: DeviceRequest, ports: ApiPorts) => Promise<object>;
type SignedHandler = (by: SignedBy, request: DeviceRequest, ports: ApiPorts) => Promise<object>;

/** The requests of the protocol, over the one backend. */
export function createDeviceApi(ports: Ports): DeviceApi {
  const all: ApiPorts = { ...ports, backend: ports.backends.of(pushBackends, 'default') };
  return {
    async ask(request) {
      const handler = Object.hasOwn(handlers, request.what) ? handlers[request.what] : undefined;
      if (handler === undefined) throw new Problem('not-found');
      return handler(request, all);
    },
  };
}

const signed =
  (handle: SignedHandler): Handler =>
  async (request, ports) =>
    handle(await admitDevice(request, ports), request, ports);

const handlers: Readonly<Record<string, Handler>> = {
  hello,
  invitation,
  enroll,
  state: signed((by, _, ports) => stateOf(by, by.account, ports)),
  push: signed(push),
  pending: signed(pending),
  fetch: signed(fetchAssignment),
  answer: signed(async (by, { input }, ports) => ({ outcome: await takeAnswer(by, input, ports) })),
  passkey: signed(passkey),
  leave: signed(async (by, _, { store }) => {
    await store.change(accountOf(by.realm, by.user), revoke(by, by.id, 'left'));
    return {};
  }),
};

async function hello(request: DeviceRequest, { clock, backend }: ApiPorts): Promise<object> {
  checkVersion(request);
  return {
    protocol: protocolVersion,
    now: clock.now(),
    name: backend.policy.name,
    applicationServerKey: await backend.applicationServerKey(),
    passkeys: backend.policy.offersPasskeys,
  };
}

async function invitation(request: DeviceRequest, ports: ApiPorts): Promise<object> {
  checkVersion(request);
  const { realm, user, hash } = await invited(request, ports);
  const account = await ports.store.read(accountOf(realm, user));
  const endsAt = account?.invitations?.[hash];
  if (!isOpen(endsAt, ports.clock.now(), ports.backend.policy)) throw new Problem('invitation-unknown');
  return { person: user, displayName: await nameOf(realm, user, ports), realm, endsAt };
}

async function enroll(request: DeviceRequest, ports: ApiPorts): Promise<object> {
  const { input, origin } = request;
  const { store, chance, backend } = ports;
  checkVersion(request);
  checkClock(request, ports);
  const { key = '', name = '', replaces } = input;
  if (!backend.keys.isPublicKey(key)) {
    throw new Problem('property-invalid', 'must be a point on P-256, uncompressed, base64url', { property: 'key' });
  }
  if (!/^[^\p{C}]{1,60}$/u.test(name) || name.trim() === '') {
    throw new Problem('property-invalid', 'must be 1 to 60 characters', { property: 'name' });
  }
  const { realm, user, hash } = await invited(request, ports);
  await admitKey(request, '', key, ports);
  const id = newTransactionId(chance);
  const owner = { realm, user, origin: { ...origin, caller: `device:${id}` } };
  const applicant = { id, key, name: name.trim(), replaces };
  await store.change(accountOf(realm, user), enrol(owner, hash, applicant, backend.policy));
  const account = await store.read(accountOf(realm, user));
  return stateOf({ id, realm, user }, account, ports);
}

/** Whose account the invitation is in. @throws Problem 'invitation-unknown' */
async function invited({ input }: DeviceRequest, { store, vault }: ApiPorts) {
  const hash = hashOfCode((input['code'] ?? '').slice(0, 100), vault);
  const holder = await store.holder(accounts, claimOfInvitation(hash));
  if (holder === undefined) throw new Problem('invitation-unknown');
  return { ...ownerOfRecord(holder), hash };
}

async function push(by: SignedBy, { input }: DeviceRequest, ports: ApiPorts): Promise<object> {
  const { store, vault, backend } = ports;
  const target = readTarget(input);
  const objection = target && backend.objectionTo(target);
  if (objection !== undefined) {
    throw new Problem('property-invalid', objection, { property: target?.type === 'web' ? 'endpoint' : 'type' });
  }
  // Nothing can be encrypted for a key that is none: better said now than at each request.
  if (target?.type === 'web' && !backend.keys.isPublicKey(target.p256dh)) {
    throw new Problem('property-invalid', 'must be a point on P-256', { property: 'p256dh' });
  }
  const change = target && {
    kind: target.type,
    sealed: vault.seal(new TextEncoder().encode(JSON.stringify(target)), placeOfPush(by, by.id)),
  };
  await store.change(accountOf(by.realm, by.user), subscribe(by, by.id, change));
  return stateOf(by, await store.read(accountOf(by.realm, by.user)), ports);
}

async function pending(by: SignedBy, { headers }: DeviceRequest, ports: ApiPorts): Promise<object> {
  const live = await waitForLive(by, Math.min(waitOf(headers), longestWaitMs), ports);
  const account = await ports.store.read(accountOf(by.realm, by.user));
  // Revoked while it waited: it is told by its next request; nothing is told to it now.
  const isKnown = account?.devices?.[by.id] !== undefined;
  return {
    ...(isKnown && live && { assignment: live.id, endsAt: live.endsAt }),
    ...pausedAt(account),
    now: ports.clock.now(),
  };
}

/** The longest a device may park its question, in milliseconds. */
const longestWaitMs = 25_000;

async function fetchAssignment(by: SignedBy, { input }: DeviceRequest, ports: ApiPorts): Promise<object> {
  const standing = await standingFor(input['assignment'] ?? '', by, ports);
  const { id, transaction, assignment } = standing;
  if (transaction.state === 'pending') {
    await ports.store.change(transactionOf(id), advance({ state: 'in-progress', word: 'fetched' }, by.origin));
  }
  return {
    ...shownOf(standing),
    match: assignment.number !== undefined,
    passkey: assignment.passkey,
    now: ports.clock.now(),
  };
}

async function passkey(by: SignedBy, { input }: DeviceRequest, ports: ApiPorts): Promise<object> {
  const { store, clock, backend } = ports;
  if (passkeyUntil(by.device, clock.now()) === undefined) throw new Problem('passkey-refused', 'not now');
  const challenge = backend.keys.digest(signedText('passkey', { device: by.id, nonce: by.nonce }));
  const made = await backend.passkeys.register(input['credential'] ?? '', challenge);
  if (made === undefined) throw new Problem('passkey-refused');
  await store.change(accountOf(by.realm, by.user), addPasskey(by, by.id, made));
  return stateOf(by, await store.read(accountOf(by.realm, by.user)), ports);
}

async function stateOf(
  { id, realm, user }: Pick<SignedBy, 'id' | 'realm' | 'user'>,
  account: Account | undefined,
  ports: ApiPorts,
): Promise<object> {
  const device = account?.devices?.[id];
  if (device === undefined) throw new Problem('device-unknown');
  const now = ports.clock.now();
  return {
    device: id,
    name: device.name,
    enrolledAt: device.enrolledAt,
    person: user,
    displayName: await nameOf(realm, user, ports),
    realm,
    server: ports.backend.policy.name,
    ...pushState(device),
    ...passkeyState(device, now),
    ...pausedAt(account),
    now,
  };
}

function pushState({ pushKind, pushLapsedAt }: Device): object {
  if (pushKind !== undefined) return { push: 'active', pushKind };
  return { push: pushLapsedAt === undefined ? 'none' : 'lapsed' };
}

function passkeyState(device: Device, now: number): object {
  if (device.passkey !== undefined) return { passkey: 'registered' };
  const until = passkeyUntil(device, now);
  return until === undefined ? { passkey: 'none' } : { passkey: 'possible', passkeyUntil: until };
}

function pausedAt(account: Account | undefined): object {
  return account?.pushPausedAt === undefined ? {} : { pausedAt: account.pushPausedAt };
}

/** How the person is called; the user name when no directory says, or none answers. */
async function nameOf(realm: string, user: string, { realms }: ApiPorts): Promise<string> {
  const person = await realmOf(realms, realm)
    .find(user)
    .catch(() => undefined);
  return person?.attributes['displayName']?.[0] ?? user;
}
