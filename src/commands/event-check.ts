import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { LogCheck, LogFinding, Portvakt } from '../compose.ts';
import { accounts } from '../core/account.ts';
import type { LogEntry, Store } from '../core/store.ts';
import { entriesOf } from './event-log.ts';
import { fromJsonLine } from './event-text.ts';

/** An entry that somebody knows of from elsewhere. */
export interface Known {
  readonly chain: number;
  readonly seq: number;
  readonly hash: string;
}

/** How many entries follow from each other, and what is wrong behind them. */
export interface Checked {
  readonly count: number;
  readonly found: LogFinding;
}

/** Checks the log of a store, each chain after the other. */
export async function checkStore(
  { ports: { store } }: Portvakt,
  check: LogCheck,
  known: Known | undefined,
): Promise<Checked> {
  let count = 0;
  // A log that is missing as a whole is told of as that.
  if ((await store.events(Number.MIN_SAFE_INTEGER, 1)).length === 0) {
    const found = await robbed(store);
    if (found !== undefined) return { count, found };
  }
  for (const chain of await store.chains()) {
    const part = await checkChain(store, check, { chain, known: known?.chain === chain ? known : undefined });
    count += part.count;
    if (part.found !== undefined) return { count, found: part.found };
  }
  return { count, found: check.whole() };
}

async function checkChain(
  store: Store,
  check: LogCheck,
  { chain, known }: { readonly chain: number; readonly known: Known | undefined },
): Promise<Checked> {
  let count = 0;
  for (const checkpoint of await store.checkpoints(0, Number.MAX_SAFE_INTEGER, chain)) {
    const found = check.checkpoint(checkpoint);
    if (found !== undefined) return { count, found };
  }
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    for await (const entry of entriesOf(store, chain, last)) {
      last = entry.seq;
      const found = check.entry(entry) ?? foundBy(known, entry);
      if (found !== undefined) return { count, found };
      count += 1;
    }
    // The end is read after the entries, so that nothing can lie behind it; what was written meanwhile is read as well.
    const head = await store.head(chain);
    if (head !== undefined && head.seq > last && (await store.events(last, 1, chain)).length > 0) continue;
    return { count, found: check.end(head, chain) ?? missing(known, count) };
  }
}

/** A store with accounts and without a log was robbed of it. */
async function robbed(store: Store): Promise<LogFinding> {
  const { items } = await store.list(accounts, { limit: 1 });
  return items.length === 0
    ? undefined
    : { seq: 1, fault: 'the whole log is missing: there are accounts, and whoever has one has left events' };
}

function foundBy(known: Known | undefined, { seq, hash }: LogEntry): LogFinding {
  return known === undefined || seq !== known.seq || hash === known.hash
    ? undefined
    : { seq, fault: 'the entry is not the one you know of' };
}

function missing(known: Known | undefined, count: number): LogFinding {
  if (known === undefined || known.seq <= count) return undefined;
  return { seq: count + 1, fault: `the log ends before entry ${known.seq}, which you know of` };
}

/** Checks a log that was exported as JSON lines. */
export async function checkFile(file: string, check: LogCheck): Promise<Checked> {
  const chains = new Set<number | undefined>();
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const read = fromJsonLine(line);
    if (read === undefined)
      return { count, found: { seq: count + 1, fault: 'the line is neither an entry nor a checkpoint' } };
    const found = 'entry' in read ? check.entry(read.entry) : check.checkpoint(read.checkpoint);
    if (found !== undefined) return { count, found };
    if ('entry' in read) count += 1;
    chains.add('entry' in read ? read.entry.chain : read.checkpoint.chain);
  }
  const unsigned = { seq: 1, fault: 'no checkpoint of it is signed, so nothing vouches for it' };
  const ends = [...chains, undefined].map((chain) => check.end('exported', chain));
  return { count, found: ends.find(Boolean) ?? check.whole() ?? (check.vouchedFor() === 0 ? unsigned : undefined) };
}
