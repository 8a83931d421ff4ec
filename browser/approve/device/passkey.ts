import { startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { toBase64url, utf8 } from './bytes.ts';
import type { Enrolment } from './enrolment.ts';

/** Has the person make a passkey with user verification, for this device. @throws Error when the person or the browser will not */
export async function makePasskey(
  { id, person, displayName }: Enrolment,
  server: string,
  challenge: string,
): Promise<{ readonly id: string; readonly credential: string }> {
  const made = await startRegistration({
    optionsJSON: {
      challenge,
      rp: { id: location.hostname, name: server },
      user: { id: toBase64url(utf8(id)), name: person, displayName },
      pubKeyCredParams: [
        { type: 'public-key', alg: -7 },
        { type: 'public-key', alg: -257 },
      ],
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
      attestation: 'none',
    },
  });
  return { id: made.id, credential: JSON.stringify(made) };
}

/** Has the person prove themselves with the passkey of this device. @throws Error when the person or the browser will not */
export async function usePasskey(passkeyId: string | undefined, challenge: string): Promise<string> {
  const assertion = await startAuthentication({
    optionsJSON: {
      challenge,
      rpId: location.hostname,
      userVerification: 'required',
      ...(passkeyId !== undefined && { allowCredentials: [{ type: 'public-key', id: passkeyId }] }),
    },
  });
  return JSON.stringify(assertion);
}
