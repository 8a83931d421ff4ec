import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Leave } from '../drain.ts';
import { createAsking } from './asking.ts';
import type { FromWorker, Orders, ToWorker } from './words.ts';

/** How a worker process came to its end. */
export interface Ending {
  /** In words, for the log. */
  readonly how: string;
  /** True when it was told to leave and did so in good order. */
  readonly inOrder: boolean;
  /** Milliseconds since it was ready; 0 when it never was. */
  readonly servedMs: number;
}

/** One worker process, as its primary sees it. */
export interface Worker {
  readonly number: number;
  readonly pid: number | undefined;
  /** Resolves when it can be given connections. @throws Error with a sentence for the operator */
  readonly ready: Promise<void>;
  readonly ended: Promise<Ending>;
  /** Connections it has, with those on their way to it. */
  load(): number;
  give(connection: Socket): void;
  /** Connections that were on their way when it ended: nobody has read from them. */
  takeBack(): readonly Socket[];
  ask(about: string, more?: unknown): Promise<unknown>;
  /** What it had counted when it ended in good order; undefined before, and when it did not. */
  lastWords(): unknown;
  /** Asks it to answer what it was asked, and end. */
  leave(leave: Leave): void;
  kill(): void;
}

interface WorkerParts {
  readonly number: number;
  readonly child: ChildProcess;
  readonly orders: Orders;
  /** Answers what the worker asks. */
  answer(about: string, more: unknown): Promise<unknown>;
}

/** How long a worker may take until it is ready, in milliseconds. */
const startPatienceMs = 60_000;

/** Tells a process that was just started its orders. */
export function employ({ number, child, orders, answer }: WorkerParts): Worker {
  const send = (message: ToWorker, connection?: Socket) => {
    // Whoever is gone hears nothing; what it was given is taken back.
    if (child.connected) child.send(message, connection, { keepOpen: true }, () => {});
  };
  const asking = createAsking(send, answer);
  const load = { given: 0, open: 0 };
  const onTheWay: Socket[] = [];
  let readyAt: number | undefined;
  let complaint: string | undefined;
  let counted: unknown;
  let wasDismissed = false;

  function took(taken: number, open: number): void {
    load.open = open;
    // It has a handle of its own by now; ours is closed, the connection is not.
    while (load.given - onTheWay.length < taken) onTheWay.shift()?.destroy();
  }

  const ended = endOf(child).then(({ how, inOrder }): Ending => {
    return {
      how: complaint ?? how,
      inOrder: inOrder || wasDismissed,
      servedMs: readyAt === undefined ? 0 : performance.now() - readyAt,
    };
  });

  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => void child.kill('SIGKILL'), startPatienceMs);
    child.on('message', (message: FromWorker) => {
      if (message.is === 'load') took(message.taken, message.open);
      else if (message.is === 'failed') complaint = message.text;
      else if (message.is === 'counted') counted = message.metrics;
      else if (message.is === 'ready') {
        readyAt = performance.now();
        clearTimeout(late);
        resolve();
      } else asking.hear(message);
    });
    void ended.then(({ how }) => {
      clearTimeout(late);
      reject(new Error(complaint ?? `Worker ${number} did not start: ${how}.`));
    });
  });
  ready.catch(() => {});

  send({ is: 'begin', number, orders });
  return {
    number,
    pid: child.pid,
    ready,
    ended,
    load: () => load.open + onTheWay.length,
    give(connection) {
      load.given += 1;
      onTheWay.push(connection);
      send({ is: 'take' }, connection);
    },
    takeBack: () => onTheWay.splice(0),
    ask: asking.ask,
    lastWords: () => counted,
    leave(leave) {
      if (readyAt !== undefined) return send({ is: 'leave', leave });
      // Nobody has asked it anything yet.
      wasDismissed = true;
      child.kill('SIGKILL');
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/**
 * Resolves when the process is gone, and all that it said was heard: what it took in the end must not be given to another.
 *
 * The event `disconnect` does not tell, for Node.js leaves it out when a connection was still on its way.
 */
function endOf(child: ChildProcess): Promise<Pick<Ending, 'how' | 'inOrder'>> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ how: error.message, inOrder: false }));
    child.once('exit', async (code, signal) => {
      do {
        await nextTurn();
      } while (child.connected);
      const how = signal === null ? `it ended with status ${code}` : `it was ended by ${signal}`;
      resolve({ how, inOrder: code === 0 });
    });
  });
}
