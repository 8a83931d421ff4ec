import type { Socket } from 'node:net';
import type { Lane } from './lanes.ts';
import { connect, type Load, mustBe, type Outcome, onAnswers } from './load.ts';

/** A connection and what it asks for. */
interface Line {
  readonly socket: Socket;
  readonly lane: Lane;
  /** When the request under way ought to have been sent. */
  dueAt: number;
}

/**
 * Sends requests at an even rate, whatever the answers do: one that finds all connections busy waits, and that counts as part of its time,
 * because whoever comes to a server does not wait for those before him. Each connection is used once before the clock starts: what is measured
 * are requests over connections kept open.
 */
export async function pace(
  port: number,
  lanes: readonly Lane[],
  { status, milliseconds, perSecond }: Load & { readonly perSecond: number },
): Promise<Outcome> {
  const sockets = await connect(port, lanes.length);
  const free: Line[] = [];
  const latencies: number[] = [];
  let began = Number.POSITIVE_INFINITY;
  const total = Math.floor((perSecond * milliseconds) / 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      let sent = 0;
      let isOver = false;
      const end = (error?: Error) => {
        isOver = true;
        if (error === undefined) resolve();
        else reject(error);
      };
      const ask = (line: Line, dueAt: number) => {
        const request = line.lane.next();
        if (request === undefined) return end(new Error('there was nothing more to ask'));
        line.dueAt = dueAt;
        line.socket.write(request);
      };
      for (const [index, socket] of sockets.entries()) {
        const line: Line = { socket, lane: lanes[index] as Lane, dueAt: 0 };
        onAnswers(socket, {
          answer(answer) {
            mustBe(status, answer);
            line.lane.acknowledge(answer);
            free.push(line);
            if (sent === 0) {
              if (free.length === sockets.length) start();
              return;
            }
            latencies.push(performance.now() - line.dueAt);
            if (latencies.length === total) end();
          },
          broken: (error) => !isOver && end(error),
        });
        ask(line, 0);
      }
      const start = () => {
        began = performance.now();
        turn();
      };
      // Timers are a millisecond coarse: between requests the event loop turns without rest.
      const turn = () => {
        if (isOver) return;
        const due = ((performance.now() - began) * perSecond) / 1000;
        while (sent < Math.min(due, total)) {
          const line = free.shift();
          if (line === undefined) break;
          ask(line, began + (sent / perSecond) * 1000);
          sent += 1;
        }
        setImmediate(turn);
      };
    });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { answered: latencies.length, seconds: (performance.now() - began) / 1000, latencies };
}
