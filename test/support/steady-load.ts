import { setTimeout as pause } from 'node:timers/promises';
import { hotpOf } from './oath.ts';
import { rfcSeed } from './server.ts';
import type { Line, ServerProcess } from './server-process.ts';

/** One request of the load and what came of it. Instants are those of `performance.now()`. */
export interface Sample {
  /** `new`: a code that was never sent or never accepted; `again`: one that was accepted before. */
  readonly what: 'new' | 'again' | 'poll' | 'parked';
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly from: number;
  readonly to: number;
}

/** Clients that ask all the time, each over a connection that it keeps. */
export interface SteadyLoad {
  /** All that was answered so far. */
  readonly samples: readonly Sample[];
  /** Waits for so many more answers of this status to codes, and to polls. */
  more(count: number, status: (what: Sample['what']) => number): Promise<void>;
  stop(): Promise<void>;
}

interface LoadOptions {
  readonly server: ServerProcess;
  /** People with a token by counter with the seed of the RFC. */
  readonly people: readonly string[];
  /** What a poll asks. */
  readonly poll: { readonly operation: string; readonly body: object };
  readonly polls: number;
}

/**
 * Starts it: each person uses one code after the other and tries each accepted one again; polls ask over and over, and one more is parked.
 *
 * A code that was not answered with yes or no is tried again, as an application would.
 */
export async function startLoad({ server, people, poll, polls }: LoadOptions): Promise<SteadyLoad> {
  const samples: Sample[] = [];
  let goesOn = true;

  async function ask(line: Line, what: Sample['what'], ...request: Parameters<Line['put']>) {
    const from = performance.now();
    const answer = await line.put(...request);
    const sample = { what, status: answer?.status, retryAfter: answer?.header('retry-after') };
    samples.push({ ...sample, from, to: performance.now() });
    // What must never be: nothing that is waited for will come.
    if (answer === undefined || answer.status === 500) goesOn = false;
    return answer?.status;
  }

  async function useCodes(line: Line, username: string): Promise<void> {
    let accepted: number | undefined;
    for (let counter = 0; goesOn; await pause(5)) {
      const otp = (value: number) => ({ username, otp: hotpOf({ secret: rfcSeed }, value) });
      const status = await ask(line, 'new', 'otp_token_auth', otp(counter));
      if (status === 200) accepted = counter;
      if (status !== 503) counter += 1;
      // Until it is answered with yes or no, before any other code: a yes that was forgotten shows by it alone.
      const again = async () => (accepted === undefined ? 403 : ask(line, 'again', 'otp_token_auth', otp(accepted)));
      while (goesOn && (await again()) === 503) await pause(20);
    }
  }

  async function keepPolling(line: Line, what: 'poll' | 'parked'): Promise<void> {
    const headers = what === 'parked' ? { prefer: 'wait=5' } : {};
    for (; goesOn; await pause(20)) await ask(line, what, poll.operation, poll.body, headers);
  }

  const lines = await server.connect(people.length + polls + 1);
  const clients = lines.map((line, index) => {
    const person = people[index];
    if (person !== undefined) return useCodes(line, person);
    return keepPolling(line, index === lines.length - 1 ? 'parked' : 'poll');
  });
  return {
    samples,
    async more(count, status) {
      const start = samples.length;
      const isCode = ({ what }: Sample) => what === 'new' || what === 'again';
      const seen = (ofCode: boolean) =>
        samples.slice(start).filter((one) => isCode(one) === ofCode && one.status === status(one.what)).length;
      while (goesOn && (seen(true) < count || seen(false) < count)) await pause(20);
    },
    async stop() {
      goesOn = false;
      await Promise.all(clients);
      for (const { connection } of lines) connection.close();
    },
  };
}
