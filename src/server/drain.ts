import { Server as NetServer } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long a connection without a request may stay open once the server was told to stop, in milliseconds. */
const idleGraceMs = 1000;

/** Closes a listener so that every request that was sent is answered. */
export interface Drain {
  isDraining(): boolean;
  /**
   * Takes no new connections; asks clients, with each answer, to leave; cuts who is still there after `seconds`.
   *
   * Resolves when the last connection is gone.
   */
  close(seconds: number): Promise<void>;
}

/** To be called before the routes are mounted. */
export function createDrain(listener: FastifyInstance): Drain {
  let draining = false;
  listener.addHook('onRequest', (_request, reply, done) => {
    if (draining) reply.header('connection', 'close');
    done();
  });
  return {
    isDraining: () => draining,
    async close(seconds) {
      draining = true;
      const { server } = listener;
      const gone = new Promise<void>((resolve) => {
        // The HTTP server's own close() cuts idle connections at once, and with them requests that are just on their way.
        NetServer.prototype.close.call(server, () => resolve());
      });
      const idle = setInterval(() => server.closeIdleConnections(), idleGraceMs);
      const late = setTimeout(() => server.closeAllConnections(), seconds * 1000);
      await gone;
      clearInterval(idle);
      clearTimeout(late);
      await listener.close();
    },
  };
}
