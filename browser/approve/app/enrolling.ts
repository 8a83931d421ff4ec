import { askOpenly, NoConnection } from '../device/ask.ts';
import { enrol, type Invitation, registerPasskey } from '../device/enrol.ts';
import { signers } from '../device/enrolment.ts';
import { readEnrolments } from '../device/keep.ts';
import { makePasskey } from '../device/passkey.ts';
import { greet, learn, signerOf } from './connection.ts';
import { faultOf, isRefusal } from './faults.ts';
import { codeIn } from './invitation-code.ts';
import { current, type Fault, show, update } from './state.ts';
import { arrangeWaking } from './waking.ts';

/** Takes the code of an invitation out of the address; undefined when there is none. */
export function takeCode(): string | undefined {
  const code = codeIn(location.hash);
  // It must not stay where it is copied, bookmarked or shared.
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  return code;
}

/** Shows what an invitation is for. */
export async function lookAt(code: string): Promise<void> {
  show({ name: 'invitation', code, step: 'reading' });
  try {
    if (current().server === undefined) await greet();
    const invitation = await askOpenly<Invitation>('invitation', { code });
    show({ name: 'invitation', code, step: 'confirm', invitation });
  } catch (error) {
    show({ name: 'invitation', code, step: error instanceof NoConnection ? 'unreachable' : 'used' });
  }
}

/** Enrols this browser for the invitation on the screen, under this name. */
export async function connect(name: string): Promise<void> {
  const { screen, enrolments } = current();
  if (screen.name !== 'invitation' || screen.step !== 'confirm') return;
  const { code, invitation } = screen;
  const { person, realm } = invitation;
  const replaces = signers(enrolments).find((each) => each.person === person && each.realm === realm);
  show({ name: 'invitation', code, invitation, step: 'enrolling' });
  try {
    const enrolment = await enrolOver({ code, name, replaces });
    update({ enrolments: await readEnrolments() });
    // So that the browser does not throw the key away when the disk fills up.
    void navigator.storage?.persist?.();
    show({ name: 'welcome', device: enrolment.id });
    void arrangeWaking();
  } catch (error) {
    if (isRefusal(error, 'invitation-unknown')) return show({ name: 'invitation', code, step: 'used' });
    if (isRefusal(error, 'clock-wrong')) await greet();
    show({ name: 'invitation', code, invitation, step: 'confirm', fault: faultOf(error) });
  }
}

/** The old enrolment may have been revoked without this browser knowing; then there is nothing to take the place of. */
async function enrolOver(applicant: Parameters<typeof enrol>[0]) {
  try {
    return await enrol(applicant);
  } catch (error) {
    const isOver = isRefusal(error, 'property-invalid') && (error as { property?: string }).property === 'replaces';
    if (!isOver) throw error;
    return enrol({ code: applicant.code, name: applicant.name });
  }
}

/** Makes a passkey for a device; what went wrong, if anything did. */
export async function addPasskey(device: string): Promise<Fault | undefined> {
  const signer = signerOf(device);
  if (signer === undefined) return 'unexpected';
  try {
    await registerPasskey(signer, (challenge) => makePasskey(signer, current().server?.name ?? 'Portvakt', challenge));
    update({ enrolments: await readEnrolments() });
    return undefined;
  } catch (error) {
    await learn(signer, error);
    return faultOf(error);
  }
}
