import { expect, it } from 'vitest';
import { bytesAmong, valuesOf } from './ldap-values.ts';

it('takes one value, many, or none', () => {
  const entry = { dn: 'cn=x', mail: 'a@example.org', mobile: ['1', '2'], phone: [] };
  expect(['mail', 'MOBILE', 'phone', 'other', 'dn'].map((name) => valuesOf(entry, name))).toEqual([
    ['a@example.org'],
    ['1', '2'],
    [],
    [],
    [],
  ]);
});

it('takes the first part of very many values', () => {
  expect(valuesOf({ dn: 'x', memberOf: [], 'memberOf;range=0-1499': ['a', 'b'] }, 'memberof')).toEqual(['a', 'b']);
});

it('writes identifiers of Active Directory as they are written elsewhere', () => {
  expect(
    valuesOf({ dn: 'x', objectGUID: Buffer.from('57bb50ed1a8ea5409718a08727e5751b', 'hex') }, 'objectGUID'),
  ).toEqual(['ed50bb57-8e1a-40a5-9718-a08727e5751b']);
  const objectSid = Buffer.from('010500000000000515000000010000000200000003000000f4010000', 'hex');
  expect(valuesOf({ dn: 'x', objectSid }, 'objectSid')).toEqual(['S-1-5-21-1-2-3-500']);
});

it('writes other bytes in Base64', () => {
  expect(valuesOf({ dn: 'x', photo: [Buffer.from([255, 0])] }, 'photo')).toEqual(['/wA=']);
  expect(valuesOf({ dn: 'x', objectSid: Buffer.from([1, 9]) }, 'objectSid')).toEqual(['AQk=']);
});

it('asks for bytes only where there are any', () => {
  expect(bytesAmong(['mail'])).toEqual([]);
  expect(bytesAmong(['mail', 'objectguid'])).toEqual(['objectguid', 'objectGUID', 'objectSid']);
});
