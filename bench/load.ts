import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createAnswerReader, type HttpAnswer } from './answer-reader.ts';

/** What one stretch of load is made of. */
interface Load {
  readonly requests: readonly Buffer[];
  /** Begin again with the first request after the last; for the floor, which does not look at codes. */
  readonly again: boolean;
  /** The status that every answer must have. */
  readonly status: number;
  /** How long requests are sent. Those under way then are still waited for. */
  readonly milliseconds: number;
  /** Told of every answer with that status. */
  onAnswer(index: number): void;
  /** True once the server was killed on purpose: then a broken connection is no error. */
  isCut?(): boolean;
}

/** What came of it. */
interface Outcome {
  readonly sent: number;
  readonly answered: number;
  readonly seconds: number;
  /** Time from a request to its answer, in milliseconds, in the order of the answers. */
  readonly latencies: readonly number[];
}

/** Opens connections on loopback. */
export function connect(port: number, count: number): Promise<readonly Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
      await once(socket, 'connect');
      return socket;
    }),
  );
}

/** Sends one request and waits for its answer. */
export async function ask(port: number, request: Buffer): Promise<HttpAnswer> {
  const [socket] = await connect(port, 1);
  const read = createAnswerReader();
  socket?.write(request);
  for await (const piece of socket ?? []) {
    const answer = read(piece as Buffer);
    if (answer !== undefined) return answer;
  }
  throw new Error('the connection was closed before the answer');
}

/** Sends requests over all the sockets, on each the next one when the one before is answered, until the time is up. Closes the sockets. */
export async function drive(sockets: readonly Socket[], load: Load): Promise<Outcome> {
  const began = performance.now();
  const latencies: number[] = [];
  let sent = 0;
  const next = (now: number): number | undefined => {
    const isOver = now - began >= load.milliseconds || (!load.again && sent >= load.requests.length);
    return isOver ? undefined : sent++;
  };
  try {
    await Promise.all(sockets.map((socket) => driveOne(socket, load, next, latencies)));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { sent, answered: latencies.length, seconds: (performance.now() - began) / 1000, latencies };
}

function driveOne(socket: Socket, load: Load, next: (now: number) => number | undefined, latencies: number[]) {
  const { requests, status, onAnswer, isCut = () => false } = load;
  const read = createAnswerReader();
  return new Promise<void>((resolve, reject) => {
    let began = performance.now();
    let index: number | undefined;
    const send = () => {
      index = next(began);
      if (index === undefined) resolve();
      else socket.write(requests[index % requests.length] as Buffer);
    };
    const onPiece = (piece: Buffer) => {
      const answer = read(piece);
      if (answer === undefined || index === undefined) return;
      if (answer.status !== status) throw new Error(`answered ${answer.status} instead of ${status}: ${answer.body}`);
      const now = performance.now();
      latencies.push(now - began);
      onAnswer(index);
      began = now;
      send();
    };
    socket.on('data', (piece) => {
      try {
        onPiece(piece);
      } catch (error) {
        reject(error);
      }
    });
    const broken = (error?: Error) => (isCut() ? resolve() : reject(error ?? new Error('a connection was closed')));
    socket.on('error', broken).on('close', () => broken());
    send();
  });
}
