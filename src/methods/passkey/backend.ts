import type { BackendKind } from '../../core/backend.ts';
import type { Passkeys } from '../../core/push.ts';

/** Where a passkey is made and used. */
export interface Place {
  /** Domain it belongs to. */
  readonly rpId: string;
  /** Origins of the pages that may use it. */
  readonly origins: readonly string[];
}

/** Checks passkeys for whatever place. */
export interface PasskeyBackend {
  at(place: Place): Passkeys;
}

/** The one backend of passkeys; its name is `default`. */
export const passkeyBackends: BackendKind<PasskeyBackend> = { name: 'passkey' };
