// The thread that writes into the embedded store: started by sqlite-batches.ts, with the path of the file.
import { parentPort, workerData } from 'node:worker_threads';
import { createDeeds } from './sqlite-deeds.ts';
import { isBusy } from './sqlite-file.ts';

/** What is asked for. */
export interface Order {
  readonly number: number;
  readonly deed: string;
  readonly words: readonly unknown[];
}

/** What came of it. */
export interface Report {
  readonly number: number;
  readonly result?: unknown;
  /** What SQLite complained of; `isBusy` when another process was in the way. */
  readonly fault?: { readonly message: string; readonly isBusy: boolean };
}

const deeds = createDeeds(workerData as string);
/** Transactions of their own, until the one under way has ended. */
const later: Order[] = [];

function carryOut({ number, deed, words }: Order): Report {
  try {
    const work = deeds[deed as keyof typeof deeds] as (...words: readonly unknown[]) => unknown;
    return { number, result: work(...words) };
  } catch (error) {
    deeds.rollback();
    return { number, fault: { message: (error as Error).message, isBusy: isBusy(error) } };
  }
}

parentPort?.on('message', (order: Order) => {
  if (order.deed === 'sweep' && deeds.isInTransaction()) {
    later.push(order);
    return;
  }
  parentPort?.postMessage(carryOut(order));
  if (order.deed === 'close') parentPort?.close();
  else if (!deeds.isInTransaction()) for (const late of later.splice(0)) parentPort?.postMessage(carryOut(late));
});
