import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createAnswerReader, type HttpAnswer } from './answer-reader.ts';
import type { Lane } from './lanes.ts';

/** What one stretch of load is made of. */
export interface Load {
  /** The status that every answer must have. */
  readonly status: number;
  /** How long requests are sent. Those under way then are still waited for. */
  readonly milliseconds: number;
  /** True once the server was killed on purpose: then a broken connection is no error. */
  isCut?(): boolean;
}

/** What came of it. */
export interface Outcome {
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
  try {
    for await (const piece of socket ?? []) {
      const answer = read(piece as Buffer);
      if (answer !== undefined) return answer;
    }
  } finally {
    socket?.destroy();
  }
  throw new Error('the connection was closed before the answer');
}

/** Sends requests, over a connection for each lane, the next one when the one before is answered, until the time is up. */
export async function drive(port: number, lanes: readonly Lane[], load: Load): Promise<Outcome> {
  const sockets = await connect(port, lanes.length);
  const began = performance.now();
  const end = began + load.milliseconds;
  const latencies: number[] = [];
  try {
    await Promise.all(
      lanes.map((lane, index) => driveOne(sockets[index] as Socket, lane, { ...load, end, latencies })),
    );
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { answered: latencies.length, seconds: (performance.now() - began) / 1000, latencies };
}

function driveOne(
  socket: Socket,
  lane: Lane,
  { status, end, latencies, isCut = () => false }: Load & { readonly end: number; readonly latencies: number[] },
) {
  return new Promise<void>((resolve, reject) => {
    let began = performance.now();
    let isDone = false;
    const send = () => {
      const request = began < end ? lane.next() : undefined;
      if (request !== undefined) return void socket.write(request);
      isDone = true;
      resolve();
    };
    onAnswers(socket, {
      answer(answer) {
        mustBe(status, answer);
        const now = performance.now();
        latencies.push(now - began);
        lane.acknowledge(answer);
        began = now;
        send();
      },
      broken(error) {
        if (isDone || isCut()) resolve();
        else reject(error);
      },
    });
    send();
  });
}

/** Tells of each answer on a connection, and once of its end; an error in `answer` is told as a broken connection. */
export function onAnswers(
  socket: Socket,
  { answer, broken }: { answer(answer: HttpAnswer): void; broken(error: Error): void },
): void {
  const read = createAnswerReader();
  socket.on('data', (piece) => {
    try {
      const whole = read(piece);
      if (whole !== undefined) answer(whole);
    } catch (error) {
      broken(error as Error);
    }
  });
  socket.on('error', broken).on('close', () => broken(new Error('a connection was closed')));
}

/** @throws Error when the answer has another status */
export function mustBe(status: number, answer: HttpAnswer): void {
  if (answer.status !== status) throw new Error(`answered ${answer.status} instead of ${status}: ${answer.body}`);
}
