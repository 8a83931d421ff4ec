import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What the authenticator says of itself. */
interface Says {
  readonly origin?: string;
  readonly challenge: string;
  /** Whether the person was verified; true. */
  readonly isVerified?: boolean;
  /** Domain it says it is used for; the host of `url`. */
  readonly rpId?: string;
  /** What it was told to know the person by; what it was made for, unless told otherwise. */
  readonly userHandle?: string | undefined;
  /** Its counter; one more than the last time. */
  readonly counter?: number;
}

/** A passkey as a browser would use it (WebAuthn Level 3), with `none` attestation. */
export function createAuthenticator(url: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  let counter = 0;
  let handle: string | undefined;
  const base = {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
  };

  function clientData(type: string, { origin = url, challenge }: Says): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  /** §6.1: hash of the relying party’s id, flags, counter, and whatever follows. */
  function authenticatorData(flags: number, rpId = new URL(url).hostname, more: Buffer = Buffer.alloc(0)): Buffer {
    const head = Buffer.alloc(5);
    head[0] = flags;
    head.writeUInt32BE(counter, 1);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), head, more]);
  }

  function coseKey(): Buffer {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      Buffer.from(x, 'base64url'),
      Buffer.from([0x22, 0x58, 0x20]),
      Buffer.from(y, 'base64url'),
    ]);
  }

  return {
    id: base.id,
    /** JSON of a new credential. */
    create(says: Says): string {
      handle = says.userHandle;
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseKey()]);
      const data = authenticatorData(says.isVerified === false ? 0x41 : 0x45, says.rpId, attested);
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        Buffer.from('\x63fmt\x64none\x67attStmt\xa0\x68authData\x58', 'latin1'),
        Buffer.from([data.length]),
        data,
      ]);
      const response = {
        clientDataJSON: clientData('webauthn.create', says).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      };
      return JSON.stringify({ ...base, response });
    },
    /** JSON of an assertion. */
    get(says: Says): string {
      counter = says.counter ?? counter + 1;
      const client = clientData('webauthn.get', says);
      const data = authenticatorData(says.isVerified === false ? 0x01 : 0x05, says.rpId);
      const { userHandle = 'userHandle' in says ? undefined : handle } = says;
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      const response = {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
        ...(userHandle !== undefined && { userHandle }),
      };
      return JSON.stringify({ ...base, response });
    },
  };
}
