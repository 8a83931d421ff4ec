import type { Server, Socket } from 'node:net';
import type { Leave } from '../drain.ts';
import type { Door, Inside } from '../own-door.ts';
import { createAsking } from './asking.ts';
import type { FromWorker, Orders, ToWorker } from './words.ts';

/** The way between a worker and its primary: connections come in by it, questions both ways. */
export interface WorkerDoor {
  /** Takes connections from now on. */
  open(inside: Inside): Promise<Door>;
  /** Undefined when there is no answer. */
  ask(about: string, more?: unknown): Promise<unknown>;
}

/** What a worker does when it is told to. */
export interface WorkerDuties {
  /** Opens the store and all else; @throws Error with a sentence for the operator */
  begin(number: number, orders: Orders, door: WorkerDoor): Promise<{ stop(leave?: Leave): Promise<void> }>;
  /** What the primary asks beside health and metrics. */
  answer(about: string): Promise<unknown>;
  /** An error for the operator. */
  inWords(error: unknown): string;
}

/** How long a worker may take to end once its primary is gone, in milliseconds: the longest `drainSeconds` and a little. */
const orphanPatienceMs = 310_000;

/**
 * Makes this process a worker of the process that started it.
 *
 * It ends when it is told to leave, or when the primary is gone; signals are the primary's business, whoever sends them to all processes.
 */
export function work(duties: WorkerDuties): void {
  const send = (message: FromWorker, done = () => {}) => {
    if (process.connected) process.send?.(message, done);
    else done();
  };
  let inside: Inside | undefined;
  let running: ReturnType<WorkerDuties['begin']> | undefined;
  let isLeaving = false;
  const asking = createAsking(send, async (about) => {
    if (about === 'metrics') return inside?.metrics.json();
    if (about === 'readiness') return inside?.readiness();
    return duties.answer(about);
  });
  const connections = createConnections(send);

  function begin({ number, orders }: Extract<ToWorker, { is: 'begin' }>): void {
    const { url, managementUrl } = orders;
    const door: WorkerDoor = {
      ask: asking.ask,
      async open(given) {
        inside = given;
        await connections.leadTo(given);
        return { url, managementUrl, close: async () => {} };
      },
    };
    running = duties.begin(number, orders, door);
    running.then(() => send({ is: 'ready' }), fail);
  }

  async function leave(how?: Leave): Promise<void> {
    isLeaving = true;
    try {
      await (await running)?.stop(how);
      if (inside !== undefined) send({ is: 'counted', metrics: await inside.metrics.json() });
      if (process.connected) process.disconnect();
    } catch (error) {
      fail(error);
    }
  }

  function fail(error: unknown): void {
    send({ is: 'failed', text: duties.inWords(error) }, () => process.exit(1));
  }

  process.on('disconnect', () => {
    if (isLeaving) return;
    setTimeout(() => process.exit(1), orphanPatienceMs).unref();
    void leave();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('message', (message: ToWorker, connection?: Socket) => {
    if (message.is === 'begin') begin(message);
    else if (message.is === 'take') connections.take(connection);
    else if (message.is === 'leave') void leave(message.leave);
    else asking.hear(message);
  });
}

/** What the primary hands over, given to the server as if it had listened itself. */
function createConnections(send: (message: FromWorker) => void) {
  let server: Server | undefined;
  let taken = 0;
  let open = 0;
  let isTelling = false;

  /** Before anything is read from what was taken in this turn of the event loop. */
  function tell(): void {
    if (isTelling) return;
    isTelling = true;
    setImmediate(() => {
      isTelling = false;
      send({ is: 'load', taken, open });
    });
  }

  return {
    async leadTo({ api }: Inside): Promise<void> {
      await api.ready();
      // Node.js begins to watch over slow clients when an HTTP server listens.
      api.server.emit('listening');
      server = api.server;
    },
    take(connection: Socket | undefined): void {
      taken += 1;
      tell();
      // It broke on the way.
      if (connection === undefined || server === undefined) return;
      open += 1;
      connection.once('close', () => {
        open -= 1;
        tell();
      });
      // As an HTTP server has it for connections that it accepts; it ends them itself.
      connection.allowHalfOpen = true;
      server.emit('connection', connection);
    },
  };
}
