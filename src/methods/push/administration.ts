import { type Account, accountOf, accounts, claimOfDevice, type Device, ownerOf } from '../../core/account.ts';
import type { Origin } from '../../core/event.ts';
import type { Ports } from '../../core/ports.ts';
import { Problem } from '../../core/problem.ts';
import { pushBackends } from '../../core/push.ts';
import { realmOf } from '../../core/realm.ts';
import { resume, revoke } from './devices.ts';
import { createInvitation, type Invitation } from './invitation.ts';

/** A device with its owner. */
export interface OwnedDevice {
  readonly id: string;
  readonly user: string;
  readonly device: Device;
  /** The person is asked no more, since then. */
  readonly pausedAt: number | undefined;
}

/** What administrators do with the devices of a realm. Everything throws Problem 'refused' for a person or device that is not there. */
export interface DeviceAdministration {
  invite(userName: string): Promise<Invitation & { readonly user: string }>;
  list(userName?: string): AsyncIterable<OwnedDevice>;
  /** Whose it was. */
  revoke(id: string): Promise<string>;
  /** False when the person was not paused. */
  resume(userName: string): Promise<boolean>;
}

/** `origin` stands in the events. */
export function createDeviceAdministration(realm: string, origin: Origin, ports: Ports): DeviceAdministration {
  const { store } = ports;

  async function personOf(userName: string): Promise<string> {
    const person = await realmOf(ports.realms, realm).find(userName);
    if (person === undefined) throw new Problem('refused', `nobody in the realm "${realm}" is called "${userName}"`);
    return person.id;
  }

  async function* everybody(): AsyncIterable<{ readonly id: string; readonly value: Account }> {
    for (let after = ''; ; ) {
      const { items, more } = await store.list(accounts, { prefix: `${realm}/`, after, limit: 500 });
      yield* items;
      after = items.at(-1)?.id ?? after;
      if (!more) return;
    }
  }

  return {
    async invite(userName) {
      const user = await personOf(userName);
      const backend = ports.backends.of(pushBackends, 'default');
      return { user, ...(await createInvitation({ realm, user, origin }, { ...ports, backend })) };
    },

    async *list(userName) {
      if (userName === undefined) {
        for await (const { id, value } of everybody()) yield* devicesIn(ownerOf(id).user, value);
        return;
      }
      const user = await personOf(userName);
      yield* devicesIn(user, await store.read(accountOf(realm, user)));
    },

    async revoke(id) {
      const holder = await store.holder(accounts, claimOfDevice(id));
      const owner = holder === undefined ? undefined : ownerOf(holder);
      if (owner?.realm !== realm) throw new Problem('refused', `there is no device "${id}" in the realm "${realm}"`);
      await store.change(accountOf(realm, owner.user), revoke({ ...owner, origin }, id, 'revoked'));
      return owner.user;
    },

    async resume(userName) {
      const user = await personOf(userName);
      return store.change(accountOf(realm, user), resume({ realm, user, origin }));
    },
  };
}

function* devicesIn(user: string, account: Account | undefined): Iterable<OwnedDevice> {
  for (const [id, device] of Object.entries(account?.devices ?? {})) {
    yield { id, user, device, pausedAt: account?.pushPausedAt };
  }
}
