import { describe, expect, it } from 'vitest';
import { createPasswordCheck, hashPassword } from '../../src/adapters/argon2.ts';
import { createAuditLog } from '../../src/adapters/audit-log.ts';
import { createBuiltInDirectory } from '../../src/adapters/directory-built-in.ts';
import { createPeopleAdministration } from '../../src/adapters/directory-people.ts';
import { newKeyLine, parseKeyRing } from '../../src/adapters/key-ring.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const origin = { trace: '0'.repeat(32) };
const wayne = { id: 'wgretzky', attributes: { mobile: ['070-174 06 05'] }, password: 'demo-99' };

function builtIn() {
  const store = createMemoryStore({ clock: { now: () => 0 }, log: createAuditLog(parseKeyRing(newKeyLine(0))) });
  const realm = 'default';
  const people = createPeopleAdministration({ realm, origin, store, configured: [wayne.id] });
  const passwords = createPasswordCheck();
  const directory = createBuiltInDirectory({ realm, people: [wayne], store, country: 'SE', passwords });
  const events = async () =>
    (await store.events(0, 100)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return { store, people, directory, events };
}

const person = (userName: string, mobile?: string) => ({
  userName,
  attributes: mobile === undefined ? {} : { mobile: [mobile] },
});
const someone = (id: string) => ({ id, attributes: {} });

describe('looking people up', () => {
  it('finds people of the configuration and of the store, whatever the case of their names', async () => {
    const { directory, people } = builtIn();
    await people.add([person('Åsa')]);
    const found = await Promise.all(['WGretzky', 'a\u030aSA', 'nobody'].map(directory.find));
    expect(found).toEqual([{ id: 'wgretzky', attributes: wayne.attributes }, { id: 'Åsa', attributes: {} }, undefined]);
  });

  it('hands out no password and no hash', async () => {
    const { directory, people } = builtIn();
    await people.add([{ ...person('anna', '0701740606'), passwordHash: await hashPassword('long enough') }]);
    const found = [
      await directory.find('wgretzky'),
      await directory.find('anna'),
      await directory.findByPhone('0701740606'),
    ];
    expect(JSON.stringify(found)).not.toMatch(/argon2|demo-99/);
  });

  it('finds people by number, however either is written', async () => {
    const { directory, people } = builtIn();
    await people.add([person('anna', '+46 (0)70-174 06 06'), person('documents', '+467012345678')]);
    expect(await directory.findByPhone('+46701740605')).toMatchObject([{ id: 'wgretzky' }]);
    expect(await directory.findByPhone('0046701740606')).toMatchObject([{ id: 'anna' }]);
    expect(await directory.findByPhone('+467012345678')).toMatchObject([{ id: 'documents' }]);
    expect(await directory.findByPhone('no number')).toEqual([]);
  });

  it('finds two of those who share a number', async () => {
    const { directory, people } = builtIn();
    await people.add([person('anna', '0701740605'), person('bo', '0701740605')]);
    expect(await directory.findByPhone('0701740605')).toHaveLength(2);
  });

  it('tells numbers apart that end alike, and forgets one that was changed', async () => {
    const { directory, people } = builtIn();
    await people.add([person('anna', '0701740606'), person('bo', '0731740606')]);
    expect(await directory.findByPhone('0731740606')).toMatchObject([{ id: 'bo' }]);
    await people.add([person('bo', '0701740607')], { update: true });
    expect(await directory.findByPhone('0731740606')).toEqual([]);
    expect(await directory.findByPhone('0701740607')).toMatchObject([{ id: 'bo' }]);
  });
});

describe('looking people up by an attribute', () => {
  const number = '199001011239';
  const having = (userName: string, personalNumber: string) => ({
    userName,
    attributes: { personalNumber: [personalNumber] },
  });

  it('finds people of the configuration and of the store, whatever the case of the value', async () => {
    const { directory, people } = builtIn();
    await people.add([{ userName: 'anna', attributes: { mail: ['Anna@Example.org', 'a\u030asa@example.org'] } }]);
    expect(await directory.findByAttribute('mobile', '070-174 06 05')).toMatchObject([{ id: 'wgretzky' }]);
    expect(await directory.findByAttribute('mail', 'anna@example.org')).toMatchObject([{ id: 'anna' }]);
    expect(await directory.findByAttribute('mail', 'Åsa@example.org')).toMatchObject([{ id: 'anna' }]);
  });

  it('finds nobody by part of a value, another attribute, nothing, or the name of a property', async () => {
    const { directory, people } = builtIn();
    await people.add([having('anna', number), { userName: 'bo', attributes: { personalNumber: [''] } }]);
    const tries = [
      ['personalNumber', number.slice(1)],
      ['personalNumber', `${number} `],
      ['personalNumber', ''],
      ['mail', number],
      ['constructor', 'x'],
      ['__proto__', 'x'],
    ] as const;
    const found = await Promise.all(tries.map(([attribute, value]) => directory.findByAttribute(attribute, value)));
    expect(found).toEqual(tries.map(() => []));
  });

  it('finds two of those who share a value, and no more', async () => {
    const { directory, people } = builtIn();
    await people.add([having('anna', number), having('bo', number), having('cy', number)]);
    expect(await directory.findByAttribute('personalNumber', number)).toHaveLength(2);
  });

  it('forgets a value that was changed', async () => {
    const { directory, people } = builtIn();
    await people.add([having('anna', number)]);
    await people.add([having('anna', '200001012384')], { update: true });
    expect(await directory.findByAttribute('personalNumber', number)).toEqual([]);
    expect(await directory.findByAttribute('personalNumber', '200001012384')).toMatchObject([{ id: 'anna' }]);
  });

  it('finds values of any length', async () => {
    const { directory, people } = builtIn();
    await people.add([having('anna', 'x'.repeat(5000))]);
    expect(await directory.findByAttribute('personalNumber', 'x'.repeat(5000))).toMatchObject([{ id: 'anna' }]);
  });

  it('hands out no hash of a password', async () => {
    const { directory, people } = builtIn();
    await people.add([{ ...having('anna', number), passwordHash: await hashPassword('long enough') }]);
    expect(JSON.stringify(await directory.findByAttribute('personalNumber', number))).not.toContain('argon2');
  });
});

describe('checking passwords', () => {
  it('tells right from wrong, in the configuration and in the store', async () => {
    const { directory, people } = builtIn();
    await people.add([{ ...person('anna'), passwordHash: await hashPassword('bl\u00e5b\u00e4rssoppa') }]);
    const verdicts = await Promise.all([
      directory.checkPassword(someone('anna'), 'bla\u030aba\u0308rssoppa'),
      directory.checkPassword(someone('anna'), 'demo-99'),
      directory.checkPassword(someone('wgretzky'), 'demo-99'),
      directory.checkPassword(someone('wgretzky'), 'demo-98'),
    ]);
    expect(verdicts).toEqual(['right', 'wrong', 'right', 'wrong']);
  });

  it('finds none right for people without one, and none right that is empty', async () => {
    const { directory, people } = builtIn();
    await people.add([person('anna')]);
    const verdicts = await Promise.all([
      directory.checkPassword(someone('anna'), 'any'),
      directory.checkPassword(someone('anna'), ''),
      directory.checkPassword(someone('wgretzky'), ''),
      directory.checkPassword(someone('nobody'), 'any'),
    ]);
    expect(verdicts).toEqual(['wrong', 'wrong', 'wrong', 'person-unknown']);
  });

  it('computes one hash whoever is asked about', async () => {
    const asked: (string | undefined)[] = [];
    const { store } = builtIn();
    const passwords = { matches: async (hash: string | undefined) => asked.push(hash) > 100 };
    const directory = createBuiltInDirectory({ realm: 'default', people: [wayne], store, country: 'SE', passwords });
    for (const id of ['wgretzky', 'nobody']) await directory.checkPassword(someone(id), 'demo-99');
    expect(asked).toEqual([undefined, undefined]);
  });
});

describe('taking people in', () => {
  it('takes in all or none, and tells everything that is in the way', async () => {
    const { directory, people } = builtIn();
    await people.add([person('anna')]);
    const adding = people.add([
      person('bo'),
      person('BO'),
      person('Anna'),
      person('WGRETZKY'),
      person(' x'),
      person('y\n'),
    ]);
    await expect(adding).rejects.toMatchObject({
      faults: [{ index: 1 }, { index: 2 }, { index: 3 }, { index: 4 }, { index: 5 }],
    });
    expect(await directory.find('bo')).toBeUndefined();
  });

  it('gives a name to one of two who want it at once', async () => {
    const { people } = builtIn();
    const added = await Promise.allSettled(['Anna', 'anna', 'ANNA'].map((name) => people.add([person(name)])));
    expect(added.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('changes attributes on an update, and keeps name and password', async () => {
    const { directory, people } = builtIn();
    await people.add([{ ...person('anna', '1'), passwordHash: await hashPassword('long enough') }]);
    await people.add([person('ANNA', '2')], { update: true });
    expect(await directory.find('anna')).toEqual({ id: 'anna', attributes: { mobile: ['2'] } });
    expect(await directory.checkPassword(someone('anna'), 'long enough')).toBe('right');
  });

  it('lists people in pages, those of this realm only', async () => {
    const { people, store } = builtIn();
    const names = Array.from({ length: 1001 }, (_, index) => `p${String(index).padStart(4, '0')}`);
    await people.add(names.map((name) => person(name)));
    await createPeopleAdministration({ realm: 'default2', origin, store, configured: [] }).add([person('elsewhere')]);
    const listed: string[] = [];
    for await (const { id } of people.list()) listed.push(id);
    expect(listed).toEqual(names);
  });

  it('writes down who was added and what was changed, and no number', async () => {
    const { people, events } = builtIn();
    await people.add([person('anna', '0701740606')]);
    await people.add([person('Anna', '0701740607')], { update: true });
    await people.setPassword('ANNA', await hashPassword('long enough'));
    const log = await events();
    expect(log.map(({ event, user, reason }) => [event, user, reason])).toEqual([
      ['person.added', 'anna', undefined],
      ['person.changed', 'anna', 'attributes'],
      ['person.changed', 'anna', 'password'],
    ]);
    expect(JSON.stringify(log)).not.toMatch(/17406|argon2/);
  });

  it('sets no password of somebody who is not in the store', async () => {
    const { people } = builtIn();
    await expect(people.setPassword('nobody', 'x')).rejects.toMatchObject({ code: 'person-unknown' });
    await expect(people.setPassword('wgretzky', 'x')).rejects.toMatchObject({
      detail: expect.stringContaining('configuration'),
    });
  });
});
