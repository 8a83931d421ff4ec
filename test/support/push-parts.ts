import { createAuditLog } from '../../src/adapters/audit-log.ts';
import { newKeyLine, parseKeyRing } from '../../src/adapters/key-ring.ts';
import { createVault } from '../../src/adapters/vault.ts';
import type { Clock, Vault } from '../../src/core/ports.ts';
import type { Store } from '../../src/core/store.ts';
import { createMemoryStore } from './memory-store.ts';

/** An empty store with the vault that belongs to it. */
export function createFixtureStore(clock: Clock): { readonly store: Store; readonly vault: Vault } {
  const ring = parseKeyRing(newKeyLine(0));
  return { store: createMemoryStore({ clock, log: createAuditLog(ring) }), vault: createVault(ring) };
}
