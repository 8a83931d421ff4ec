import { expect, it } from 'vitest';
import { seedCipher } from '../../adapters/seed-cipher.ts';
import { parseHex } from './bytes-text.ts';
import * as documents from './fixtures/pskc-documents.ts';
import {
  container,
  encrypted,
  keyPackage,
  locked,
  macMethod,
  passwordDocument,
  preShared,
  preSharedDocument,
} from './fixtures/pskc-documents.ts';
import type { SeedCipher } from './seed-cipher.ts';
import { readPskc } from './seed-pskc.ts';

const preSharedKey = parseHex('12345678901234567890123456789012');
const secret = new TextEncoder().encode('12345678901234567890');
const counted = (length: number) => Uint8Array.from({ length }, (_, index) => index);
const seed = { id: '987654321', type: 'hotp', secret, algorithm: 'SHA1', digits: 8, periodSeconds: 30, counter: 0 };
const totpAlgorithm = 'urn:ietf:params:xml:ns:keyprov:pskc:totp';

const read = (text: string, more: Partial<Parameters<typeof readPskc>[1]> = {}) =>
  readPskc(text, { cipher: seedCipher, ...more });
const faultsIn = (...[text, more]: Parameters<typeof read>) => read(text, more).faults.map(({ message }) => message);
const warningsIn = (...[text, more]: Parameters<typeof read>) =>
  read(text, more).warnings.map(({ message }) => message);
const seedIn = (...[text, more]: Parameters<typeof read>) => {
  const { seeds, faults } = read(text, more);
  expect(faults).toEqual([]);
  return seeds[0]?.seed;
};

it('reads a plain document', () => {
  expect(read(container(keyPackage()))).toEqual({ seeds: [{ line: 7, seed }], faults: [], warnings: [] });
});

it('reads a document encrypted with a pre-shared key, as RFC 6030 figure 6', () => {
  expect(read(preSharedDocument(), { preSharedKey })).toMatchObject({ seeds: [{ seed }], faults: [], warnings: [] });
});

it('reads a document encrypted with a password, as RFC 6030 figure 7', () => {
  expect(seedIn(passwordDocument(), { password: 'qwerty' })).toEqual(seed);
});

it('reads AES with longer keys, other MACs, and encrypted numbers', () => {
  const { aes192, aes256 } = documents;
  const more = 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha';
  const hotp = preShared + macMethod(aes192.macKey, { bits: 192, hmac: `${more}256` });
  const data = `<Counter>${aes192.counter}</Counter>`;
  expect(seedIn(container(hotp + keyPackage({ secret: aes192.secret, data })), { preSharedKey: counted(24) })).toEqual({
    ...seed,
    counter: 300,
  });
  const totp = preShared + macMethod(aes256.macKey, { bits: 256, hmac: `${more}512` });
  const times = `<TimeInterval>${aes256.interval}</TimeInterval><TimeDrift>${aes256.drift}</TimeDrift>`;
  const text = container(totp + keyPackage({ algorithm: totpAlgorithm, secret: aes256.secret, data: times }));
  expect(seedIn(text, { preSharedKey: counted(32) })).toEqual({ ...seed, type: 'totp', periodSeconds: 60, drift: 2 });
});

it.each(['<PRF Algorithm="URI"/>', '<PRF>URI</PRF>'])(
  'derives keys with another pseudorandom function, in %s',
  (prf) => {
    const { salt, macKey, secret: ciphertext, counter } = documents.aes256Password;
    const uri = 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256';
    const key = documents.derived({ salt, iterations: '20000', length: '32', prf: prf.replace('URI', uri) });
    const data = keyPackage({ secret: ciphertext, data: `<Counter>${counter}</Counter>` });
    const text = container(key + macMethod(macKey, { bits: 256, hmac: uri }) + data);
    expect(seedIn(text, { password: 'losenord' })).toEqual({ ...seed, counter: 300 });
  },
);

