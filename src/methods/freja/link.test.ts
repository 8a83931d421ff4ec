import { expect, it } from 'vitest';
import { vault } from '../../../test/support/otp-account.ts';
import { dynamicReference, linkOf, wayBack } from './link.ts';

const app = { mode: 'test', links: 'app' } as const;

it('percent-encodes the reference, and where to go back to', () => {
  expect(linkOf('A+b/c-d_e=', app)).toBe('frejaeid://bindUserToTransaction?transactionReference=A%2Bb%2Fc-d_e%3D');
  expect(linkOf('a', app, 'shop://done?a=b&c')).toBe(
    'frejaeid://bindUserToTransaction?transactionReference=a&originAppScheme=shop%3A%2F%2Fdone%3Fa%3Db%26c',
  );
});

it('has an address on the web for each world', () => {
  expect(linkOf('a', { mode: 'test', links: 'web' })).toMatch(
    /^https:\/\/app\.test\.frejaeid\.com\/freja\?action=bind/,
  );
  expect(linkOf('a', { mode: 'production', links: 'web' })).toBe(
    'https://app.prod.frejaeid.com/freja?action=bindUserToTransaction&transactionReference=a',
  );
});

it.each([
  [0, '27YtF4a6yUOZvu6QyBW_34Ec8e_NEqEqfDp2sOYfAI4='],
  [1, 'htHC0nlV_S7ERToUxOyxQes0H584wqDQCHH6dsH3Bv0='],
  [30, 'pWqNgzfp3_Iejv2FCS4KMzpzjTOOZZQOFCT6ZtWFnU8='],
])('proves the second in a code that changes %#', (seconds, mac) => {
  expect(dynamicReference('ref', 'test-secret', seconds, vault)).toBe(`ref.${seconds}.${mac}`);
});

it('goes back to addresses with a scheme only, and to none that runs something', () => {
  expect([wayBack(), wayBack(''), wayBack('shop://'), wayBack('https://shop.example/#a')]).toEqual([
    '',
    '',
    'shop://',
    'https://shop.example/#a',
  ]);
  for (const given of ['shop', '//shop.example', 'javascript:alert(1)', 'https://a b', `https://${'x'.repeat(2000)}`]) {
    expect(() => wayBack(given)).toThrow('property-invalid');
  }
});
