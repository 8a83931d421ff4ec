import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digest } from './bytes.ts';
import { type Signed, signedText } from './signed-text.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../../src/methods/push/fixtures/protocol-vectors.json', import.meta.url), 'utf8'),
);

describe('the test vectors of the protocol', () => {
  it.each<{ fields: Signed<'answer'>; text: string; sha256: string }>(vectors.answers)(
    'have the text of this answer: $fields.decision',
    async ({ fields, text, sha256 }) => {
      expect(signedText('answer', fields)).toBe(text);
      expect(await digest(text)).toBe(sha256);
    },
  );

  it.each<{ what: string; body: string; text: string }>(vectors.requests)(
    'have the text of this request: $what',
    async ({ what, body, text }) => {
      const value = (name: string) => new RegExp(`^${name} \\d+:(.*)$`, 'm').exec(text)?.[1] ?? '';
      const [device, time, nonce] = [value('device'), value('time'), value('nonce')];
      expect(signedText('request', { what, device, time, nonce, body: await digest(body) })).toBe(text);
    },
  );
});

describe('two different things', () => {
  it('never have the same text', () => {
    const one = signedText('passkey', { device: 'a\nnonce 1:b', nonce: '' });
    expect(one).not.toBe(signedText('passkey', { device: 'a', nonce: 'b' }));
  });
});
