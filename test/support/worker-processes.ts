import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openRaw, putBytes } from './raw.ts';
import type { ServerProcess } from './server-process.ts';

/** The processes that a server has started, oldest first (proc(5)). */
export function workersOf({ child }: ServerProcess): readonly number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Resolves when none of these processes is there any more. */
export async function haveEnded(pids: readonly number[]): Promise<void> {
  while (pids.some(isThere)) await pause(50);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What became of requests. */
export interface Count {
  whole: number;
  lost: number;
}

/** Asks the same over and over, over one connection as long as it may be kept, until told to stop. */
export function keepAsking(url: string, request = putBytes('otp_token_auth', '{"username":"nobody","otp":"755224"}')) {
  const count: Count = { whole: 0, lost: 0 };
  let goesOn = true;
  const asking = (async () => {
    while (goesOn) {
      const connection = await openRaw(url).catch(() => undefined);
      if (connection === undefined) {
        count.lost += 1;
        return;
      }
      for (let mayStay = true; goesOn && mayStay; ) {
        connection.send(request);
        const answer = await connection.receive();
        if (answer === undefined) count.lost += 1;
        else count.whole += 1;
        // The workers that are starting need the processor as well.
        await pause(10);
        mayStay = answer !== undefined && answer.header('connection') !== 'close';
      }
      connection.close();
    }
  })();
  return {
    count,
    async stop(): Promise<Count> {
      goesOn = false;
      await asking;
      return count;
    },
  };
}
