import type { Vault } from '../../core/ports.ts';
import type { Key, Kind } from '../../core/store.ts';

/** A sign-in whose password was right and whose code is awaited. Kept by a keyed hash of the reference that the caller holds. */
export interface Login {
  readonly tenant: string;
  readonly realm: string;
  readonly user: string;
  readonly endsAt: number;
}

const logins: Kind<Login> = { name: 'login' };

/** The record of the login with this reference. */
export function loginOf(reference: string, vault: Pick<Vault, 'keyedHash'>): Key<Login> {
  return { kind: logins, id: vault.keyedHash(reference, 'login') };
}
