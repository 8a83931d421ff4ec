import { type Origin, pageOf } from './event.ts';
import type { Ports } from './ports.ts';
import { Problem } from './problem.ts';
import { asOf, dueIn, type Transaction, transactionIdLength, transactionOf } from './transaction.ts';
import { advance, claimTurn, giveUpTurn, type Learnt, settle } from './transaction-changes.ts';
import { open, seal } from './transaction-secrets.ts';

/** What work on a transaction needs. */
export type TransactionPorts = Pick<Ports, 'store' | 'vault' | 'clock'>;

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
  /** Asks the vendor. What it throws goes to the one caller who asked; the transaction stays as it was, with one miss more. */
  ask(memory: unknown, transaction: Transaction): Promise<News>;
}

/** Who asks about which transaction. */
export interface Asker {
  readonly id: string;
  readonly method: string;
  readonly tenant: string;
  readonly origin: Origin;
}

/** What one look at a transaction found: as it was, and as it is after whatever asking there was to do. */
export interface Look {
  readonly before: Transaction;
  readonly latest: Transaction;
}

/**
 * Looks at a transaction; when it is time, and nobody else is at it, asks the vendor first.
 *
 * @throws Problem 'transaction-unknown' for an id nobody has, another tenant’s or another method’s; whatever `ask` throws
 */
export async function look(asker: Asker, asking: Asking | undefined, ports: TransactionPorts): Promise<Look> {
  const key = transactionOf(asker.id);
  const before = await mine(asker, ports);
  const at = ports.clock.now();
  if (asOf(before, at) !== before) {
    return { before, latest: known(await ports.store.change(key, settle(asker.origin))) };
  }
  if (asking === undefined || dueIn(before, at, asking.intervalMs) > 0) return { before, latest: before };
  const { mine: isMyTurn, transaction } = await ports.store.change(key, claimTurn(asking, asker.origin));
  const latest = known(transaction);
  return { before, latest: isMyTurn ? await takeTurn(asker, latest, asking, ports) : latest };
}

async function takeTurn(
  { id, origin }: Asker,
  transaction: Transaction,
  asking: Asking,
  ports: TransactionPorts,
): Promise<Transaction> {
  const key = transactionOf(id);
  const { turn } = transaction;
  try {
    const memory = open(transaction.memory, id, 'memory', ports.vault);
    const learnt = sealed(await asking.ask(memory, transaction), id, ports);
    return known(await ports.store.change(key, advance(learnt, origin, turn)));
  } catch (error) {
    // The others need not wait for the lease to end; if this fails too, it ends all the same.
    await ports.store.change(key, giveUpTurn(turn)).catch(() => undefined);
    throw error;
  }
}

function sealed({ memory, result, ...news }: News, id: string, { vault }: TransactionPorts): Learnt {
  return {
    ...news,
    ...(memory !== undefined && { memory: seal(memory, id, 'memory', vault) }),
    ...(result !== undefined && { result: seal(result, id, 'result', vault) }),
  };
}

/** The transaction as it is kept. @throws Problem 'transaction-unknown' as {@link look} */
export async function mine({ id, tenant, method, origin }: Asker, { store }: TransactionPorts): Promise<Transaction> {
  // Ids of ours have a length; what anybody sends need not.
  const transaction = known(id.length === transactionIdLength ? await store.read(transactionOf(id)) : undefined);
  // One and the same refusal: whoever guesses an id learns nothing from it.
  if (transaction.tenant !== tenant || transaction.method !== method) throw new Problem('transaction-unknown');
  // A page shows its reference; who was identified there is for that page alone.
  if (transaction.page !== undefined && transaction.page !== pageOf(origin)) throw new Problem('transaction-unknown');
  return transaction;
}

/** Whatever is gone is unknown. @throws Problem 'transaction-unknown' */
export function known(transaction: Transaction | undefined): Transaction {
  if (transaction === undefined) throw new Problem('transaction-unknown');
  return transaction;
}