it('takes the key itself for the MAC when the file has no other', () => {
  const mac = 'N8Agsfe5A7WQFswmdvL/MHdd3y0=';
  const method = '<MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"/>';
  const text = container(preShared + method + keyPackage({ secret: locked(documents.figure6.secret, mac) }));
  expect(seedIn(text, { preSharedKey })).toEqual(seed);
});

it('reads a totp token with all there may be about it', () => {
  const text = container(
    keyPackage({
      algorithm: totpAlgorithm,
      parameters: '<Suite>HMAC-SHA256</Suite><ResponseFormat Length="6" Encoding="DECIMAL" CheckDigits="false"/>',
      data: '<Time><PlainValue>0</PlainValue></Time><TimeInterval><PlainValue>60</PlainValue></TimeInterval><TimeDrift><PlainValue>-1</PlainValue></TimeDrift>',
      rest: `<FriendlyName xml:lang="sv">Nyckeln</FriendlyName><UserId>UID=anna,DC=example,DC=se</UserId>
        <Policy><KeyUsage>OTP</KeyUsage></Policy><Extensions><x:unknown xmlns:x="urn:x"/></Extensions>`,
    }),
  );
  expect(read(text).warnings).toEqual([]);
  expect(seedIn(text)).toEqual({
    ...seed,
    type: 'totp',
    algorithm: 'SHA256',
    digits: 6,
    periodSeconds: 60,
    drift: -1,
    user: 'anna',
    name: 'Nyckeln',
  });
});

it('names a token by its Key when the device has no serial number', () => {
  expect(seedIn(container(keyPackage({ serial: '' })))?.id).toBe('12345678');
});

it.each([
  ['<UserId>anna</UserId>', 'anna'],
  ['<UserId>CN=Anna And, O=Exempel</UserId>', 'Anna And'],
  ['<UserId>O=Exempel,CN=anna</UserId>', 'O=Exempel,CN=anna'],
])('reads the user name of %s', (device, user) => {
  expect(seedIn(container(keyPackage({ device })))?.user).toBe(user);
});

