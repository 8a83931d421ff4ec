import { createAuditLog } from '../../src/adapters/audit-log.ts';
import { systemChance } from '../../src/adapters/chance.ts';
import { newKeyLine, parseKeyRing } from '../../src/adapters/key-ring.ts';
import { createVault } from '../../src/adapters/vault.ts';
import type { Origin } from '../../src/core/event.ts';
import type { Store } from '../../src/core/store.ts';
import { keptMs, type Transaction } from '../../src/core/transaction.ts';
import { createMemoryStore } from './memory-store.ts';

/** Where the requests of these tests come from. */
export const origin: Origin = { trace: 'a'.repeat(32), tenant: 't1', operation: 'bankid_check_auth' };

/** A pending transaction that was opened at 0 and lasts three minutes. */
export const pending: Transaction = {
  method: 'bankid',
  tenant: 't1',
  realm: 'default',
  state: 'pending',
  word: 'outstandingTransaction',
  openedAt: 0,
  endsAt: 180_000,
  memory: 'sealed',
  misses: 0,
  turn: 0,
};

/** How long a record of {@link pending} is kept while it is not final. */
export const keptUntil = pending.endsAt + keptMs;

/** What work on transactions needs, over the memory store, with a clock that stands still until `pass`. */
export function transactionPorts(around: (store: Store) => Store = (store) => store) {
  let now = Date.UTC(2026, 10, 22, 12);
  const clock = { now: () => now };
  const ring = parseKeyRing(newKeyLine(0));
  const store = around(createMemoryStore({ clock, log: createAuditLog(ring) }));
  return {
    ports: { clock, chance: systemChance, vault: createVault(ring), store },
    pass(ms: number): void {
      now += ms;
    },
    /** Names and reasons of the events so far. */
    async events(): Promise<readonly string[]> {
      const entries = await store.events(0, 100_000);
      return entries.map(({ body }) => {
        const { event, reason } = JSON.parse(body) as { readonly event: string; readonly reason?: string };
        return reason === undefined ? event : `${event} ${reason}`;
      });
    },
  };
}
