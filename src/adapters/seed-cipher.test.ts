import { expect, it } from 'vitest';
import { seedCipher } from './seed-cipher.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const base64 = (text: string) => Buffer.from(text, 'base64');

// RFC 6030 figure 6.
const key = hex('12345678901234567890123456789012');
const ciphertext = base64('AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv');

it('decrypts the value of RFC 6030 figure 6', () => {
  expect(Buffer.from(seedCipher.aesCbcDecrypt(key, ciphertext) ?? []).toString()).toBe('12345678901234567890');
});

it('computes the MAC of RFC 6030 figure 6', () => {
  const macKey = hex('1122334455667788990011223344556677889900');
  expect(seedCipher.hmac('SHA1', macKey, ciphertext)).toEqual(base64('Su+NvtQfmvfJzF6bmQiJqoLRExc='));
});

it('derives the key of RFC 6030 figure 7', () => {
  const derived = seedCipher.pbkdf2('qwerty', base64('Ej7/PEpyEpw='), 1000, 16, 'SHA1');
  expect(derived).toEqual(hex('651e63cd57008476af1ff6422cd02e41'));
});

it('asks no more of the padding than its last byte', () => {
  // Padding `ffffff…0c` as XML Encryption allows: the decrypted block of figure 6, changed through the block before it.
  const changed = Uint8Array.from(ciphertext);
  changed[16 + 10] = (changed[16 + 10] ?? 0) ^ 0xf3;
  expect(seedCipher.aesCbcDecrypt(key, changed)).toHaveLength(20);
});

it.each([
  ['a key of another length', hex('1234'), ciphertext],
  ['no block after the IV', key, ciphertext.subarray(0, 16)],
  ['half a block', key, ciphertext.subarray(0, 40)],
  ['impossible padding', hex('00345678901234567890123456789012'), ciphertext],
])('gives nothing for %s', (_, wrong, bytes) => {
  expect(seedCipher.aesCbcDecrypt(wrong, bytes)).toBeUndefined();
});

it('finds bytes of different length or content unequal', () => {
  expect([hex('00ff'), hex('00fe'), hex('00')].map((other) => seedCipher.equal(hex('00ff'), other))).toEqual([
    true,
    false,
    false,
  ]);
});
