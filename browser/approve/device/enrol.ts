import { askAs, newNonce } from './ask.ts';
import { digest, toBase64url } from './bytes.ts';
import { type DeviceState, type Enrolment, type Signer, toEnrolment } from './enrolment.ts';
import { forgetEnrolment, keepEnrolment } from './keep.ts';
import { signedText } from './signed-text.ts';

/** Whose device one would become. docs/approval-protocol.md, `invitation` */
export interface Invitation {
  readonly person: string;
  readonly displayName: string;
  readonly realm: string;
  readonly endsAt: number;
}

interface Applicant {
  readonly code: string;
  readonly name: string;
  /** The enrolment of the same person in this browser, which ends. */
  readonly replaces?: Enrolment | undefined;
}

/** Makes a key that cannot be taken out of this browser, and enrols it. @throws Refusal, NoConnection */
export async function enrol({ code, name, replaces }: Applicant): Promise<Enrolment> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
  ]);
  const key = toBase64url(await crypto.subtle.exportKey('raw', publicKey));
  const body = { code, key, name, ...(replaces && { replaces: replaces.id }) };
  const state = await askAs<DeviceState>({ id: '', key: privateKey }, 'enroll', body);
  const enrolment = toEnrolment(state, { key: privateKey });
  await keepEnrolment(enrolment);
  if (replaces !== undefined) await forgetEnrolment(replaces.id);
  return enrolment;
}

/**
 * Registers a passkey for a device.
 *
 * @param make creates the credential for a challenge; its id, and its JSON
 * @throws Refusal, NoConnection, and whatever `make` throws
 */
export async function registerPasskey(
  enrolment: Enrolment & Signer,
  make: (challenge: string) => Promise<{ readonly id: string; readonly credential: string }>,
): Promise<Enrolment> {
  const nonce = newNonce();
  const { id, credential } = await make(await digest(signedText('passkey', { device: enrolment.id, nonce })));
  const state = await askAs<DeviceState>(enrolment, 'passkey', { credential }, { nonce });
  const next = toEnrolment(state, { ...enrolment, passkeyId: id });
  await keepEnrolment(next);
  return next;
}