it('checks the MAC before it decrypts', () => {
  const calls: string[] = [];
  const spy: SeedCipher = {
    ...seedCipher,
    aesCbcDecrypt: (key, bytes) => {
      calls.push('decrypt');
      return seedCipher.aesCbcDecrypt(key, bytes);
    },
    equal: (a, b) => {
      calls.push('compare');
      return seedCipher.equal(a, b);
    },
  };
  const right = keyPackage({ secret: locked(documents.figure6.secret, documents.figure6.mac) });
  const wrong = keyPackage({ serial: '2', secret: locked(documents.figure6.secret, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=') });
  const report = read(container(preShared + macMethod(documents.figure6.macKey) + wrong + right), {
    preSharedKey,
    cipher: spy,
  });
  expect(report.faults).toMatchObject([{ line: 10, message: 'the MAC of a value does not match: it was changed' }]);
  expect(report.seeds).toHaveLength(1);
  // The MAC key; a look whether any value fits; the wrong value, never decrypted; the right one.
  expect(calls).toEqual(['decrypt', 'compare', 'compare', 'compare', 'compare', 'decrypt']);
});

it.each([
  ['a wrong MAC', preSharedDocument({ mac: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }), { preSharedKey }],
  ['a wrong key', preSharedDocument(), { preSharedKey: counted(16) }],
  ['a wrong password', passwordDocument(), { password: 'qwertz' }],
])('says one thing of %s', (_, text, keys) => {
  const fault = {
    line: 3,
    message: 'the key or password does not fit this file, or the file was changed',
    fatal: true,
  };
  expect(read(text, keys).faults).toMatchObject([{ ...fault, line: expect.any(Number) }]);
});

it.each([
  ['no key', preSharedDocument(), {}, 'a pre-shared key, which was not given'],
  ['no password', passwordDocument(), { preSharedKey }, 'a password, which was not given'],
  ['a key of another length', preSharedDocument(), { preSharedKey: counted(32) }, 'AES-128, but the key has 256 bits'],
  [
    'too few rounds',
    passwordDocument({ iterations: '999' }),
    { password: 'x' },
    'IterationCount is not a whole number from 1000',
  ],
  [
    'far too many rounds',
    passwordDocument({ iterations: '10000001' }),
    { password: 'x' },
    'IterationCount is not a whole number',
  ],
  ['a short salt', passwordDocument({ salt: 'AAAA' }), { password: 'x' }, 'the salt is not of'],
  ['an odd length of key', passwordDocument({ length: '20' }), { password: 'x' }, 'AES-128, but the key has 160 bits'],
  ['no length of key', passwordDocument({ length: '' }), { password: 'x' }, 'KeyLength is not'],
  [
    'an unknown function',
    passwordDocument({ prf: '<PRF Algorithm="urn:x"/>' }),
    { password: 'x' },
    '"urn:x" is not an HMAC',
  ],
  [
    'no MACMethod',
    preSharedDocument().replace(/<MACMethod.*<\/MACMethod>/s, ''),
    { preSharedKey },
    'there is no MACMethod',
  ],
  [
    'an unknown MAC',
    preSharedDocument().replaceAll('hmac-sha1', 'hmac-md5'),
    { preSharedKey },
    'hmac-md5" is not an HMAC',
  ],
  [
    'a MAC key elsewhere',
    preSharedDocument().replace(/<MACKey>.*<\/MACKey>/s, '<MACKeyReference>x</MACKeyReference>'),
    { preSharedKey },
    'MACKeyReference',
  ],
  [
    'another derivation',
    passwordDocument().replace('#pbkdf2', '#pbkdf1'),
    { password: 'x' },
    'pbkdf1", which is not known',
  ],
  [
    'a certificate',
    preSharedDocument().replace('<ds:KeyName>', '<ds:X509Data/><ds:KeyName>'),
    { preSharedKey },
    'for a certificate',
  ],
])('refuses an encrypted document with %s', (_, text, keys, message) => {
  expect(faultsIn(text, keys)).toEqual([expect.stringContaining(message)]);
});

it('never derives a key for a file that asks for too much', () => {
  const cipher: SeedCipher = { ...seedCipher, pbkdf2: () => expect.unreachable() };
  expect(faultsIn(passwordDocument({ iterations: '99999999999999' }), { password: 'x', cipher })).toHaveLength(1);
});

it('refuses an encrypted value without a MAC, and reads the others', () => {
  const { macKey, secret: ciphertext, mac } = documents.figure6;
  const bare = keyPackage({ serial: '2', secret: `<EncryptedValue>${encrypted(ciphertext)}</EncryptedValue>` });
  const report = read(
    container(preShared + macMethod(macKey) + keyPackage({ secret: locked(ciphertext, mac) }) + bare),
    { preSharedKey },
  );
  expect(report.seeds).toHaveLength(1);
  expect(report.faults).toMatchObject([{ message: expect.stringContaining('has no ValueMAC') }]);
});

it.each([
  [
    'an unknown algorithm',
    { algorithm: 'urn:ietf:params:xml:ns:keyprov:pskc:OCRA-1' },
    'the algorithm "urn:ietf:params:xml:ns:keyprov:pskc:OCRA-1" is not known here',
  ],
  ['codes that are no numbers', { parameters: '<ResponseFormat Length="8" Encoding="HEXADECIMAL"/>' }, 'not decimal'],
  [
    'a check digit',
    { parameters: '<ResponseFormat Length="8" Encoding="DECIMAL" CheckDigits="true"/>' },
    'check digit',
  ],
  ['short codes', { parameters: '<ResponseFormat Length="4" Encoding="DECIMAL"/>' }, 'number of digits'],
  [
    'an unknown hash',
    { parameters: '<Suite>HMAC-MD5</Suite><ResponseFormat Length="8" Encoding="DECIMAL"/>' },
    'the hash is none of',
  ],
  ['no secret', { secret: '' }, 'there is no secret'],
  ['two secrets', { secret: '<PlainValue>AAAA</PlainValue><PlainValue>AAAA</PlainValue>' }, 'several PlainValue'],
  ['a cut secret', { secret: '<PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA</PlainValue>' }, 'Base64'],
  ['a counter that is no number', { data: '<Counter><PlainValue>many</PlainValue></Counter>' }, 'the counter is not'],
  ['another use', { rest: '<Policy><KeyUsage>CR</KeyUsage></Policy>' }, 'does not let the key be used'],
  ['an unknown rule', { rest: '<Policy><x:rule xmlns:x="urn:x"/></Policy>' }, 'must not be used'],
  [
    'a PIN within the code',
    { rest: '<Policy><PINPolicy PINUsageMode="Append"/></Policy>' },
    'the PIN a part of the code',
  ],
  ['a control character in its serial number', { serial: 'a&#133;b' }, 'cannot be shown'],
])('refuses a key with %s and reads the next', (_, parts, message) => {
  const report = read(container(keyPackage({ serial: '1', ...parts }) + keyPackage()));
  expect(report.seeds).toHaveLength(1);
  expect(report.faults).toEqual([{ line: 7, message: expect.stringContaining(message) }]);
});

it('passes over a PIN beside a key', () => {
  const text = container(keyPackage() + keyPackage({ algorithm: 'urn:ietf:params:xml:ns:keyprov:pskc:pin' }));
  expect(read(text)).toMatchObject({ seeds: [{ seed }], faults: [], warnings: [{ message: 'a PIN is not imported' }] });
});

it('reports a serial number met twice', () => {
  expect(faultsIn(container(keyPackage() + keyPackage()))).toEqual(['the serial number is on line 7 already']);
});

it('warns of dates, of what it assumed, and of what is not enforced', () => {
  const now = Date.UTC(2020, 0, 1);
  const dates = '<StartDate>2006-05-01T00:00:00Z</StartDate><ExpiryDate>2006-05-31T00:00:00Z</ExpiryDate>';
  const expired = container(
    keyPackage({ rest: `<Policy>${dates}<NumberOfTransactions>9</NumberOfTransactions></Policy>` }),
  );
  expect(warningsIn(expired, { now })).toEqual([
    'NumberOfTransactions is not enforced',
    'the token has expired (ExpiryDate)',
  ]);
  const device = '<StartDate>2021-01-01T00:00:00Z</StartDate><ExpiryDate>some day</ExpiryDate>';
  const assumed = warningsIn(container(keyPackage({ device, parameters: '', data: '' })), { now });
  expect(assumed.join()).toMatch(/no ResponseFormat.*no Counter.*could not be read.*not to be used yet/);
  expect(
    warningsIn(
      container(keyPackage({ algorithm: totpAlgorithm, data: '<Time><PlainValue>5</PlainValue></Time>' })),
    ).join(),
  ).toMatch(/no TimeInterval; 30.*Time is not 0/);
});

it('warns that a signature was not checked', () => {
  expect(warningsIn(container(`${keyPackage()}<ds:Signature/>`))).toEqual([
    'the signature of the file was not checked',
  ]);
});

it.each([
  ['another namespace', container(keyPackage()).replace('keyprov:pskc"', 'keyprov:pskc:1.0"')],
  ['another root', '<SecretContainer/>'],
  ['another version', container(keyPackage()).replace('Version="1.0"', 'Version="2.0"')],
])('refuses a document with %s', (_, text) => {
  expect(faultsIn(text)).toEqual(['the document is not a KeyContainer of RFC 6030, version 1.0']);
});
