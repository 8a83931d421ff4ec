import { expect, it } from 'vitest';
import { systemChance } from '../../adapters/chance.ts';
import { newSeed } from './new-seed.ts';

const form = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const;
const chance = { bytes: (count: number) => new Uint8Array(count).fill(0x0f) };

it('makes a seed of the type and name that were asked for, beginning at nought', () => {
  expect(newSeed({ type: 'hotp', name: 'key' }, form, chance)).toEqual({
    ...form,
    id: 'hotp-0f0f0f0f0f0f',
    type: 'hotp',
    name: 'key',
    counter: 0,
    secret: new Uint8Array(20).fill(0x0f),
  });
  expect(newSeed({ type: 'totp' }, form, chance)).not.toHaveProperty('name');
});

// RFC 4226 §4 R6, RFC 6238 §5.1.
it('makes a secret as long as its hash', () => {
  const lengths = (['SHA1', 'SHA256', 'SHA512'] as const).map(
    (algorithm) => newSeed({ type: 'totp' }, { ...form, algorithm }, chance).secret.length,
  );
  expect(lengths).toEqual([20, 32, 64]);
});

it('makes another id and secret each time', () => {
  const seeds = Array.from({ length: 100 }, () => newSeed({ type: 'totp' }, form, systemChance));
  expect(new Set(seeds.map(({ id }) => id)).size).toBe(100);
  expect(new Set(seeds.map(({ secret }) => Buffer.from(secret).toString('hex'))).size).toBe(100);
});

it.each([
  [{ type: 'ocra' }, 'type'],
  [{ type: 'TOTP' }, 'type'],
  [{}, 'type'],
  [{ type: 'totp', name: 'x'.repeat(101) }, 'name'],
])('refuses what cannot be: %j', (asked, property) => {
  expect(() => newSeed(asked, form, chance)).toThrow(expect.objectContaining({ code: 'property-invalid', property }));
});
