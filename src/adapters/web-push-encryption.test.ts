import { createECDH } from 'node:crypto';
// @ts-expect-error: it comes without types
import * as untyped from 'http_ece';
import { describe, expect, it } from 'vitest';
import { encryptMessage, maxPlaintext } from './web-push-encryption.ts';

// RFC 8291 appendix A.
const vector = {
  plaintext: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  receiverPrivate: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};
const bytes = (text: string) => Buffer.from(text, 'base64url');
const ecdh = (privateKey: string) => {
  const keys = createECDH('prime256v1');
  keys.setPrivateKey(bytes(privateKey));
  return keys;
};
const ece: { decrypt(body: Buffer, options: object): Buffer } = untyped;
const decrypt = (body: Buffer, authSecret = vector.auth) =>
  ece.decrypt(body, { version: 'aes128gcm', privateKey: ecdh(vector.receiverPrivate), authSecret });

describe('a push message', () => {
  it('is what the RFC’s example says, byte by byte', () => {
    const secrets = { sender: ecdh(vector.senderPrivate), salt: bytes(vector.salt) };
    const body = encryptMessage(Buffer.from(vector.plaintext), vector, 0, secrets);
    expect(body.toString('base64url')).toBe(vector.body);
  });

  it('is read by another implementation, padding and all', () => {
    expect(decrypt(encryptMessage(Buffer.from('hello'), vector, 512)).toString()).toBe('hello');
  });

  it('is read by nobody with another secret', () => {
    const body = encryptMessage(Buffer.from('hello'), vector);
    expect(() => decrypt(body, 'AAAAAAAAAAAAAAAAAAAAAA')).toThrow();
  });

  it('is never the same twice', () => {
    const [one, two] = [1, 2].map(() => encryptMessage(Buffer.from('hello'), vector).toString('base64url'));
    expect(one).not.toBe(two);
  });

  it('has one length whatever it says, up to that', () => {
    const lengths = ['', 'short', 'x'.repeat(512)].map((text) => encryptMessage(Buffer.from(text), vector, 512).length);
    expect(new Set(lengths).size).toBe(1);
  });

  it('fits into what every service takes, or is refused here', () => {
    expect(encryptMessage(Buffer.alloc(maxPlaintext), vector)).toHaveLength(4096);
    expect(() => encryptMessage(Buffer.alloc(maxPlaintext + 1), vector)).toThrow('at most');
  });
});
