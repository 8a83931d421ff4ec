import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A port of loopback whose connections are led elsewhere, or nowhere. */
export interface Relay {
  readonly port: number;
  /** How many connections were ever opened. */
  connections(): number;
  /** Closes the port and all connections, without a word. */
  end(): Promise<void>;
}

/** Leads each connection on to what `far` connects it to; where that is undefined it is accepted, and never hears a word: a black hole. */
export async function startRelay(far: () => Socket | undefined): Promise<Relay> {
  const sockets = new Set<Socket>();
  let connections = 0;
  function keep(socket: Socket, other?: Socket): void {
    sockets.add(socket);
    socket
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(socket);
        other?.destroy();
      });
    if (other === undefined) socket.resume();
    else socket.pipe(other);
  }
  const server = createServer((near) => {
    connections += 1;
    const other = far();
    keep(near, other);
    if (other !== undefined) keep(other, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const closed = once(server, 'close');
  return {
    port: (server.address() as { readonly port: number }).port,
    connections: () => connections,
    async end() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
