import { expect, it } from 'vitest';
import { foldDn } from './ldap-dn.ts';

it('sees one name in its spellings', () => {
  const spellings = [
    'CN=Åsa\\, VPN  users,OU=Groups,DC=example,DC=org',
    'cn=åsa\\2C vpn users, ou=groups , dc=Example,dc=ORG',
    'CN=\\C3\\85sa\\2c VPN users,OU=Groups,DC=example,DC=org',
  ];
  expect(new Set(spellings.map(foldDn)).size).toBe(1);
});

it('sees a name of several parts in any order of them', () => {
  expect(foldDn('uid=a+cn=b,dc=x')).toBe(foldDn('CN=b + UID=a,dc=x'));
});

it('tells names apart that differ in what was escaped', () => {
  const names = ['cn=a\\,ou=b,dc=x', 'cn=a,ou=b,dc=x', 'cn=a\\+ou=b,dc=x', 'cn=a+ou=b,dc=x', 'cn=a\\\\,ou=b,dc=x'];
  expect(new Set(names.map(foldDn)).size).toBe(names.length);
});

it('survives what is no name', () => {
  for (const text of ['', '\\', ',', '=', 'cn', 'cn=\\', '+,=']) expect(typeof foldDn(text)).toBe('string');
});
