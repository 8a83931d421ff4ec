import fc from 'fast-check';
import { HOTP, Secret, TOTP, URI } from 'otpauth';
import { expect, it } from 'vitest';
import { Problem } from '../../core/problem.ts';
import { type KeyUri, parseKeyUri, toKeyUri } from './key-uri.ts';

const secret = new TextEncoder().encode('12345678901234567890');
const letters = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const totp: KeyUri = {
  type: 'totp',
  issuer: 'Exempel AB',
  account: 'anna@example.se',
  secret,
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
  counter: 0,
};

it('writes the URI of the reference', () => {
  expect(toKeyUri(totp)).toBe(
    `otpauth://totp/Exempel%20AB:anna%40example.se?secret=${letters}&issuer=Exempel%20AB&algorithm=SHA1&digits=6&period=30`,
  );
});

it('writes the counter of a hotp token and leaves an unknown issuer out', () => {
  expect(toKeyUri({ ...totp, type: 'hotp', issuer: '', counter: 7 })).toBe(
    `otpauth://hotp/anna%40example.se?secret=${letters}&algorithm=SHA1&digits=6&counter=7`,
  );
});

it.each([
  ['a literal colon', 'totp/Exempel%20AB:anna%40example.se?secret=S&issuer=Exempel%20AB'],
  ['an encoded colon', 'totp/Exempel%20AB%3Aanna%40example.se?secret=S&issuer=Exempel%20AB'],
  ['spaces after the colon', 'totp/Exempel%20AB:%20%20anna@example.se?secret=S&issuer=Exempel%20AB'],
  ['the issuer as a prefix only', 'totp/Exempel%20AB:anna@example.se?secret=S'],
  ['the issuer as a parameter only', 'totp/anna@example.se?issuer=Exempel%20AB&secret=S'],
  ['the issuer as a form writes it', 'totp/Exempel%20AB:anna@example.se?issuer=Exempel+AB&secret=S'],
  [
    'other names for the hash',
    'totp/Exempel%20AB:anna@example.se?secret=S&algorithm=HmacSHA1&image=x&digits=6&period=30',
  ],
  ['capitals in the type', 'TOTP/Exempel%20AB:anna@example.se?secret=S'],
])('reads %s', (_, rest) => {
  expect(parseKeyUri(`otpauth://${rest.replace('secret=S', `secret=${letters}`)}`)).toEqual({
    uri: totp,
    warnings: [],
  });
});

it.each([
  letters.toLowerCase(),
  `${letters}======`,
  letters.replace(/(.{4})/g, '$1%20'),
  letters.replace(/(.{4})/g, '$1+'),
])('reads a secret in lower case, with padding, with spaces', (written) => {
  expect(parseKeyUri(`otpauth://totp/anna?secret=${written}`).uri.secret).toEqual(secret);
});

it('keeps a plus sign of the label, and finds no issuer where there is none', () => {
  const { uri } = parseKeyUri(`otpauth://totp/anna+test@example.se?secret=${letters}`);
  expect(uri).toMatchObject({ account: 'anna+test@example.se', issuer: '' });
});

it('takes the parameter when two issuers differ, and says so', () => {
  const { uri, warnings } = parseKeyUri(`otpauth://totp/Exempel:anna?secret=${letters}&issuer=Annan`);
  expect(uri).toMatchObject({ issuer: 'Annan', account: 'anna' });
  expect(warnings).toEqual([expect.stringContaining('the parameter was taken')]);
});

it('warns of a short secret and of bits left over', () => {
  expect(parseKeyUri('otpauth://totp/anna?secret=GEZDGNBVGY3TQOJR').warnings).toHaveLength(1);
  expect(parseKeyUri(`otpauth://totp/anna?secret=${letters}MZ`).warnings).toEqual([
    expect.stringContaining('last byte'),
  ]);
});

