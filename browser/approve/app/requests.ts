import { askAs } from '../device/ask.ts';
import { type Assignment, answer, type Decision } from '../device/assignment.ts';
import type { Enrolment, Signer } from '../device/enrolment.ts';
import { keepAnswer, readAnswers } from '../device/keep.ts';
import { usePasskey } from '../device/passkey.ts';
import { learn, refresh, signerOf } from './connection.ts';
import { faultOf, isRefusal } from './faults.ts';
import { meaningOf } from './meaning.ts';
import { current, type Ending, type Fault, type Screen, show, update } from './state.ts';
import { clearNotifications } from './waking.ts';

/** What `pending` answers. docs/approval-protocol.md */
export interface Pending {
  readonly assignment?: string;
  readonly pausedAt?: number;
  readonly now: number;
}

type OnScreen = Extract<Screen, { name: 'request' }>;

/** Does what an answer to `pending` means for the screen. @throws Refusal, NoConnection */
export async function hear(signer: Enrolment & Signer, { assignment, pausedAt }: Pending): Promise<void> {
  if (pausedAt !== signerOf(signer.id)?.pausedAt) await refresh();
  const { screen } = current();
  const meaning = meaningOf(screen, signer.id, assignment);
  if (meaning === 'open' && assignment !== undefined) await open(signer, assignment);
  else if (meaning === 'gone' || meaning === 'replaced') end(meaning);
}

/** Fetches a request and shows it, unless something else has come on the screen meanwhile. */
async function open(signer: Enrolment & Signer, assignment: string): Promise<void> {
  try {
    const shown = await askAs<Assignment>(signer, 'fetch', { assignment });
    if (meaningOf(current().screen, signer.id, assignment) !== 'open') return;
    const endsAt = Date.now() + shown.ends - shown.now;
    show({ name: 'request', device: signer.id, shown, endsAt, isSending: false });
    void clearNotifications();
  } catch (error) {
    if (!isRefusal(error, 'assignment-gone')) throw error;
  }
}

/** Takes the request off the screen and says why. */
export function end(why: Ending): void {
  const { screen } = current();
  if (screen.name !== 'request') return;
  show({ name: 'ended', shown: screen.shown, why });
  void clearNotifications();
}

/** Answers the request on the screen. Does not throw: what went wrong is on the screen. */
export async function decide(decision: Decision, number?: string): Promise<void> {
  const { screen } = current();
  if (screen.name !== 'request' || screen.isSending) return;
  const signer = signerOf(screen.device);
  if (signer === undefined) return show({ name: 'home' });
  const fault = decision === 'approve' ? standsInTheWay(screen.shown, signer, number) : undefined;
  if (fault !== undefined) return fail(screen, fault);
  const { fault: _, ...rest } = screen;
  show({ ...rest, isSending: true });
  try {
    const said = { decision, ...(number !== undefined && { number }) };
    const outcome = await answer(signer, screen.shown, said, (challenge) => usePasskey(signer.passkeyId, challenge));
    const { asker, message, person } = screen.shown;
    await keepAnswer({ at: Date.now(), asker, message, person, outcome });
    update({ answers: await readAnswers(), screen: { name: 'result', shown: screen.shown, outcome } });
    if (outcome === 'paused') await refresh();
  } catch (error) {
    await failed(screen, signer, error);
  }
}

function standsInTheWay({ match, passkey }: Assignment, signer: Enrolment, number = ''): Fault | undefined {
  if (passkey && signer.passkeyId === undefined) return 'passkey-required';
  return match && !/^\d{3}$/.test(number) ? 'number' : undefined;
}

async function failed(screen: OnScreen, signer: Enrolment & Signer, error: unknown): Promise<void> {
  await learn(signer, error);
  if (isRefusal(error, 'device-unknown')) return show({ name: 'home' });
  const isOver = isRefusal(error, 'assignment-gone');
  if (isOver)
    return show({ name: 'ended', shown: screen.shown, why: Date.now() >= screen.endsAt ? 'expired' : 'gone' });
  fail(screen, faultOf(error));
}

function fail(screen: OnScreen, fault: Fault): void {
  show({ ...screen, isSending: false, fault });
}
