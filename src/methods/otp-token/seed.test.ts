import { expect, it } from 'vitest';
import { parseHashName, parseWhole, type SeedWords, toTokenSeed, warningsAbout } from './seed.ts';

const secret = new Uint8Array(20);
const words = (more: Partial<SeedWords> = {}): SeedWords => ({ id: 'A1', type: 'totp', secret, ...more });

it('takes the usual form when nothing is said', () => {
  expect(toTokenSeed(words())).toEqual({
    id: 'A1',
    type: 'totp',
    secret,
    algorithm: 'SHA1',
    digits: 6,
    periodSeconds: 30,
    counter: 0,
  });
});

it('lets what is said go before the defaults, and these before the usual form', () => {
  const defaults = { algorithm: 'SHA256', digits: 8, periodSeconds: 60 } as const;
  expect(toTokenSeed(words({ digits: '7' }), defaults)).toMatchObject({
    algorithm: 'SHA256',
    digits: 7,
    periodSeconds: 60,
  });
});

it('reads the counter of hotp and the period of totp only', () => {
  const numbers = { period: '60', counter: '5' };
  expect(toTokenSeed(words(numbers))).toMatchObject({ periodSeconds: 60, counter: 0 });
  expect(toTokenSeed(words({ ...numbers, type: 'hotp' }))).toMatchObject({ periodSeconds: 30, counter: 5 });
});

it('trims names and keeps a known drift', () => {
  const seed = toTokenSeed(words({ id: ' A1 ', user: ' anna ', name: ' Nyckel ', drift: '-2' }));
  expect(seed).toMatchObject({ id: 'A1', user: 'anna', name: 'Nyckel', drift: -2 });
});

it.each([
  ['no serial number', { id: '  ' }],
  ['an overlong serial number', { id: 'x'.repeat(129) }],
  ['a control character in the serial number', { id: 'a\u001bb' }],
  ['half a character in the user name', { user: 'a\ud800' }],
  ['a short secret', { secret: new Uint8Array(9) }],
  ['an overlong secret', { secret: new Uint8Array(257) }],
  ['too few digits', { digits: '5' }],
  ['too many digits', { digits: '11' }],
  ['digits in another script', { digits: '٦' }],
  ['half a digit', { digits: '6.5' }],
  ['no period at all', { period: '0' }],
  ['a period beyond an hour', { period: '3601' }],
  ['a counter past exact numbers', { type: 'hotp', counter: '9007199254740992' }],
  ['an unknown hash', { algorithm: 'MD5' }],
] as const)('refuses %s', (_, more) => {
  expect(() => toTokenSeed(words(more))).toThrow('property-invalid');
});

it.each(['SHA1', 'sha-1', 'HmacSHA1', 'HMAC-SHA1', 'hmac_sha_1'])('knows %s', (name) => {
  expect(parseHashName(name)).toBe('SHA1');
});

it('reads no minus zero', () => {
  expect(Object.is(parseWhole('-0', 'counter', 0, 9), 0)).toBe(true);
});

it('warns of secrets below 128 bits', () => {
  expect([10, 15, 16].map((length) => warningsAbout(new Uint8Array(length)).length)).toEqual([1, 1, 0]);
});
