import { setTimeout as pause } from 'node:timers/promises';
import { type AuditLog, eventText } from '../../src/adapters/audit-log.ts';
import { createWatches } from '../../src/adapters/watches.ts';
import type { AuditEvent } from '../../src/core/event.ts';
import type { Clock } from '../../src/core/ports.ts';
import { Problem } from '../../src/core/problem.ts';
import type {
  Checkpoint,
  Key,
  Kind,
  LogEntry,
  LogHead,
  Outcome,
  Page,
  Store,
  Transition,
} from '../../src/core/store.ts';

interface MemoryRecord {
  /** JSON, so that nobody holds a reference into the store. */
  readonly text: string;
  readonly expiresAt: number;
}

/** Everything of one kind: records by id, holders by claim. */
interface Shelf {
  readonly records: Map<string, MemoryRecord>;
  readonly claims: Map<string, string>;
}

/**
 * The store port in its plainest form, for tests; it passes the same contract suite as the real stores.
 *
 * What it hands to a transition is frozen, so that one that is not pure fails.
 */
export function createMemoryStore({ clock, log }: { readonly clock: Clock; readonly log: AuditLog }): Store {
  const shelves = new Map<string, Shelf>();
  const journal = createJournal(log);
  const watches = createWatches();
  let closed = false;

  function mustBeOpen(): void {
    if (closed) throw new Problem('store-unavailable', 'the store is closed');
  }
  function shelf({ name }: Kind<unknown>): Shelf {
    mustBeOpen();
    const found = shelves.get(name) ?? { records: new Map(), claims: new Map() };
    shelves.set(name, found);
    return found;
  }

  return {
    async read<T>({ kind, id }: Key<T>) {
      return lookUp<T>(shelf(kind), id.toWellFormed(), clock.now());
    },
    async change<T, R>({ kind, id: written }: Key<T>, transition: Transition<T, R>) {
      const id = written.toWellFormed();
      const at = clock.now();
      const here = shelf(kind);
      const outcome = transition(lookUp<T>(here, id, at), at);
      // What is no JSON fails here, while nothing is changed yet.
      JSON.stringify(outcome.events);
      apply(here, id, outcome, at);
      journal.write(outcome.events ?? [], at);
      if (outcome.next !== undefined) watches.changed({ kind, id }, undefined);
      return outcome.result;
    },
    async changeAll(changes) {
      mustBeOpen();
      const at = clock.now();
      const before = new Map([...shelves].map(([name, here]) => [name, copyOf(here)]));
      const events: AuditEvent[] = [];
      try {
        for (const { key, transition } of changes) {
          const here = shelf(key.kind);
          const id = key.id.toWellFormed();
          const outcome = transition(lookUp(here, id, at), at);
          apply(here, id, outcome, at);
          events.push(...(outcome.events ?? []));
        }
        journal.write(events, at);
        for (const { key } of changes) watches.changed(key, undefined);
      } catch (error) {
        shelves.clear();
        for (const [name, here] of before) shelves.set(name, here);
        throw error;
      }
    },
    async list<T>(kind: Kind<T>, { prefix = '', after = '', limit }: Page) {
      const here = shelf(kind);
      const at = clock.now();
      const found = [...here.records.keys()]
        .filter((id) => id.startsWith(prefix) && inIdOrder(id, after) > 0 && lookUp(here, id, at) !== undefined)
        .sort(inIdOrder);
      const items = found.slice(0, limit).map((id) => ({ id, value: lookUp<T>(here, id, at) as T }));
      return { items, more: found.length > limit };
    },
    async holder(kind, claim) {
      const here = shelf(kind);
      const id = here.claims.get(claim);
      return id !== undefined && lookUp(here, id, clock.now()) !== undefined ? id : undefined;
    },
    async chains() {
      mustBeOpen();
      return [1];
    },
    async events(after, limit) {
      mustBeOpen();
      return journal.entries.filter(({ seq }) => seq > after).slice(0, limit);
    },
    async checkpoints(after, limit) {
      mustBeOpen();
      return journal.checkpoints.filter(({ seq }) => seq > after).slice(0, limit);
    },
    async head() {
      mustBeOpen();
      return journal.head();
    },
    async probe() {
      mustBeOpen();
    },
    async sweep() {
      mustBeOpen();
      const lapsed = [...shelves.values()].flatMap((here) =>
        [...here.records]
          .filter(([, { expiresAt }]) => expiresAt <= clock.now())
          .map(
            ([id]) =>
              () =>
                drop(here, id),
          ),
      );
      for (const dropOne of lapsed) dropOne();
      return lapsed.length;
    },
    watch: watches.watch,
    endWatches: watches.end,
    async close() {
      watches.end();
      if (!closed) journal.write([], clock.now(), true);
      closed = true;
    },
  };
}

function copyOf({ records, claims }: Shelf): Shelf {
  return { records: new Map(records), claims: new Map(claims) };
}

function lookUp<T>({ records }: Shelf, id: string, at: number): T | undefined {
  const found = records.get(id);
  if (found === undefined || found.expiresAt <= at) return undefined;
  return JSON.parse(found.text, (_, part: unknown) => Object.freeze(part)) as T;
}

function apply(here: Shelf, id: string, { next, claims, expiresAt = Infinity }: Outcome<unknown, unknown>, at: number) {
  const before = lookUp(here, id, at);
  // An expired record has lost what it held.
  if (before === undefined) drop(here, id);
  const text = next === undefined ? undefined : JSON.stringify(next);
  if (next === undefined ? before === undefined : next === null || expiresAt <= at) return drop(here, id);
  if (claims !== undefined) claim(here, id, claims, at);
  if (text !== undefined) here.records.set(id, { text, expiresAt });
}

function claim(here: Shelf, id: string, wanted: readonly string[], at: number): void {
  for (const name of wanted) {
    const holder = here.claims.get(name) ?? id;
    if (holder !== id && lookUp(here, holder, at) !== undefined) throw new Problem('claim-taken');
  }
  unclaim(here, id);
  for (const name of wanted) here.claims.set(name, id);
}

function drop(here: Shelf, id: string): void {
  here.records.delete(id);
  unclaim(here, id);
}

function unclaim({ claims }: Shelf, id: string): void {
  for (const [claim, holder] of claims) if (holder === id) claims.delete(claim);
}

/** By code points, as UTF-8 sorts; JavaScript's `<` goes by UTF-16 units. */
function inIdOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function createJournal(log: AuditLog) {
  const entries: LogEntry[] = [];
  const checkpoints: Checkpoint[] = [];
  let head: LogHead | undefined;
  return {
    entries,
    checkpoints,
    head: () => head,
    write(events: readonly AuditEvent[], at: number, force = false) {
      entries.push(...log.extend(head, events.map(eventText), at));
      const last = entries.at(-1);
      if (last === undefined || (events.length === 0 && !force)) return;
      head = log.seal(last);
      const due = log.checkpoint(head, checkpoints.at(-1), at, force);
      if (due !== undefined) checkpoints.push(due);
    },
  };
}

/** The store on a slow day: reads are old by `ms` when they arrive, changes are made `ms` after they were asked for. Read-then-write loses here. */
export function slowStore(store: Store, ms: number): Store {
  return {
    ...store,
    async read(key) {
      const value = await store.read(key);
      await pause(ms);
      return value;
    },
    async change(key, transition) {
      await pause(ms);
      return store.change(key, transition);
    },
  };
}
