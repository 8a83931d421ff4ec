import { type Account, accountOf } from '../../core/account.ts';
import type { Ports } from '../../core/ports.ts';
import type { PushBackend, PushTarget, WakeUp } from '../../core/push.ts';
import { lapse, type Owner, placeOfPush } from './devices.ts';

/** Has every device of the person woken that can be; returns at once. */
export function wakeDevices(
  owner: Owner,
  devices: NonNullable<Account['devices']>,
  about: Pick<WakeUp, 'assignment' | 'endsAt'>,
  { store, vault, backend }: Pick<Ports, 'store' | 'vault'> & { readonly backend: PushBackend },
): void {
  for (const [device, { push }] of Object.entries(devices)) {
    if (push === undefined) continue;
    const place = placeOfPush(owner, device);
    const target = JSON.parse(new TextDecoder().decode(vault.open(push, place))) as PushTarget;
    const topic = vault.keyedHash(device, 'push-topic').slice(0, 32);
    backend.wake(target, { ...about, device, topic }, (since) =>
      store.change(accountOf(owner.realm, owner.user), lapse(owner, device, push, since)),
    );
  }
}
