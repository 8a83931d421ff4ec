import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { LogCheck, LogFinding, Portvakt } from '../compose.ts';
import { accounts } from '../core/account.ts';
import type { Beginning } from '../core/log-beginning.ts';
import type { LogEntry, Store } from '../core/store.ts';
import { beginningsOf, entriesOf } from './event-log.ts';
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

interface StoreChecking {
  readonly check: LogCheck;
  /** At most one of each chain. */
  readonly known?: readonly Known[];
  /** Told of each entry that was found in order. */
  seen?(entry: LogEntry): void;
}

/** Checks the log of a store, each chain after the other; others may write meanwhile. */
export async function checkStore({ ports: { store } }: Portvakt, checking: StoreChecking): Promise<Checked> {
  const { check, known = [] } = checking;
  const begins = await beginningsOf(store);
  const early = await checkBeginnings(store, begins, checking);
  if (early !== undefined) return { count: 0, found: early };
  const parts = new Map<number, ChainPart>();
  const goOn = async (chain: number): Promise<ChainPart> => {
    const before = parts.get(chain) ?? { count: 0, last: Number.MIN_SAFE_INTEGER, found: undefined };
    const begin = begins.find((one) => one.chain === chain)?.seq ?? 0;
    const part = await checkChain(store, checking, { chain, before, begin });
    parts.set(chain, part);
    return part;
  };
  const end = (found: LogFinding) => ({ count: [...parts.values()].reduce((sum, { count }) => sum + count, 0), found });
  for (const chain of new Set([...(await store.chains()), ...known.map(({ chain }) => chain)])) {
    const { found } = await goOn(chain);
    if (found !== undefined) return end(found);
  }
  for (;;) {
    const cut = check.whole();
    if (cut === undefined) return end(undefined);
    // What another chain tells of may have been written since this one was read.
    const before = parts.get(cut.chain ?? 1)?.count ?? 0;
    const { count, found = count === before ? cut : undefined } = await goOn(cut.chain ?? 1);
    if (found !== undefined) return end(found);
  }
}

async function checkBeginnings(
  store: Store,
  begins: readonly Beginning[],
  { check, known = [] }: StoreChecking,
): Promise<LogFinding> {
  const found = firstOf(begins, (beginning) => check.beginning(beginning) ?? removedWith(known, beginning));
  return found ?? (begins.length === 0 ? robbed(store) : undefined);
}

/** How far a chain was read. */
interface ChainPart extends Checked {
  readonly last: number;
}

interface ChainPlace {
  readonly chain: number;
  readonly before: ChainPart;
  /** The entry behind which the chain begins. */
  readonly begin: number;
}

async function checkChain(
  store: Store,
  { check, known = [], seen = () => {} }: StoreChecking,
  { chain, before, begin }: ChainPlace,
): Promise<ChainPart> {
  const wanted = known.find((one) => one.chain === chain);
  let { last, count } = before;
  const signed = await store.checkpoints(Math.max(last, 0), Number.MAX_SAFE_INTEGER, chain);
  const unsigned = firstOf(signed, check.checkpoint);
  if (unsigned !== undefined) return { last, count, found: unsigned };
  for (;;) {
    for await (const entry of entriesOf(store, chain, last)) {
      last = entry.seq;
      const found = check.entry(entry) ?? foundBy(wanted, entry);
      if (found !== undefined) return { last, count, found };
      seen(entry);
      count += 1;
    }
    // The end is read after the entries, so that nothing can lie behind it; what was written meanwhile is read as well.
    const head = await store.head(chain);
    if (head !== undefined && head.seq > last && (await store.events(last, 1, chain)).length > 0) continue;
    return { last, count, found: check.end(head, chain) ?? missing(wanted, Math.max(last, begin)) };
  }
}

function firstOf<T>(all: readonly T[], find: (one: T) => LogFinding): LogFinding {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A store with accounts and without a log was robbed of it: that is told before that it is cut. */
async function robbed(store: Store): Promise<LogFinding> {
  if ((await store.events(Number.MIN_SAFE_INTEGER, 1)).length > 0) return undefined;
  const { items } = await store.list(accounts, { limit: 1 });
  return items.length === 0
    ? undefined
    : { seq: 1, fault: 'the whole log is missing: there are accounts, and whoever has one has left events' };
}

function foundBy(known: Known | undefined, { seq, hash }: LogEntry): LogFinding {
  return known === undefined || seq !== known.seq || hash === known.hash
    ? undefined
    : { ...where(known), seq, fault: 'the entry is not the one you know of' };
}

function missing(known: Known | undefined, last: number): LogFinding {
  if (known === undefined || known.seq <= last) return undefined;
  return {
    ...where(known),
    seq: Math.max(last, 0) + 1,
    fault: `the log ends before entry ${known.seq}, which you know of`,
  };
}

/** Nothing can be said any more of an entry that was removed, but for the last of them. */
function removedWith(known: readonly Known[], { chain, seq, hash }: Beginning): LogFinding {
  const one = known.find((each) => each.chain === chain);
  if (one === undefined || one.seq > seq) return undefined;
  if (one.seq === seq) return foundBy(one, { seq, hash, body: '' });
  return {
    ...where(one),
    seq: one.seq,
    fault: `it was removed, with all up to ${seq}: name a later one that you know of`,
  };
}

function where({ chain }: Known): { chain?: number } {
  return chain === 1 ? {} : { chain };
}

/** Checks a log that was exported as JSON lines. */
export async function checkFile(file: string, check: LogCheck): Promise<Checked> {
  const chains = new Set<number | undefined>();
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const read = fromJsonLine(line);
    if (read === undefined)
      return { count, found: { seq: count + 1, fault: 'the line is neither an entry nor a checkpoint' } };
    const [found, chain] =
      'entry' in read
        ? [check.entry(read.entry), read.entry.chain]
        : 'checkpoint' in read
          ? [check.checkpoint(read.checkpoint), read.checkpoint.chain]
          : [check.beginning(read.beginning), read.beginning.chain];
    if (found !== undefined) return { count, found };
    if ('entry' in read) count += 1;
    chains.add(chain);
  }
  const unsigned = { seq: 1, fault: 'no checkpoint of it is signed, so nothing vouches for it' };
  const ends = [...chains, undefined].map((chain) => check.end('exported', chain));
  return { count, found: ends.find(Boolean) ?? check.whole() ?? (check.vouchedFor() === 0 ? unsigned : undefined) };
}

/** What was found, for whoever asked. */
export function inWords(count: number, { chain, seq, fault }: NonNullable<LogFinding>): string {
  const place = `${chain === undefined ? '' : `${chain}:`}${seq}`;
  return `The audit log is broken at entry ${place}: ${fault}. The ${count} entries before it follow from each other.`;
}
