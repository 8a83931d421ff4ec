import { Server as NetServer } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long a connection without a request may stay open once the server was told to stop, in milliseconds. */
const idleGraceMs = 1000;

/** How a server takes its leave. */
export interface Leave {
  /** Who is still there after so many seconds is cut off. */
  readonly seconds: number;
  /** Whether connections without a request are closed after a second; otherwise with their next answer, or by their clients. */
  readonly cutsIdle: boolean;
}

/** Closes a listener so that every request that was sent is answered. */
export interface Drain {
  isDraining(): boolean;
  /**
   * Takes no new connections; asks clients, with each answer, to leave. Asked again, what comes first counts.
   *
   * Resolves when the last connection is gone.
   */
  close(leave: Leave): Promise<void>;
}

/** To be called before the routes are mounted. */
export function createDrain(listener: FastifyInstance): Drain {
  const { server } = listener;
  let closed: Promise<void> | undefined;
  let connections = 0;
  let onEmpty = () => {};
  listener.addHook('onRequest', (_request, reply, done) => {
    if (closed !== undefined) reply.header('connection', 'close');
    done();
  });
  server.on('connection', (connection) => {
    connections += 1;
    connection.once('close', () => {
      connections -= 1;
      if (connections === 0) onEmpty();
    });
  });

  async function close(): Promise<void> {
    // The HTTP server's own close() cuts idle connections at once, and with them requests that are just on their way.
    if (server.listening) NetServer.prototype.close.call(server);
    if (connections > 0) await new Promise<void>((resolve) => (onEmpty = resolve));
    await listener.close();
  }

  return {
    isDraining: () => closed !== undefined,
    close({ seconds, cutsIdle }) {
      const idle = cutsIdle ? setInterval(() => server.closeIdleConnections(), idleGraceMs) : undefined;
      const late = setTimeout(() => server.closeAllConnections(), seconds * 1000);
      closed ??= close();
      return closed.finally(() => {
        clearInterval(idle);
        clearTimeout(late);
      });
    },
  };
}
