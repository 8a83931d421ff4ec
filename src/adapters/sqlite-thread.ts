// The thread that writes into the embedded store: started by sqlite-batches.ts, with the path of the file and the keys of the log.
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../core/problem.ts';
import { createAuditLog, type LogKey } from './audit-log.ts';
import { createDeeds } from './sqlite-deeds.ts';
import { isBusy } from './sqlite-file.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly path: string;
  readonly keys: readonly LogKey[];
}

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
  readonly fault?: Fault;
}

/** What SQLite complained of, or we did. */
interface Fault {
  readonly message: string;
  /** Another process was in the way. */
  readonly isBusy: boolean;
  /** The detail of a problem of ours. */
  readonly detail?: string | undefined;
}

const { path, keys } = workerData as ThreadData;
const deeds = createDeeds(path, createAuditLog({ all: keys }));
/** Transactions of their own, until the one under way has ended. */
const later: Order[] = [];

function carryOut({ number, deed, words }: Order): Report {
  try {
    const work = deeds[deed as keyof typeof deeds] as (...words: readonly unknown[]) => unknown;
    return { number, result: work(...words) };
  } catch (error) {
    deeds.rollback();
    const detail = error instanceof Problem ? error.detail : undefined;
    return { number, fault: { message: (error as Error).message, isBusy: isBusy(error), detail } };
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
