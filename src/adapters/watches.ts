import type { Key, Watch } from '../core/store.ts';

/** Records compared in one look: a few milliseconds. More of them than this take several looks. */
const comparedAtOnce = 2000;

/** How changes of other processes are noticed. */
export interface Elsewhere {
  /** How often they are looked for, in milliseconds; only while somebody watches. */
  readonly everyMs: number;
  /** Differs from the last answer when another process has changed anything. */
  version(): unknown;
  /** The text of a record whose watch begins, where it is known at once; otherwise whoever watches is woken once for nothing. */
  textNow?(key: Key<unknown>): Text;
  /** The texts of records as they are now. */
  texts(keys: readonly Key<unknown>[]): readonly Text[] | Promise<readonly Text[]>;
  /** What {@link version} says before anybody else has changed anything. */
  readonly untouched?: unknown;
}

/** The value of a record as JSON; undefined when there is none. */
type Text = string | undefined;

/** The watches of a store. */
export interface Watches {
  watch(key: Key<unknown>): Watch;
  /** Wakes those who watch this record, whose text is now this. */
  changed(key: Key<unknown>, text: Text): void;
  /** Looks at once at the records whose mark (see {@link markOfKey}) is among these: somebody else has changed them. */
  hear(marks: ReadonlySet<string>): void;
  /** Wakes everybody for good. */
  end(): void;
}

/** A record that is watched. */
interface Watched {
  readonly key: Key<unknown>;
  readonly mark: string;
  /** As it was last seen; `null` when nobody has looked yet. */
  text: string | null | undefined;
  readonly wakers: Set<() => void>;
}

/** The watches of one store in this process. Without `elsewhere` there is nobody else to change anything. */
export function createWatches(elsewhere?: Elsewhere): Watches {
  const records = new Map<string, Watched>();
  const byMark = new Map<string, Set<Watched>>();
  const look = elsewhere && lookElsewhere(elsewhere, records);
  let ticking: NodeJS.Timeout | undefined;
  let hasEnded = false;

  function enter(key: Key<unknown>, waker: () => void): void {
    const name = nameOf(key);
    const record = records.get(name) ?? { key, mark: markOfKey(key), text: textNow(key), wakers: new Set() };
    if (!records.has(name)) byMark.set(record.mark, (byMark.get(record.mark) ?? new Set()).add(record));
    records.set(name, record);
    record.wakers.add(waker);
    if (look === undefined || ticking !== undefined) return;
    look.begin();
    ticking = setInterval(look.again, elsewhere?.everyMs);
  }

  function textNow(key: Key<unknown>): Watched['text'] {
    try {
      return elsewhere?.textNow === undefined ? null : elsewhere.textNow(key);
    } catch {
      return null;
    }
  }

  function leave(key: Key<unknown>, waker: () => void): void {
    const name = nameOf(key);
    const record = records.get(name);
    record?.wakers.delete(waker);
    if (record?.wakers.size === 0) forget(name, record);
    if (records.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  }

  function forget(name: string, record: Watched): void {
    records.delete(name);
    const alike = byMark.get(record.mark);
    alike?.delete(record);
    if (alike?.size === 0) byMark.delete(record.mark);
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
    hear(marks) {
      if (records.size > 0) look?.compare([...marks].flatMap((mark) => [...(byMark.get(mark) ?? [])]));
    },
    end() {
      hasEnded = true;
      clearInterval(ticking);
      for (const record of records.values()) wake(record, null);
      records.clear();
      byMark.clear();
    },
  };
}

/** Compares the watched records with what they were, in slices, after another process has changed something. */
function lookElsewhere(elsewhere: Elsewhere, records: ReadonlyMap<string, Watched>) {
  let version: unknown = elsewhere.untouched;
  let isStale = false;
  let isLooking = false;
  let rest: Iterator<Watched> | undefined;

  async function compare(some: readonly Watched[]): Promise<void> {
    if (some.length === 0) return;
    const texts = await elsewhere.texts(some.map(({ key }) => key));
    some.forEach((record, index) => {
      if (record.text !== texts[index]) wake(record, texts[index]);
    });
  }

  function someOfRest(): readonly Watched[] {
    const some: Watched[] = [];
    while (rest !== undefined && some.length < comparedAtOnce) {
      const { value: record, done } = rest.next();
      if (done === true) rest = undefined;
      else some.push(record);
    }
    return some;
  }

  async function look(): Promise<void> {
    const now = await elsewhere.version();
    isStale ||= now !== version;
    version = now;
    if (isStale && rest === undefined) {
      rest = records.values();
      isStale = false;
    }
    await compare(someOfRest());
  }

  return {
    begin(): void {
      rest = undefined;
    },
    /** A store that does not answer is told of by those who read from it; the next look finds what this one did not. */
    again(): void {
      if (isLooking) return;
      isLooking = true;
      look()
        .catch(() => {
          // Nothing was seen for certain: everything is looked at next time.
          isStale = true;
        })
        .finally(() => {
          isLooking = false;
        });
    },
    compare: (some: readonly Watched[]) => void compare(some).catch(() => {}),
  };
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

/** A short mark of a key: few have the same (FNV-1a, 32 bits). */
export function markOfKey(key: Key<unknown>): string {
  let mark = 0x811c9dc5;
  for (const byte of Buffer.from(nameOf(key))) mark = Math.imul(mark ^ byte, 0x01000193);
  return (mark >>> 0).toString(36);
}

function nameOf({ kind, id }: Key<unknown>): string {
  return `${kind.name}\n${id.toWellFormed()}`;
}
