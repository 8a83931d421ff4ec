import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Passkeys } from '../core/push.ts';

/** Where passkeys are used from. */
export interface PasskeySettings {
  /** Domain they belong to, the relying party’s id. */
  readonly rpId: string;
  /** Origins of the pages and apps. */
  readonly origins: readonly string[];
}

/** ES256 and RS256: what all platforms have one of. */
const algorithms = [-7, -257];

/** Loaded when it is needed: it is large, and most commands and servers never need it. */
function load() {
  return import('@simplewebauthn/server');
}

/** Passkeys by WebAuthn Level 3 §7. Attestation is not asked for: whoever made the key does not matter, only that the person was verified. */
export function createPasskeys({ rpId, origins }: PasskeySettings): Passkeys {
  const expected = {
    expectedOrigin: [...origins],
    expectedRPID: rpId,
    requireUserVerification: true,
  };
  return {
    async register(credential, challenge) {
      return orNothing(async () => {
        const { verifyRegistrationResponse } = await load();
        const response = JSON.parse(credential) as RegistrationResponseJSON;
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          ...expected,
          response,
          expectedChallenge: challenge,
          supportedAlgorithmIDs: algorithms,
        });
        if (!verified) return undefined;
        const { id, publicKey, counter } = registrationInfo.credential;
        return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter };
      });
    },
    async assert(credential, challenge, passkey) {
      return orNothing(async () => {
        const { verifyAuthenticationResponse } = await load();
        const response = JSON.parse(credential) as AuthenticationResponseJSON;
        if (response.id !== passkey.id) return undefined;
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          ...expected,
          response,
          expectedChallenge: challenge,
          credential: { ...passkey, publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')) },
        });
        return verified ? { ...passkey, counter: authenticationInfo.newCounter } : undefined;
      });
    },
  };
}

/** The library throws for whatever does not fit; to us that is a no. */
async function orNothing<T>(check: () => Promise<T>): Promise<T | undefined> {
  try {
    return await check();
  } catch {
    return undefined;
  }
}