it.each([
  ['a hotp token without a counter', `otpauth://hotp/anna?secret=${letters}`],
  ['one parameter twice', `otpauth://totp/anna?secret=${letters}&digits=6&digits=8`],
  ['one parameter twice in different letters', `otpauth://totp/anna?secret=${letters}&SECRET=${letters}`],
  ['another type', `otpauth://steam/anna?secret=${letters}`],
  ['no secret', 'otpauth://totp/anna?digits=6'],
  ['an empty secret', 'otpauth://totp/anna?secret='],
  ['no account', `otpauth://totp/?secret=${letters}`],
  ['an unknown hash', `otpauth://totp/anna?secret=${letters}&algorithm=MD5`],
  ['too few digits', `otpauth://totp/anna?secret=${letters}&digits=5`],
  ['a period of nothing', `otpauth://totp/anna?secret=${letters}&period=0`],
  ['a counter below nothing', `otpauth://hotp/anna?secret=${letters}&counter=-1`],
  ['a half percent sign', `otpauth://totp/an%E5na?secret=${letters}`],
  ['a fragment', `otpauth://totp/anna?secret=${letters}#x`],
  ['another scheme', `https://totp/anna?secret=${letters}`],
])('refuses %s without giving the secret away', (_, text) => {
  const refuse = () => parseKeyUri(text);
  expect(refuse).toThrow(Problem);
  expect(refuse).not.toThrow('GEZD');
});

const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => text === text.trim() && text.isWellFormed());
const issuers = words.filter((text) => !text.includes(':'));
const uris = fc.record<KeyUri>({
  type: fc.constantFrom('totp', 'hotp'),
  issuer: issuers,
  account: words,
  secret: fc.uint8Array({ minLength: 16, maxLength: 64 }),
  algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
  digits: fc.integer({ min: 6, max: 10 }),
  periodSeconds: fc.integer({ min: 1, max: 3600 }),
  counter: fc.nat(),
});

/** What the URI of a type leaves out comes back as its default. */
const written = (uri: KeyUri): KeyUri => ({
  ...uri,
  ...(uri.type === 'totp' ? { counter: 0 } : { periodSeconds: 30 }),
});

it('reads back whatever it wrote', () => {
  fc.assert(
    fc.property(uris, (uri) => {
      expect(parseKeyUri(toKeyUri(uri))).toEqual({ uri: written(uri), warnings: [] });
    }),
  );
});

const plain = fc.record({
  uri: uris,
  issuer: fc.stringMatching(/^[A-Za-zåäö &+%?#]{1,9}[a-z]$/).filter((text) => text === text.trim()),
  account: fc.stringMatching(/^[a-zåäö+@.]{1,12}$/),
});

it('leads otpauth to the code of the reference', () => {
  const other = URI.parse(toKeyUri(totp));
  expect(other instanceof TOTP && other.generate({ timestamp: 59_000 })).toBe('287082');
});

it('is understood by otpauth', () => {
  fc.assert(
    fc.property(plain, ({ uri, issuer, account }) => {
      const other = URI.parse(toKeyUri({ ...uri, issuer, account }));
      expect(other).toMatchObject({ issuer, label: account, algorithm: uri.algorithm, digits: uri.digits });
      expect(new Uint8Array(other.secret.buffer)).toEqual(uri.secret);
      if (other instanceof TOTP) expect(other.period).toBe(uri.periodSeconds);
      if (other instanceof HOTP) expect(other.counter).toBe(uri.counter);
    }),
  );
});

it('understands what otpauth writes', () => {
  fc.assert(
    fc.property(plain, ({ uri, issuer, account }) => {
      const { buffer } = Uint8Array.from(uri.secret);
      const form = {
        issuer,
        label: account,
        secret: new Secret({ buffer }),
        algorithm: uri.algorithm,
        digits: uri.digits,
      };
      const other =
        uri.type === 'totp'
          ? new TOTP({ ...form, period: uri.periodSeconds })
          : new HOTP({ ...form, counter: uri.counter });
      expect(parseKeyUri(other.toString())).toEqual({ uri: written({ ...uri, issuer, account }), warnings: [] });
    }),
  );
});
