import { expect, it } from 'vitest';
import { toVerdict } from './ldap-verdict.ts';

const text = (data: string, tail = 'v1db1\0') =>
  `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, ${tail}`;

it('tells the reasons of Active Directory apart', () => {
  const said = ['525', '52e', '530', '531', '532', '533', '701', '773', '775'].map((data) => [
    data,
    toVerdict({ code: 49, text: text(data) }),
  ]);
  expect(said).toEqual([
    ['525', 'person-unknown'],
    ['52e', 'wrong'],
    ['530', 'logon-hours'],
    ['531', 'workstation'],
    ['532', 'password-expired'],
    ['533', 'disabled'],
    ['701', 'account-expired'],
    ['773', 'must-change-password'],
    ['775', 'locked-in-directory'],
  ]);
});

it('reads them in the texts of other releases', () => {
  expect(toVerdict({ code: 49, text: '8009030C: LdapErr: DSID-0C090569, comment: x, data 52E, v4563' })).toBe('wrong');
  expect(toVerdict({ code: 49, text: text('775', '') })).toBe('locked-in-directory');
});

it('takes a reason that it does not know for a wrong password', () => {
  expect([toVerdict({ code: 49, text: '' }), toVerdict({ code: 49, text: text('fff') })]).toEqual(['wrong', 'wrong']);
});

it('takes nothing but success for a right password', () => {
  const codes = Array.from({ length: 130 }, (_, code) => code).filter(
    (code) => toVerdict({ code, text: '' }) === 'right',
  );
  expect(codes).toEqual([0]);
  expect(toVerdict({ code: 0, text: '', policy: 2 })).toBe('must-change-password');
  expect(toVerdict({ code: 0, text: '', policy: 7 })).toBe('right');
});

it('hears what a password policy says', () => {
  expect(toVerdict({ code: 49, text: '', policy: 1 })).toBe('locked-in-directory');
  expect(toVerdict({ code: 49, text: '', policy: 0 })).toBe('password-expired');
});

it('has no verdict when the server did not look at the password', () => {
  const codes = [1, 2, 3, 8, 10, 13, 50, 51, 52, 80];
  expect(codes.map((code) => toVerdict({ code, text: '' }))).toEqual(codes.map(() => undefined));
  expect(toVerdict({ code: 49, text: text('568') })).toBeUndefined();
});
