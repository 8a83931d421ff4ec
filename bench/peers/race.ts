import { connect, onAnswers } from '../load.ts';

/** The same right code, sent many times at once. */
export interface Race {
  readonly server: string;
  /** What each of them had in its hand. */
  readonly how: string;
  /** How many were sent at once. */
  readonly sent: number;
  /** How many were accepted, in each race. */
  readonly accepted: readonly number[];
}

/** Sends each of these over a connection of its own, all at once; how many were answered with 200. */
export async function race(port: number, requests: readonly Buffer[]): Promise<number> {
  const sockets = await connect(port, requests.length);
  try {
    const answers = sockets.map(
      (socket) =>
        new Promise<number>((resolve, reject) => {
          onAnswers(socket, { answer: ({ status }) => resolve(status), broken: reject });
        }),
    );
    for (const [index, socket] of sockets.entries()) socket.write(requests[index] as Buffer);
    return (await Promise.all(answers)).filter((status) => status === 200).length;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}
