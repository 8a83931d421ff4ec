import { type Beginning, logBeginnings } from '../core/log-beginning.ts';
import type { Checkpoint, LogEntry, Store } from '../core/store.ts';

const pageSize = 1000;

/** Entries behind so many of each chain; chains that are not named are read from their beginning. */
export type Behind = ReadonlyMap<number, number>;

/** The entries of one chain, in order. */
export async function* entriesOf(store: Store, chain: number, after = 0): AsyncGenerator<LogEntry> {
  for (let last = after; ; ) {
    const page = await store.events(last, pageSize, chain);
    yield* page;
    if (page.length < pageSize) return;
    last = page.at(-1)?.seq ?? last;
  }
}

/** The entries of all chains, merged by their times; those of one chain stay in their order. */
export async function* entriesByTime(store: Store, behind: Behind = new Map()): AsyncGenerator<LogEntry> {
  const chains = await store.chains();
  const readers = chains.map((chain) => entriesOf(store, chain, behind.get(chain)));
  if (readers.length === 1) return yield* readers[0] as (typeof readers)[0];
  const next = await Promise.all(readers.map(read));
  for (;;) {
    const first = next.reduce<Waiting | undefined>(
      (one, other) => (one === undefined || (other && other.at < one.at) ? other : one),
      undefined,
    );
    if (first === undefined) return;
    yield first.entry;
    next[next.indexOf(first)] = await read(first.reader);
  }
}

/** How far each chain goes. */
export async function endsOf(store: Store): Promise<Map<number, number>> {
  const chains = await store.chains();
  return new Map(await Promise.all(chains.map(async (chain) => [chain, (await store.head(chain))?.seq ?? 0] as const)));
}

/** Where chains begin of which something was removed. Whoever has changed that record finds that entries are missing. */
export async function beginningsOf(store: Store): Promise<readonly Beginning[]> {
  const found = await store.read(logBeginnings);
  return Array.isArray(found?.chains) ? found.chains : [];
}

/** All checkpoints of all chains, each chain's in order. */
export async function checkpointsOf(store: Store, behind: Behind = new Map()): Promise<Map<number, Checkpoint[]>> {
  const chains = await store.chains();
  const all = chains.map(async (chain) => {
    const found = await store.checkpoints(behind.get(chain) ?? 0, Number.MAX_SAFE_INTEGER, chain);
    return [chain, [...found]] as [number, Checkpoint[]];
  });
  return new Map(await Promise.all(all));
}

interface Waiting {
  readonly reader: AsyncGenerator<LogEntry>;
  readonly entry: LogEntry;
  readonly at: number;
}

async function read(reader: AsyncGenerator<LogEntry>): Promise<Waiting | undefined> {
  const { value: entry, done } = await reader.next();
  if (done === true) return undefined;
  return { reader, entry, at: timeIn(entry.body) };
}

/** Whoever only reads the log reads what was tampered with as well. */
function timeIn(body: string): number {
  try {
    return Number((JSON.parse(body) as { at?: unknown }).at);
  } catch {
    return 0;
  }
}
