import {
  type AuditLog,
  createAuditLog,
  createLogCheck,
  type LogFinding,
  publicKeysOf,
} from '../../../src/adapters/audit-log.ts';
import { type KeyRing, newKeyLine, parseKeyRing } from '../../../src/adapters/key-ring.ts';
import { type AuditEvent, defineEvent } from '../../../src/core/event.ts';
import type { Clock } from '../../../src/core/ports.ts';
import type { Key, Kind, Store } from '../../../src/core/store.ts';

/** Makes a place for one store and returns what opens it; a store that keeps its data opens again on the same data. */
export type StoreMaker = (ports: { readonly clock: Clock; readonly log: AuditLog }) => () => Store;

/** Records of the tests: a number of things, and whatever name they carry. */
export interface Thing {
  readonly count: number;
  readonly name?: string;
}

/** The kind that the tests use. */
export const thing: Kind<Thing> = { name: 'thing' };

/** Another kind, to show that kinds do not meet. */
export const other: Kind<Thing> = { name: 'other' };

/** The key of a thing. */
export const keyOf = (id: string): Key<Thing> => ({ kind: thing, id });

const counted = defineEvent({ name: 'test.counted', summary: 'Something was counted', severity: 3 });

/** An event of the tests. */
export const event = (subject: string): AuditEvent => ({ type: counted, subject });

/** One more of a thing; answers how many there are now. */
export const increment = (current: Thing | undefined) => {
  const count = (current?.count ?? 0) + 1;
  return { next: { count }, result: count };
};

/** A store on its own clock, which stands still until `pass`. */
export function fixture(make: StoreMaker) {
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now };
  const ring = parseKeyRing(newKeyLine(now));
  const open = make({ clock, log: createAuditLog(ring) });
  function pass(ms: number): void {
    now += ms;
  }
  return { clock, ring, open, store: open(), pass };
}

/** Checks the whole log of a store; undefined when nothing is wrong. */
export async function findingIn(store: Store, ring: KeyRing): Promise<LogFinding> {
  const check = createLogCheck(publicKeysOf(ring), ring);
  for (const chain of await store.chains()) {
    for (const checkpoint of await store.checkpoints(0, all, chain)) {
      const finding = check.checkpoint(checkpoint);
      if (finding !== undefined) return finding;
    }
    for (const entry of await store.events(0, all, chain)) {
      const finding = check.entry(entry);
      if (finding !== undefined) return finding;
    }
    const finding = check.end(await store.head(chain), chain);
    if (finding !== undefined) return finding;
  }
  return check.whole();
}

/** The subjects of the events in the log, in order; one chain after the other. */
export async function subjectsIn(store: Store): Promise<unknown[]> {
  const chains = await store.chains();
  const entries = await Promise.all(chains.map((chain) => store.events(0, all, chain)));
  const bodies = entries.flat().map(({ body }) => JSON.parse(body) as { event: string; subject?: unknown });
  return bodies.filter(({ event }) => event === counted.name).map(({ subject }) => subject);
}

const all = 1_000_000;
