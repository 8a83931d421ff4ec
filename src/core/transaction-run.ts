import { type Origin, pageOf } from './event.ts';
import type { Ports } from './ports.ts';
import { dueIn, type FinalState, isFinal, newTransactionId, type Transaction, transactionOf } from './transaction.ts';
import { begin, finish } from './transaction-changes.ts';
import { type Asker, type Asking, known, look, mine, type TransactionPorts } from './transaction-look.ts';
import { open, seal } from './transaction-secrets.ts';

export type { Asking, News } from './transaction-look.ts';

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

/** Who wants to know about which transaction. */
export interface Poller extends Asker {
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
export async function startTransaction(
  given: NewTransaction,
  origin: Origin,
  ports: Pick<Ports, keyof TransactionPorts | 'chance'>,
): Promise<string> {
  const { memory, lifetimeSeconds, ...rest } = given;
  const id = newTransactionId(ports.chance);
  const at = ports.clock.now();
  const sealed = seal(memory, id, 'memory', ports.vault);
  const endsAt = at + lifetimeSeconds * 1000;
  const page = pageOf(origin);
  const transaction: Transaction = {
    ...rest,
    ...(page !== undefined && { page }),
    state: 'pending',
    openedAt: at,
    endsAt,
    memory: sealed,
    misses: 0,
    turn: 0,
  };
  await ports.store.change(transactionOf(id), begin(transaction, origin));
  return id;
}

/**
 * Where the transaction stands now. One poller among all asks the vendor when it is time; the others read.
 *
 * @throws Problem 'transaction-unknown' for an id nobody has, another tenant’s or another method’s; whatever `ask` throws
 */
export async function pollTransaction(
  poller: Poller,
  asking: Asking | undefined,
  ports: TransactionPorts,
): Promise<Polled> {
  if (poller.waitMs <= 0) return toPolled(poller.id, (await look(poller, asking, ports)).latest, ports);
  const { clock } = ports;
  const deadline = clock.now() + poller.waitMs;
  // Before the first look, so that nothing happens unseen between the two.
  const watch = ports.store.watch(transactionOf(poller.id));
  try {
    const { before, latest: found } = await look(poller, asking, ports);
    let latest = found;
    // Counted twice: by the clock, as asking takes time too, and by the watch, in case the clock is set back.
    let left = Math.min(poller.waitMs, deadline - clock.now());
    // Waits for something that differs from what the poll found, and takes its turns of asking meanwhile.
    while (left > 0 && !isFinal(latest) && isSame(latest, before)) {
      const at = clock.now();
      const dueMs = asking === undefined ? left : dueIn(latest, at, asking.intervalMs);
      const slept = await watch.next(Math.max(Math.min(left, dueMs, latest.endsAt - at), 1));
      ({ latest } = await look(poller, asking, ports));
      left = Math.min(left - slept, deadline - clock.now());
    }
    return toPolled(poller.id, latest, ports);
  } finally {
    watch.stop();
  }
}

/**
 * Ends the transaction, unless it has ended already; tells how it ended, and whether by this call.
 *
 * @throws Problem 'transaction-unknown' as {@link pollTransaction}
 */
export async function endTransaction(
  asker: Asker,
  end: { readonly state: FinalState; readonly word: string },
  ports: TransactionPorts,
): Promise<Polled & { readonly byUs: boolean }> {
  await mine(asker, ports);
  const { transaction, byUs } = await ports.store.change(transactionOf(asker.id), finish(end, asker.origin));
  return { ...toPolled(asker.id, known(transaction), ports), byUs };
}

/**
 * The wait a caller asks for, in milliseconds; 0 without one, at most a minute.
 *
 * `Prefer: wait=20` (RFC 7240 §4.3). A preference given twice counts as it was given first (§2).
 */
export function waitOf(headers: Readonly<Record<string, unknown>>): number {
  const prefer = headers['prefer'];
  const preferences = (typeof prefer === 'string' ? prefer : '').match(/(?:[^,"]|"[^"]*")+/g) ?? [];
  const wait = preferences.find((preference) => /^\s*wait\s*(?:[=;]|$)/i.test(preference)) ?? '';
  const seconds = /^\s*wait\s*=\s*("?)(\d+)\1\s*(?:;|$)/i.exec(wait)?.[2];
  return Math.min(Number(seconds ?? 0), 60) * 1000;
}

function isSame(a: Transaction, b: Transaction): boolean {
  return a.state === b.state && a.word === b.word;
}

function toPolled(id: string, transaction: Transaction, { vault }: TransactionPorts): Polled {
  const { memory, result } = transaction;
  return {
    transaction,
    memory: open(memory, id, 'memory', vault),
    result: result === undefined ? {} : (open(result, id, 'result', vault) as Polled['result']),
  };
}
