import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../core/ports.ts';
import type { Leave } from '../drain.ts';
import type { HandOut } from './hand-out.ts';
import type { Orders } from './words.ts';
import type { Worker } from './worker.ts';

interface CrewParts {
  readonly count: number;
  readonly handOut: HandOut;
  readonly log: Log;
  /** Before another start; half a minute, but for tests. */
  readonly longestPauseMs?: number;
  /** Starts the process of a worker. */
  hire(number: number, orders: Orders): Worker;
  /** A worker is gone, and was not told to leave. */
  onDeath(worker: Worker): void;
  /** No worker is left, and none can be started. */
  onGiveUp(reason: Error): void;
}

/** Workers 1 to N, each of them replaced when it dies. */
export interface Crew {
  /** Those who are given connections. */
  present(): readonly Worker[];
  /** @throws Error saying why one of them does not start; then none is left */
  start(orders: Orders): Promise<void>;
  /**
   * Replaces all: every new one is ready before any of the old ones gets no more connections.
   *
   * @throws Error when a new one does not start: all stay as they were
   */
  replaceAll(orders: Orders): Promise<void>;
  /** Lets all of them end, and kills who has not within some seconds after those of `leave`. Resolves with what went wrong. */
  stop(leave: Leave): Promise<readonly string[]>;
  killAll(): void;
}

/** A worker's place. */
interface Post {
  readonly number: number;
  orders: Orders | undefined;
  worker: Worker | undefined;
  /** Deaths and vain starts, one soon after the other. */
  failures: number;
}

/** Who has served so long, in milliseconds, did not die of its start. */
const steadyMs = 10_000;

/** Vain starts until it is given up, if nobody else is there. */
const maxFailures = 8;

/** How long a worker that was replaced may take: a little longer than a connection may be idle, which its client ends then. */
const replaced: Leave = { seconds: 75, cutsIdle: false };

/** How long closing the store and the like may take, in milliseconds. */
const closingPatienceMs = 10_000;

/** See {@link Crew}. */
export function createCrew(parts: CrewParts): Crew {
  const { count, handOut, log, longestPauseMs = 30_000, hire, onDeath, onGiveUp } = parts;
  const posts = Array.from({ length: count }, (_, index): Post => {
    return { number: index + 1, orders: undefined, worker: undefined, failures: 0 };
  });
  /** With those that are starting, and those that have been replaced. */
  const alive = new Set<Worker>();
  const stopping = new AbortController();

  async function open(number: number, orders: Orders): Promise<Worker> {
    stopping.signal.throwIfAborted();
    const worker = hire(number, orders);
    alive.add(worker);
    void worker.ended.then(() => alive.delete(worker));
    await worker.ready;
    return worker;
  }

  function fill(post: Post, worker: Worker, orders: Orders): void {
    const before = post.worker;
    post.worker = worker;
    post.orders = orders;
    handOut.add(worker);
    void watch(post, worker);
    if (before === undefined) return;
    handOut.remove(before);
    before.leave(replaced);
  }

  async function watch(post: Post, worker: Worker): Promise<void> {
    const { how, servedMs } = await worker.ended;
    handOut.remove(worker);
    if (stopping.signal.aborted || post.worker !== worker) return;
    post.worker = undefined;
    post.failures = servedMs < steadyMs ? post.failures + 1 : 0;
    onDeath(worker);
    log.error({ worker: post.number, workerPid: worker.pid, how }, 'a worker died; another takes its place');
    await refill(post).catch(() => {});
  }

  async function refill(post: Post): Promise<void> {
    const { orders } = post;
    const pauseMs = post.failures === 0 ? 0 : 100 * 2 ** (post.failures - 1);
    await pause(Math.min(pauseMs, longestPauseMs), undefined, { signal: stopping.signal });
    // It may have been filled with new orders meanwhile.
    if (orders === undefined || post.worker !== undefined) return;
    try {
      const worker = await open(post.number, orders);
      if (post.worker === undefined) fill(post, worker, orders);
      else worker.leave(replaced);
    } catch (error) {
      if (stopping.signal.aborted) return;
      post.failures += 1;
      log.error({ worker: post.number, err: error }, 'a worker did not start; it is tried again');
      if (post.failures >= maxFailures && posts.every(({ worker }) => worker === undefined)) onGiveUp(error as Error);
      else await refill(post);
    }
  }

  function killAll(): void {
    stopping.abort();
    for (const worker of alive) worker.kill();
  }

  return {
    present: () => posts.flatMap(({ worker }) => worker ?? []),
    async start(orders) {
      const starts = await Promise.allSettled(posts.map(({ number }) => open(number, orders)));
      const failed = starts.find((start) => start.status === 'rejected');
      if (failed !== undefined) {
        killAll();
        throw failed.reason;
      }
      starts.forEach((start, index) => {
        const post = posts[index];
        if (start.status === 'fulfilled' && post !== undefined) fill(post, start.value, orders);
      });
    },
    async replaceAll(orders) {
      const successors: Worker[] = [];
      try {
        for (const { number } of posts) successors.push(await open(number, orders));
        stopping.signal.throwIfAborted();
      } catch (error) {
        for (const worker of successors) worker.leave({ seconds: 0, cutsIdle: true });
        throw error;
      }
      successors.forEach((worker, index) => void fill(posts[index] as Post, worker, orders));
    },
    async stop(leave) {
      stopping.abort(new Error('the server is stopping'));
      const ends = [...alive].map(async (worker) => {
        worker.leave(leave);
        const { how, inOrder } = await worker.ended;
        return inOrder ? [] : [`worker ${worker.number}: ${how}`];
      });
      const late = setTimeout(killAll, leave.seconds * 1000 + closingPatienceMs);
      const faults = await Promise.all(ends);
      clearTimeout(late);
      return faults.flat();
    },
    killAll,
  };
}
