import type { Origin } from './event.ts';
import type { Ports } from './ports.ts';
import { Problem } from './problem.ts';
import {
  advance,
  asOf,
  claimTurn,
  isDue,
  isFinal,
  type Learnt,
  newTransactionId,
  open,
  type Transaction,
  transactionOf,
} from './transaction.ts';

type Needed = Pick<Ports, 'store' | 'vault' | 'clock' | 'chance'>;

/** An identification that the vendor has just taken the order for. */
export interface NewTransaction {
  readonly method: string;
  readonly tenant: string;
  readonly realm: string;
  readonly word: string;
  readonly lifetimeSeconds: number;
  /** Plain JSON that the method wants back at each poll; kept sealed. */
  readonly memory: object;
}

/** What a method makes of one answer of its vendor. `result` and `memory` are sealed before they are kept. */
export interface News extends Omit<Learnt, 'result' | 'memory'> {
  /** What the vendor said of the person. */
  readonly result?: Readonly<Record<string, string>>;
  readonly memory?: object;
}

/** How a method learns more. */
export interface Asking {
  /** The vendor is asked at most this often, by all pollers of all processes together. */
  readonly intervalMs: number;
  /** Longer than asking can take: after it, whoever asked is taken for dead. */
  readonly leaseMs: number;
  /** Asks the vendor. A Problem it throws goes to the one caller who asked; the transaction stays as it was. */
  ask(memory: unknown, transaction: Transaction): Promise<News>;
}

/** Who wants to know about which transaction. */
export interface Poller {
  readonly id: string;
  readonly method: string;
  readonly tenant: string;
  readonly origin: Origin;
  /** How long the answer may wait for something new, in milliseconds; 0 answers at once. */
  readonly waitMs: number;
}

/** Where a transaction stands, for the one whose it is. */
export interface Polled {
  readonly transaction: Transaction;
  /** What the method remembers. */
  readonly memory: unknown;
  /** What the vendor said of the person; empty unless approved. */
  readonly result: Readonly<Record<string, string>>;
}

/** Keeps a new transaction and returns its id. */
export async function startTransaction(given: NewTransaction, origin: Origin, ports: Needed): Promise<string> {
  const { memory, lifetimeSeconds, ...rest } = given;
  const id = newTransactionId(ports.chance);
  const at = ports.clock.now();
  const sealed = seal(memory, id, 'memory', ports);
  const endsAt = at + lifetimeSeconds * 1000;
  const transaction: Transaction = { ...rest, state: 'pending', openedAt: at, endsAt, memory: sealed, misses: 0 };
  await ports.store.change(transactionOf(id), open(transaction, origin));
  return id;
}

/**
 * Where the transaction stands now. One poller among all asks the vendor when it is time; the others read.
 *
 * @throws Problem 'transaction-unknown' for an id nobody has, another tenant’s or another method’s; whatever `ask` throws
 */
export async function pollTransaction(poller: Poller, asking: Asking | undefined, ports: Needed): Promise<Polled> {
  const watch = poller.waitMs > 0 ? ports.store.watch(transactionOf(poller.id)) : undefined;
  try {
    const first = await look(poller, asking, ports);
    let latest = first;
    let left = poller.waitMs;
    while (watch !== undefined && left > 0 && isSame(latest, first) && !isFinal(latest)) {
      left -= await watch.next(Math.min(left, asking?.intervalMs ?? left, msToEnd(latest, ports)));
      latest = await look(poller, asking, ports);
    }
    return toPolled(poller.id, latest, ports);
  } finally {
    watch?.stop();
  }
}

/** Ends the transaction as `learnt` says, unless it has ended otherwise; tells how it ended. @throws Problem 'transaction-unknown' */
export async function endTransaction(
  poller: Omit<Poller, 'waitMs'>,
  learnt: Pick<Learnt, 'state' | 'word'>,
  ports: Needed,
): Promise<Polled> {
  await mine(poller, ports);
  const ended = await ports.store.change(transactionOf(poller.id), advance(learnt, poller.origin));
  return toPolled(poller.id, known(ended), ports);
}

/** The wait a caller asks for, in milliseconds (RFC 7240 §4.3, `Prefer: wait=20`); 0 without it, at most a minute. */
export function waitOf(headers: Readonly<Record<string, string | undefined>>): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,5})"?(?=$|[,;\s])/i.exec(headers['prefer'] ?? '')?.[1];
  return Math.min(Number(seconds ?? 0), 60) * 1000;
}

async function look(poller: Poller, asking: Asking | undefined, ports: Needed): Promise<Transaction> {
  const key = transactionOf(poller.id);
  const read = await mine(poller, ports);
  const at = ports.clock.now();
  const isOver = asOf(read, at) !== read;
  if (!isOver && (asking === undefined || !isDue(read, at, asking.intervalMs))) return read;
  const turn = await ports.store.change(key, claimTurn(asking ?? neverAsks, poller.origin));
  const transaction = known(turn.transaction);
  if (!turn.mine || asking === undefined) return transaction;
  const { memory, result, ...news } = await asking.ask(
    unseal(transaction.memory, poller.id, 'memory', ports),
    transaction,
  );
  const learnt: Learnt = {
    ...news,
    ...(memory !== undefined && { memory: seal(memory, poller.id, 'memory', ports) }),
    ...(result !== undefined && { result: seal(result, poller.id, 'result', ports) }),
  };
  return known(await ports.store.change(key, advance(learnt, poller.origin)));
}

const neverAsks = { intervalMs: Number.POSITIVE_INFINITY, leaseMs: 0 };

async function mine({ id, tenant, method }: Omit<Poller, 'waitMs'>, { store }: Needed): Promise<Transaction> {
  const transaction = known(await store.read(transactionOf(id)));
  // One and the same refusal: whoever guesses an id learns nothing from it.
  if (transaction.tenant !== tenant || transaction.method !== method) throw new Problem('transaction-unknown');
  return transaction;
}

function known(transaction: Transaction | undefined): Transaction {
  if (transaction === undefined) throw new Problem('transaction-unknown');
  return transaction;
}

function isSame(a: Transaction, b: Transaction): boolean {
  return a.state === b.state && a.word === b.word;
}

function msToEnd({ endsAt }: Transaction, { clock }: Needed): number {
  return Math.max(endsAt - clock.now(), 1);
}

function toPolled(id: string, transaction: Transaction, ports: Needed): Polled {
  const { memory, result } = transaction;
  return {
    transaction,
    memory: unseal(memory, id, 'memory', ports),
    result: result === undefined ? {} : (unseal(result, id, 'result', ports) as Polled['result']),
  };
}

function seal(value: object, id: string, field: string, { vault }: Needed) {
  return vault.seal(new TextEncoder().encode(JSON.stringify(value)), placeOf(id, field));
}

function unseal(sealed: string, id: string, field: string, { vault }: Needed): unknown {
  return JSON.parse(new TextDecoder().decode(vault.open(sealed, placeOf(id, field))));
}

function placeOf(id: string, field: string): string {
  return `transaction\n${id}\n${field}`;
}
