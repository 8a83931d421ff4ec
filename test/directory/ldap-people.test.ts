import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { entryOf, groupEntry, personEntry, suffix } from '../support/slapd.ts';
import { directoryAt, securely, sharedSlapd } from './ldap-directory.ts';

const at = (name: string) => `uid=${name},ou=people,${suffix}`;
const group = (name: string) => `cn=${name},ou=groups,${suffix}`;
const odd = `cn=Åsa \\22Å\\22 Öberg\\, d.y. \\+1 \\<a\\=b\\> \\#,ou=people,${suffix}`;

const crowd = Array.from({ length: 1200 }, (_, index) =>
  personEntry(`crowd${index}`, {
    mobile: `+4670100${String(index).padStart(4, '0')}`,
    telephoneNumber: '08-501 000 00 ankn. 1',
  }),
);

const slapd = sharedSlapd(
  [
    personEntry('anna', {
      cn: 'Anna Åberg',
      displayName: 'Anna Åberg',
      mail: ['a@example.org', 'b@example.org'],
      departmentNumber: '199001011239',
      mobile: '070-174 06 05',
    }),
    personEntry('åsa', {
      dn: odd,
      cn: 'Åsa "Å" Öberg, d.y. +1 <a=b> #',
      mobile: '+46 (0)70-174 06 06',
      departmentNumber: 'SE2321000016-ÅÄÖ',
    }),
    personEntry('twin', { mail: 'twin@example.org' }),
    personEntry('twin2', { mail: 'twin@example.org' }),
    personEntry('escaped', { departmentNumber: 'a*(b)\\c' }),
    personEntry('twice', { uid: ['twice', 'also'] }),
    personEntry('shared1', { mobile: '0701740699' }),
    personEntry('shared2', { telephoneNumber: '+46 70 174 06 99' }),
    personEntry('deep', {}),
    personEntry('outside', {}),
    groupEntry('vpn', group('staff')),
    groupEntry('staff', group('loop'), at('anna')),
    groupEntry('loop', group('staff'), at('deep')),
    groupEntry('unrelated', at('outside')),
    ...crowd,
    personEntry('lone', { telephoneNumber: '08-501 000 00' }),
  ].join('\n'),
);
const people = (more = {}) => directoryAt(securely(slapd(), more));

describe('by user name', () => {
  it('finds a person, whatever the case, under the directory’s own spelling', async () => {
    const directory = people();
    const anna = {
      id: 'anna',
      entry: at('anna'),
      attributes: { displayName: ['Anna Åberg'], mail: ['a@example.org', 'b@example.org'], mobile: ['070-174 06 05'] },
    };
    expect(await directory.find('anna')).toEqual(anna);
    expect(await directory.find('ANNA')).toEqual(anna);
  });

  it('finds people whose names need escaping, umlauts and all', async () => {
    const directory = people();
    const found = await directory.find('Åsa');
    expect(found).toMatchObject({ id: 'åsa', attributes: { mobile: ['+46 (0)70-174 06 06'] } });
    expect(await directory.checkPassword(found ?? { id: '', attributes: {} }, 'secret-åsa')).toBe('right');
  });

  it('lets no user name change the question', async () => {
    const directory = people();
    const tries = [
      '*',
      'ann*',
      'anna)(uid=*',
      '*)(objectClass=*',
      'an\\6ea',
      'anna\0',
      'anna\n',
      '',
      '\ud800',
      'a'.repeat(300),
    ];
    expect(await Promise.all(tries.map(directory.find))).toEqual(tries.map(() => undefined));
  });

  it('knows nobody by a name that two entries answer to, and says so in the log', async () => {
    const directory = people({ filter: '(&(objectClass=person)(|(uid={user})(mail={user})))' });
    expect(await directory.find('twin@example.org')).toBeUndefined();
    expect(directory.logged).toEqual(['two entries answer to one user name, so neither does']);
    expect(await directory.find('a@example.org')).toMatchObject({ id: 'anna' });
  });

  it('keeps a person with several user names under one of them', async () => {
    const directory = people();
    const found = await Promise.all(['twice', 'also'].map(directory.find));
    expect(found.map((person) => person?.id)).toEqual(['also', 'also']);
  });

  it('knows nobody who has no user name', async () => {
    expect(await people({ userName: 'employeeNumber' }).find('anna')).toBeUndefined();
  });

  it('names attributes as the settings do', async () => {
    const directory = people({ attributes: { name: 'CN', number: 'employeeNumber' } });
    expect((await directory.find('anna'))?.attributes).toEqual({ name: ['Anna Åberg'] });
  });
});

