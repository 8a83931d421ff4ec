import type { Key, Watch } from '../core/store.ts';

/** How often changes of other processes are looked for, in milliseconds; only while somebody watches. */
const lookEveryMs = 200;

/** Records compared in one look: a few milliseconds. More of them than this take several looks. */
const comparedAtOnce = 2000;

/** How changes of other processes are noticed. */
export interface Elsewhere {
  /** Differs from the last answer when another process has changed anything. */
  version(): unknown;
  /** The text of a record as it is now. */
  text(key: Key<unknown>): string | undefined;
}

/** The watches of a store. */
export interface Watches {
  watch(key: Key<unknown>): Watch;
  /** Wakes those who watch this record, whose text is now this. */
  changed(key: Key<unknown>, text: string | undefined): void;
  /** Wakes everybody for good. */
  end(): void;
}

/** A record that is watched. */
interface Watched {
  readonly key: Key<unknown>;
  /** As it was last seen; `null` when nobody has looked yet. */
  text: string | null | undefined;
  readonly wakers: Set<() => void>;
}

/** The watches of one store in this process. Without `elsewhere` there is nobody else to change anything. */
export function createWatches(elsewhere?: Elsewhere): Watches {
  const records = new Map<string, Watched>();
  const look = elsewhere && lookElsewhere(elsewhere, records);
  let ticking: NodeJS.Timeout | undefined;
  let hasEnded = false;

  function enter(key: Key<unknown>, waker: () => void): void {
    const name = nameOf(key);
    const record = records.get(name) ?? { key, text: null, wakers: new Set() };
    records.set(name, record);
    record.wakers.add(waker);
    if (look === undefined || ticking !== undefined) return;
    quietly(look.begin);
    ticking = setInterval(() => quietly(look.again), lookEveryMs);
  }

  function leave(key: Key<unknown>, waker: () => void): void {
    const name = nameOf(key);
    const record = records.get(name);
    record?.wakers.delete(waker);
    if (record?.wakers.size === 0) records.delete(name);
    if (records.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  }

  return {
    watch(key) {
      const bell = createBell(() => hasEnded);
      if (!hasEnded) enter(key, bell.ring);
      return {
        next: bell.next,
        stop() {
          leave(key, bell.ring);
          bell.ring();
        },
      };
    },
    changed(key, text) {
      const record = records.size === 0 ? undefined : records.get(nameOf(key));
      if (record !== undefined) wake(record, text);
    },
    end() {
      hasEnded = true;
      clearInterval(ticking);
      for (const record of records.values()) wake(record, null);
      records.clear();
    },
  };
}

/** Compares the watched records with what they were, in slices, after another process has changed something. */
function lookElsewhere(elsewhere: Elsewhere, records: ReadonlyMap<string, Watched>) {
  let version: unknown;
  let isStale = false;
  let rest: Iterator<Watched> | undefined;

  function compareSome(): void {
    for (let count = 0; rest !== undefined && count < comparedAtOnce; count += 1) {
      const { value: record, done } = rest.next();
      if (done === true) rest = undefined;
      else compare(record, elsewhere.text(record.key));
    }
  }

  return {
    begin(): void {
      version = elsewhere.version();
      isStale = false;
      rest = undefined;
    },
    again(): void {
      const now = elsewhere.version();
      isStale ||= now !== version;
      version = now;
      if (isStale && rest === undefined) {
        rest = records.values();
        isStale = false;
      }
      compareSome();
    },
  };
}

/** A store that does not answer is told of by those who read from it; the next look finds what this one did not. */
function quietly(look: () => void): void {
  try {
    look();
  } catch {
    // Nothing was seen, so nothing is taken for seen.
  }
}

function compare(record: Watched, text: string | undefined): void {
  if (record.text !== text) wake(record, text);
}

function wake(record: Watched, text: Watched['text']): void {
  record.text = text;
  for (const ring of record.wakers) ring();
}

/** What one watch waits for. A ring that nobody waits for is kept for whoever comes next. */
function createBell(hasEnded: () => boolean) {
  let hasRung = false;
  let answer: (() => void) | undefined;
  return {
    ring(): void {
      hasRung = true;
      answer?.();
    },
    next(ms: number): Promise<number> {
      const began = performance.now();
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          hasRung = false;
          answer = undefined;
          resolve(hasEnded() ? Number.POSITIVE_INFINITY : performance.now() - began);
        };
        const timer = setTimeout(end, ms);
        answer = end;
        if (hasRung || hasEnded()) end();
      });
    },
  };
}

function nameOf({ kind, id }: Key<unknown>): string {
  return `${kind.name}\n${id.toWellFormed()}`;
}
