import type { Key } from '../core/store.ts';
import type { RecordRow } from './batch.ts';

interface PendingRead {
  readonly key: Key<unknown>;
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
        const found = await rows(group.map(({ key }) => key));
        for (const [place, { resolve }] of group.entries()) resolve(found[place]);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    asking = undefined;
  }

  const read = (key: Key<unknown>) =>
    new Promise<RecordRow | undefined>((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      asking ??= ask();
    });
  return Object.assign(read, { settled: async () => asking });
}
