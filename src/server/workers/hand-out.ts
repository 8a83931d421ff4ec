import type { Socket } from 'node:net';
import type { Worker } from './worker.ts';

/** Gives connections to workers. */
export interface HandOut {
  give(connection: Socket): void;
  add(worker: Worker): void;
  /** It gets no more. Those it did not take before it ended go to others. */
  remove(worker: Worker): void;
  /** Turns away those who wait for a worker, or come when there is none. */
  close(): void;
}

/** Connections that wait while there is no worker; more are turned away. */
const maxWaiting = 4096;

/**
 * Each connection goes to the worker that has the fewest.
 *
 * Our choice: taking turns leaves workers that came later with next to nothing to do, as connections that are kept stay where they are.
 */
export function createHandOut(): HandOut {
  // In the order in which they were last given something: of several that have as few, the one that has waited longest.
  let workers: readonly Worker[] = [];
  let waiting: Socket[] = [];
  let isClosed = false;

  function give(connection: Socket): void {
    const [first, ...others] = workers;
    if (first === undefined) {
      wait(connection);
      return;
    }
    const chosen = others.reduce((least, worker) => (worker.load() < least.load() ? worker : least), first);
    workers = [...workers.filter((worker) => worker !== chosen), chosen];
    chosen.give(connection);
  }

  function wait(connection: Socket): void {
    if (isClosed || waiting.length >= maxWaiting) connection.destroy();
    else waiting.push(connection);
  }

  function giveAll(connections: readonly Socket[]): void {
    for (const connection of connections) give(connection);
  }

  return {
    give,
    add(worker) {
      workers = [worker, ...workers];
      const waited = waiting;
      waiting = [];
      giveAll(waited);
    },
    remove(worker) {
      workers = workers.filter((other) => other !== worker);
      void worker.ended.then(() => giveAll(worker.takeBack()));
    },
    close() {
      isClosed = true;
      for (const connection of waiting) connection.destroy();
      waiting = [];
    },
  };
}
