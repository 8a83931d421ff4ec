import { accountOf } from '../../core/account.ts';
import type { Chance, Ports, Vault } from '../../core/ports.ts';
import type { PushBackend } from '../../core/push.ts';
import { invite, type Owner } from './devices.ts';

/** Random bytes in the code of an invitation. */
const codeBytes = 16;

/** An invitation to enrol a device, as it is handed to the person. */
export interface Invitation {
  /** Link for the device; shown as a QR code. */
  readonly link: string;
  /** The same without the address, for typing it in. */
  readonly code: string;
  readonly endsAt: number;
}

/** Invites a person; what was handed out before is worth nothing any more. */
export async function createInvitation(
  owner: Owner,
  {
    store,
    chance,
    vault,
    clock,
    backend,
  }: Pick<Ports, 'store' | 'chance' | 'vault' | 'clock'> & {
    readonly backend: Pick<PushBackend, 'url' | 'policy'>;
  },
): Promise<Invitation> {
  const code = newCode(chance);
  const endsAt = clock.now() + backend.policy.invitationSeconds * 1000;
  await store.change(accountOf(owner.realm, owner.user), invite(owner, hashOfCode(code, vault), endsAt));
  // Behind "#", so that it is in no log and no referrer.
  return { link: `${backend.url}/approve/#${code}`, code, endsAt };
}

/** What the store keeps of a code. */
export function hashOfCode(code: string, vault: Pick<Vault, 'keyedHash'>): string {
  return vault.keyedHash(code, 'invitation');
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Sixteen bytes in base64url (RFC 4648 §5): 22 characters. */
function newCode(chance: Chance): string {
  const bits = [...chance.bytes(codeBytes)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,6}/g) ?? [];
  return groups.map((group) => letters[Number.parseInt(group.padEnd(6, '0'), 2)]).join('');
}
