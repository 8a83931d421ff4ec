import { Problem } from './problem.ts';

/** Lets a few tasks run at once and a few more wait, first come first served. */
export interface Bulkhead {
  /**
   * Runs the task when it is its turn. `signal` ends the wait, not the task.
   *
   * @throws Problem 'unavailable' when too many wait already; the signal's reason when it ends the wait
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** A bulkhead in which `atOnce` tasks run and at most `waiting` wait. */
export function createBulkhead({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }): Bulkhead {
  let running = 0;
  const queue = new Set<() => void>();

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (queue.size >= waiting) throw new Problem('unavailable', `${waiting} are waiting already`);
    await turnIn(queue, signal);
  }

  function leave(): void {
    const [next] = queue;
    if (next === undefined) {
      running -= 1;
      return;
    }
    // The place goes from hand to hand, so that nobody who just came slips in before those who wait.
    queue.delete(next);
    next();
  }

  return {
    async run(task, signal) {
      await enter(signal);
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}

function turnIn(queue: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      queue.delete(turn);
      reject(signal?.reason);
    };
    const turn = () => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    };
    queue.add(turn);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}
