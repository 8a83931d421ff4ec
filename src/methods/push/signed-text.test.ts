import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDeviceKeys } from '../../adapters/device-key.ts';
import { type SignedValues, signedText } from './signed-text.ts';

interface Vector {
  readonly what: string;
  readonly body: string;
  readonly fields: SignedValues<'answer'>;
  readonly text: string;
  readonly sha256: string;
  readonly signature: string;
}

const vectors = JSON.parse(readFileSync(new URL('./fixtures/protocol-vectors.json', import.meta.url), 'utf8')) as {
  readonly publicKey: string;
  readonly requests: readonly Vector[];
  readonly answers: readonly Vector[];
  readonly passkey: { readonly text: string; readonly challenge: string };
};
const keys = createDeviceKeys();
const valueIn = (text: string, name: string) => new RegExp(`^${name} \\d+:(.*)$`, 'm').exec(text)?.[1] ?? '';

describe('what is signed', () => {
  it.each([...vectors.requests, ...vectors.answers])(
    'has the hash and the signature of the vectors',
    ({ text, sha256, signature }) => {
      expect(keys.digest(text)).toBe(sha256);
      expect(keys.verify(vectors.publicKey, text, signature)).toBe(true);
      expect(keys.verify(vectors.publicKey, `${text} `, signature)).toBe(false);
    },
  );

  it.each(vectors.answers)('of an answer is the text of the vectors', ({ fields, text }) => {
    expect(signedText('answer', fields)).toBe(text);
  });

  it.each(vectors.requests)('of a request is the text of the vectors', ({ what, body, text }) => {
    const [device, time, nonce] = ['device', 'time', 'nonce'].map((name) => valueIn(text, name));
    const values = { what, device: device ?? '', time: time ?? '', nonce: nonce ?? '', body: keys.digest(body) };
    expect(signedText('request', values)).toBe(text);
  });

  it('of a passkey gives the challenge of the vectors', () => {
    const { text, challenge } = vectors.passkey;
    const values = { device: valueIn(text, 'device'), nonce: valueIn(text, 'nonce') };
    expect([signedText('passkey', values), keys.digest(text)]).toEqual([text, challenge]);
  });

  it('is never the same for different things', () => {
    const one = signedText('passkey', { device: 'a\nnonce 1:b', nonce: 'c' });
    const other = signedText('passkey', { device: 'a', nonce: 'b\nnonce 1:c' });
    expect(one).not.toBe(other);
  });
});
