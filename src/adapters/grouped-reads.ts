import type { Key } from '../core/store.ts';
import { nameOfKey, type RecordRow } from './batch.ts';

interface PendingRead {
  readonly key: Key<unknown>;
  /** Of its key among those that are asked for together. */
  place: number;
  resolve(row: RecordRow | undefined): void;
  reject(error: unknown): void;
}

/** Reads one record together with others. */
export interface GroupedRead {
  (key: Key<unknown>): Promise<RecordRow | undefined>;
  /** Resolves once everything that was asked for is answered. */
  settled(): Promise<void>;
}

/** Records, each in the place of its key; `undefined` where there is none. */
export type Rows = readonly (RecordRow | undefined)[];

/** Asks for records in groups: what is asked for while one question is under way goes into the next. */
export function groupReads(rows: (keys: readonly Key<unknown>[]) => Promise<Rows>): GroupedRead {
  let waiting: PendingRead[] = [];
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        const found = await rows(placed(group));
        for (const { place, resolve } of group) resolve(found[place]);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    asking = undefined;
  }

  const read = (key: Key<unknown>) =>
    new Promise<RecordRow | undefined>((resolve, reject) => {
      waiting.push({ key, place: 0, resolve, reject });
      asking ??= ask();
    });
  return Object.assign(read, { settled: async () => asking });
}

/** The keys of a group, each once: thousands may want the same record. */
function placed(group: readonly PendingRead[]): readonly Key<unknown>[] {
  const keys: Key<unknown>[] = [];
  const places = new Map<string, number>();
  for (const read of group) {
    const name = nameOfKey(read.key);
    const place = places.get(name) ?? keys.push(read.key) - 1;
    places.set(name, place);
    read.place = place;
  }
  return keys;
}
