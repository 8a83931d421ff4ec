import { createDecipheriv, type ECDH, hkdfSync } from 'node:crypto';

/** What a browser keeps of a subscription. */
export interface ReceiverSecrets {
  readonly keys: ECDH;
  readonly auth: Buffer;
}

/** Decrypts one record of `aes128gcm` as a browser does (RFC 8188 §2, RFC 8291 §4). @throws Error when it is not for this subscription */
export function decryptMessage(body: Buffer, { keys, auth }: ReceiverSecrets): Buffer {
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const idLength = body.readUInt8(20);
  const senderKey = body.subarray(21, 21 + idLength);
  const sealed = body.subarray(21 + idLength);
  if (idLength !== 65) throw new Error('the key id is no P-256 point');
  if (sealed.length > recordSize) throw new Error('more than one record');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), senderKey]);
  const secret = Buffer.from(hkdfSync('sha256', keys.computeSecret(senderKey), auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12));
  const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error('the record is not the last');
  return padded.subarray(0, end);
}