describe('by telephone number', () => {
  it.each(['thorough', 'exact'] as const)('finds a person however the number is asked for (%s)', async (search) => {
    const directory = people({ phone: { search } });
    for (const number of ['+46701740605', '0701740605', '0046 70 174 06 05']) {
      expect(await directory.findByPhone(number)).toMatchObject([{ id: 'anna', entry: at('anna') }]);
    }
  });

  it('finds a number that is written in an unusual way', async () => {
    expect(await people().findByPhone('0701740606')).toMatchObject([{ id: 'åsa' }]);
  });

  it('finds both of two people with one number', async () => {
    expect((await people().findByPhone('+46701740699')).map(({ id }) => id).sort()).toEqual(['shared1', 'shared2']);
  });

  it('finds the one among very many whose numbers only look alike, page by page', async () => {
    const directory = people();
    expect(await directory.findByPhone('+46701001199')).toMatchObject([{ id: 'crowd1199' }]);
    expect(await directory.findByPhone('0850100000')).toMatchObject([{ id: 'lone' }]);
  });

  it('finds nobody by what is no number', async () => {
    const tries = ['', '*', '+46', 'anna', ')(mobile=*'];
    expect(await Promise.all(tries.map(people().findByPhone))).toEqual(tries.map(() => []));
  });
});

describe('by an attribute', () => {
  const attributes = { mail: 'mail', personalNumber: 'departmentNumber', phone: 'telephoneNumber' };

  it('finds a person by the name that the settings give the attribute, whatever the case of the value', async () => {
    const directory = people({ attributes });
    const anna = { id: 'anna', entry: at('anna') };
    expect(await directory.findByAttribute('mail', 'B@Example.org')).toMatchObject([anna]);
    expect(await directory.findByAttribute('personalNumber', '199001011239')).toMatchObject([anna]);
    expect(await directory.findByAttribute('personalNumber', 'se2321000016-åäö')).toMatchObject([{ id: 'åsa' }]);
  });

  it('finds both of two people with one value', async () => {
    const found = await people({ attributes }).findByAttribute('mail', 'twin@example.org');
    expect(found.map(({ id }) => id).sort()).toEqual(['twin', 'twin2']);
  });

  it('asks by no attribute that is not in the settings, and says so in the log', async () => {
    const directory = people({ attributes });
    for (const name of ['departmentNumber', 'uid', 'constructor']) {
      expect(await directory.findByAttribute(name, 'anna')).toEqual([]);
    }
    expect(directory.logged).toContain('people are looked for by an attribute that is not in the settings');
  });

  it('takes no value for another that the directory holds for the same', async () => {
    // The directory leaves spaces and hyphens out of telephone numbers when it compares them (RFC 4517 §4.2.29).
    const directory = people({ attributes });
    expect(await directory.findByAttribute('phone', '08-501 000 00')).toMatchObject([{ id: 'lone' }]);
    expect(await directory.findByAttribute('phone', '0850100000')).toEqual([]);
  });

  it('lets no value change the question', async () => {
    const directory = people({ attributes });
    const tries = [
      '*',
      '19*',
      '199001011239)(uid=*',
      '*)(objectClass=*',
      '1990\\30',
      'x\0',
      '',
      '\ud800',
      '1'.repeat(300),
    ];
    const found = await Promise.all(tries.map((value) => directory.findByAttribute('personalNumber', value)));
    expect(found).toEqual(tries.map(() => []));
    expect(await directory.findByAttribute('personalNumber', 'A*(b)\\c')).toMatchObject([{ id: 'escaped' }]);
  });
});

describe('with a required group', () => {
  const members = async (groups: object, names: readonly string[]) => {
    const directory = people({ groups });
    const found = await Promise.all(names.map(directory.find));
    return found.flatMap((person) => person?.id ?? []);
  };

  it('knows members of groups in the group, at any depth, and is not led in circles', async () => {
    expect(await members({ required: [group('vpn')] }, ['anna', 'deep', 'outside', 'twin'])).toEqual(['anna', 'deep']);
  });

  it('knows direct members only, when told to', async () => {
    const settings = { required: [group('loop').toUpperCase().replaceAll(',', ', ')], nested: false };
    expect(await members(settings, ['anna', 'deep'])).toEqual(['deep']);
  });

  it('knows nobody when there is no such group', async () => {
    expect(await members({ required: [group('none')] }, ['anna', 'deep', 'outside'])).toEqual([]);
  });

  it('holds for numbers and attributes as well', async () => {
    const directory = people({ groups: { required: [group('unrelated')] } });
    expect(await directory.findByPhone('0701740605')).toEqual([]);
    expect(await directory.findByAttribute('mail', 'a@example.org')).toEqual([]);
  });
});

it('follows no referral, neither beside entries nor instead of them', async () => {
  let visits = 0;
  const elsewhere = createServer((socket) => {
    visits += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  onTestFinished(() => void elsewhere.close());
  const { port } = elsewhere.address() as { readonly port: number };
  const base = `ou=elsewhere,${suffix}`;
  const ref = `ldap://127.0.0.1:${port}/${base}`;
  slapd().add(entryOf(base, { objectClass: ['referral', 'extensibleObject'], ou: 'elsewhere', ref }));
  expect(await people().find('anna')).toMatchObject({ id: 'anna' });
  await expect(people({ base }).find('anna')).rejects.toMatchObject({ code: 'unavailable' });
  expect(visits).toBe(0);
});
