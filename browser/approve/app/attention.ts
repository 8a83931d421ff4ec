import { askAs } from '../device/ask.ts';
import { type Enrolment, type Signer, signers } from '../device/enrolment.ts';
import { greet, learn, signerOf } from './connection.ts';
import { hear, type Pending } from './requests.ts';
import { current, show, update } from './state.ts';

// Asks for each enrolment whether there is something to answer, while somebody looks.

const parkSeconds = 25;
const pauseMs = 3000;
const longestPauseMs = 15_000;

/** A browser has six connections to a server over HTTP/1.1; parked questions must leave some for what the person does. */
const mostParked = 3;

let attention = new AbortController();

/** Begins anew to ask, at once; stops while the app is not seen. */
export function attend(): void {
  attention.abort();
  attention = new AbortController();
  if (document.hidden) return;
  for (const each of signers(current().enrolments)) void follow(each.id, attention.signal);
}

/** Shows what there is when nothing is to be answered, and looks for more. */
export function goHome(): void {
  show({ name: 'home' });
  attend();
}

async function follow(device: string, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const signer = signerOf(device);
    if (signer === undefined) return;
    try {
      // After a failure the first answer is to come quickly: it tells that the server is back.
      const mayPark = failures === 0 && !isBusy() && signers(current().enrolments).length <= mostParked;
      const isThere = await askOnce(signer, mayPark, signal);
      failures = 0;
      if (isThere || !mayPark) await pause(pauseMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      await learn(signer, error);
      failures += 1;
      await pause(Math.min(longestPauseMs, 1000 * 2 ** failures), signal);
    }
  }
}

/** Whether something is pending. */
async function askOnce(signer: Enrolment & Signer, mayPark: boolean, signal: AbortSignal): Promise<boolean> {
  const wait = mayPark ? parkSeconds : 0;
  const pending = await askAs<Pending>(signer, 'pending', {}, { wait, signal });
  if (signal.aborted) return false;
  if (current().isOffline) await greet();
  update({ isOffline: false, clockAheadMs: Date.now() - pending.now });
  await hear(signer, pending);
  return pending.assignment !== undefined;
}

/** Whether something is on the screen that `pending` would tell the end of only when it is not parked. */
function isBusy(): boolean {
  return current().screen.name === 'request';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
