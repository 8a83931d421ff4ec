import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDeviceKeys } from './device-key.ts';

const keys = createDeviceKeys();
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
const key = point.toString('base64url');
const signature = (dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363') =>
  sign('sha256', Buffer.from('text'), { key: privateKey, dsaEncoding }).toString('base64url');

describe('a device key', () => {
  it('is an uncompressed point on the curve', () => {
    expect(keys.isPublicKey(key)).toBe(true);
    const offCurve = Buffer.from(point).fill(1, 40);
    const compressed = Buffer.concat([Buffer.from([2]), point.subarray(1, 33)]);
    const wrong = [offCurve, compressed, point.subarray(1)].map((bytes) => bytes.toString('base64url'));
    expect([...wrong, '', `${key}=`, `${key}AA`].map(keys.isPublicKey)).toEqual(Array(6).fill(false));
  });

  it('checks a signature over the very text', () => {
    expect(keys.verify(key, 'text', signature())).toBe(true);
    expect(keys.verify(key, 'text ', signature())).toBe(false);
  });

  it('takes no signature in another form, none of nought, and none twice written', () => {
    const nought = Buffer.alloc(64).toString('base64url');
    const others = [signature('der'), nought, '', `${signature()}=`, signature().slice(1)];
    expect(others.map((other) => keys.verify(key, 'text', other))).toEqual(Array(5).fill(false));
  });
});
