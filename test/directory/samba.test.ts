import { beforeAll, expect, it } from 'vitest';
import type { LdapSettings } from '../../src/core/ldap-settings.ts';
import { addition, domain, replacement, type Samba, startSamba, unicodePassword } from '../support/samba.ts';
import { directoryAt } from './ldap-directory.ts';

// [MS-ADTS] 2.2.16: an ordinary account and a disabled one.
const [ordinary, disabled] = ['512', '514'];

// 2012, in tenths of microseconds since 1601.
const longAgo = '130000000000000000';

const users = `CN=Users,${domain}`;
const bind = { name: 'service@ad.example.test', password: 'Secret-of-service' };
const staff = `CN=Staff,${users}`;

function person(name: string, attributes: Readonly<Record<string, string>> = {}): string {
  const unicodePwd = unicodePassword(`Secret-of-${name}`);
  return addition(name, 'user', { sAMAccountName: name, userAccountControl: ordinary, unicodePwd, ...attributes });
}

const people = [
  person('service'),
  person('wayne', {
    userPrincipalName: 'wayne.gretzky@ad.example.test',
    displayName: 'Åsa Öström',
    mobile: '070-174 06 05',
  }),
  person('hours', { logonHours: '\0'.repeat(21) }),
  person('station', { userWorkstations: 'ELSEWHERE' }),
  person('expired'),
  person('disabled', { userAccountControl: disabled }),
  person('leaver', { accountExpires: longAgo }),
  person('newcomer', { pwdLastSet: '0' }),
  person('guessed'),
  addition('Drivers', 'group', { member: `CN=wayne,${users}` }),
  addition('Staff', 'group', { member: `CN=Drivers,${users}` }),
  replacement(`CN=expired,${users}`, 'pwdLastSet', longAgo),
  replacement(domain, 'lockoutThreshold', '3'),
];

let samba: Samba | undefined;
beforeAll(async () => {
  samba = await startSamba(people.join('\n'));
  return samba.end;
});

function directory(more: Partial<LdapSettings> = {}) {
  const { url = '', ca } = samba ?? {};
  return directoryAt({ type: 'active-directory', urls: [url], startTls: true, ca, bind, base: domain, ...more });
}

/** What the domain says to this password of a person that it is first asked for. */
async function verdictOn(name: string, password = `Secret-of-${name}`) {
  const { find, checkPassword } = directory();
  const found = await find(name);
  return found === undefined ? 'nobody' : checkPassword(found, password);
}

it('finds people by account name and by principal name', async () => {
  const { find, findByPhone } = directory();
  const wayne = { id: 'wayne', entry: `CN=wayne,${users}`, attributes: { displayName: ['Åsa Öström'] } };
  expect(await find('WAYNE')).toMatchObject(wayne);
  expect(await find('wayne.gretzky@ad.example.test')).toMatchObject(wayne);
  expect(await findByPhone('+46701740605')).toMatchObject([wayne]);
  expect([await find('way*'), await find('no-one')]).toEqual([undefined, undefined]);
});

it('follows groups in groups', async () => {
  const within = (nested: boolean) => directory({ groups: { required: [staff], nested, filter: '(member={dn})' } });
  expect(await within(true).find('wayne')).toMatchObject({ id: 'wayne' });
  expect(await within(false).find('wayne')).toBeUndefined();
  expect(await within(true).find('hours')).toBeUndefined();
});

it.each([
  ['wayne', 'right'],
  ['hours', 'logon-hours'],
  ['station', 'workstation'],
  ['expired', 'password-expired'],
  ['disabled', 'disabled'],
  ['leaver', 'account-expired'],
  ['newcomer', 'must-change-password'],
])('hears of the right password of %s that it is %s', async (name, verdict) => {
  expect(await verdictOn(name)).toBe(verdict);
});

it.each(['wayne', 'hours', 'expired', 'disabled', 'leaver', 'newcomer'])(
  'learns nothing else of %s by a wrong password',
  async (name) => {
    expect(await verdictOn(name, 'not-the-password')).toBe('wrong');
  },
);

it('hears that the domain has locked a person', async () => {
  const answers = [];
  for (const password of ['one', 'two', 'three', 'four', undefined]) answers.push(await verdictOn('guessed', password));
  expect(answers).toEqual(['wrong', 'wrong', 'wrong', 'locked-in-directory', 'locked-in-directory']);
});

it('gives no answer when the domain refuses the service account', async () => {
  const { find } = directory({ bind: { ...bind, password: 'not-the-password' } });
  await expect(find('wayne')).rejects.toMatchObject({ code: 'unavailable' });
});
