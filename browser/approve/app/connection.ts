import { askAs, askOpenly, NoConnection, Refusal } from '../device/ask.ts';
import { type DeviceState, type Enrolment, revoked, type Signer, signers, toEnrolment } from '../device/enrolment.ts';
import { forgetEnrolment, keepEnrolment, readEnrolments } from '../device/keep.ts';
import { current, type Hello, update } from './state.ts';

/** Learns what the server is and what time it has there. Does not throw: what failed is in the state. */
export async function greet(): Promise<void> {
  try {
    const server = await askOpenly<Hello>('hello');
    update({ server, clockAheadMs: Date.now() - server.now, isOffline: false, isOutdated: false });
  } catch (error) {
    note(error);
  }
}

/** Learns how each enrolment stands. Does not throw. */
export async function refresh(): Promise<void> {
  await Promise.all(
    signers(current().enrolments).map(async (each) => {
      try {
        await replace(toEnrolment(await askAs<DeviceState>(each, 'state'), each));
        update({ isOffline: false });
      } catch (error) {
        await learn(each, error);
      }
    }),
  );
}

/** Takes in what an error tells of the connection, the clock or this enrolment. */
export async function learn(enrolment: Enrolment & Signer, error: unknown): Promise<void> {
  if (error instanceof Refusal && error.code === 'device-unknown') {
    // The server has spoken: a key that is good for nothing is not kept.
    await replace(revoked(enrolment, Date.now()));
  } else if (error instanceof Refusal && error.code === 'clock-wrong') await greet();
  else note(error);
}

function note(error: unknown): void {
  if (error instanceof NoConnection) update({ isOffline: true });
  else if (error instanceof Refusal && error.code === 'protocol-unsupported') update({ isOutdated: true });
}

/** Keeps an enrolment as it is now, and shows it. */
export async function replace(enrolment: Enrolment): Promise<void> {
  await keepEnrolment(enrolment);
  update({ enrolments: await readEnrolments() });
}

/** Forgets an enrolment that is over. */
export async function forget(id: string): Promise<void> {
  await forgetEnrolment(id);
  update({ enrolments: await readEnrolments() });
}

/** Ends an enrolment at the server, and forgets it. @throws NoConnection, and Refusal other than that it was over already */
export async function leave(enrolment: Enrolment & Signer): Promise<void> {
  try {
    await askAs(enrolment, 'leave');
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'device-unknown')) throw error;
  }
  await forget(enrolment.id);
}

/** The enrolment with this id, when it can still sign. */
export function signerOf(id: string): (Enrolment & Signer) | undefined {
  return signers(current().enrolments).find((each) => each.id === id);
}
