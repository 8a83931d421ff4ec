import { createConnection, type Socket } from 'node:net';
import { createAnswerReader, type HttpAnswer } from '../bench/answer-reader.ts';

/** What is sent. */
export interface HttpRequest {
  readonly method: 'PUT' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Connections to one server, which are kept and used again. */
export interface Client {
  /** Undefined when there was no whole answer in time. */
  ask(port: number, request: HttpRequest, timeoutMs: number): Promise<HttpAnswer | undefined>;
  /** Requests that are not answered yet. */
  underWay(): number;
  /** Breaks connections, each with this likelihood in per cent, whatever is under way on them. */
  cut(choose: () => boolean): void;
  close(): void;
}

interface Line {
  readonly socket: Socket;
  readonly port: number;
  /** Told of each piece, and once of the end. */
  hear: (piece: Buffer | undefined) => void;
}

/** Plain sockets, HTTP/1.1, one request at a time on each. */
export function createClient(): Client {
  const idle: Line[] = [];
  const busy = new Set<Line>();

  function open(port: number): Line {
    const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
    const line: Line = { socket, port, hear: () => {} };
    socket.on('data', (piece) => line.hear(piece));
    socket
      .on('error', () => {})
      .on('close', () => {
        const at = idle.indexOf(line);
        if (at >= 0) idle.splice(at, 1);
        line.hear(undefined);
      });
    return line;
  }

  function take(port: number): Line {
    for (let line = idle.pop(); line !== undefined; line = idle.pop()) {
      if (line.port === port && !line.socket.destroyed) return line;
      line.socket.destroy();
    }
    return open(port);
  }

  return {
    ask(port, request, timeoutMs) {
      const line = take(port);
      busy.add(line);
      const read = createAnswerReader();
      return new Promise((resolve) => {
        const timer = setTimeout(() => done(undefined), timeoutMs);
        const done = (answer: HttpAnswer | undefined) => {
          clearTimeout(timer);
          line.hear = () => {};
          busy.delete(line);
          if (answer === undefined) line.socket.destroy();
          else idle.push(line);
          resolve(answer);
        };
        line.hear = (piece) => {
          if (piece === undefined) return done(undefined);
          const answer = readOrBreak(read, piece);
          if (answer === 'broken') done(undefined);
          else if (answer !== undefined) done(answer);
        };
        line.socket.write(toBytes(request));
      });
    },
    underWay: () => busy.size,
    cut(choose) {
      for (const { socket } of [...busy, ...idle]) if (choose()) socket.destroy();
    },
    close() {
      for (const { socket } of [...busy, ...idle]) socket.destroy();
    },
  };
}

/** An answer that is none: nobody knows what was done. */
function readOrBreak(read: ReturnType<typeof createAnswerReader>, piece: Buffer): HttpAnswer | undefined | 'broken' {
  try {
    return read(piece);
  } catch {
    return 'broken';
  }
}

function toBytes({ method, path, headers, body }: HttpRequest): string {
  const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
