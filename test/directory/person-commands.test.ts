import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadPortvaktConfig, openPortvakt } from '../../src/compose.ts';
import { personWith, simpleConfig } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

function site(config = simpleConfig({ wgretzky: personWith() })) {
  const { folder, file, data, events, serve } = makeSite(config);
  return {
    serve,
    file: join(folder, 'people.csv'),
    events,
    write: (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    async person(...words: readonly string[]) {
      const [command = '', ...rest] = words;
      const child = runPortvakt('person', command, '--config', file, '--data', data, ...rest);
      const status = await child.ended;
      return { status, said: child.output() };
    },
    async checkPassword(id: string, password: string) {
      const { ports } = await openPortvakt(loadPortvaktConfig(file, { data }));
      const verdict = await ports.realms.get('default')?.checkPassword({ id, attributes: {} }, password);
      await ports.store.close();
      return verdict;
    },
  };
}

it('adds a person with attributes and a password, shows and lists them, and sets another password', async () => {
  const { person, write, checkPassword, events } = site();
  const secret = write('secret', 'long enough\n');
  const added = await person('add', 'Anna', '-a', 'displayName=Anna Å', '-a', 'mobile=0701', '--password-file', secret);
  expect(added).toEqual({ status: 0, said: 'Anna was added.\n' });
  const shown = await person('show', 'anna');
  expect(shown.said).toBe('user name: Anna\ndisplayName: Anna Å\nmobile: 0701\npassword: set\n');
  expect((await person('list')).said).toBe('wgretzky\tWayne Gretzky\twayne@example.org\nAnna\tAnna Å\t\t0701\n');
  expect(await checkPassword('anna', 'long enough')).toBe('right');
  const other = write('secret', 'another one');
  expect((await person('set-password', 'ANNA', '--password-file', other)).said).toBe('Anna has a new password.\n');
  expect(await checkPassword('anna', 'another one')).toBe('right');
  expect((await events()).map(({ event, caller }) => [event, String(caller).split(':')[0]])).toContainEqual([
    'person.added',
    'command',
  ]);
});

it('takes a password from a terminal or a file and from nowhere else', async () => {
  const { person, write } = site();
  expect(await person('add', 'anna', '--password')).toMatchObject({
    status: 1,
    said: expect.stringContaining('--password-file'),
  });
  expect(await person('add', 'anna', '--password-file', write('short', 'short'))).toMatchObject({
    status: 1,
    said: 'Nothing was changed: the password must have 8 to 256 characters.\n',
  });
  expect((await person('show', 'anna')).status).toBe(1);
});

it('takes in a file, all or none, and tells faults by line', async () => {
  const { person, write, checkPassword } = site();
  const bad = write('bad.csv', 'username,password\nanna,long enough\nWGretzky,long enough\nANNA,long enough\n');
  expect(await person('import', bad)).toEqual({
    status: 1,
    said: [
      `${bad}:3: "WGretzky" is in the configuration`,
      `${bad}:4: "ANNA" is there twice`,
      'Nobody was added: 2 lines must be mended first.',
      '',
    ].join('\n'),
  });
  const good = write('good.csv', 'username,mobile,password\nanna,0701740606,long enough\nbo,,\n');
  expect(await person('import', good, '--dry-run')).toMatchObject({ status: 0 });
  expect(await person('import', good)).toEqual({ status: 0, said: '2 people were taken in.\n' });
  expect(await person('import', good)).toMatchObject({
    status: 1,
    said: expect.stringContaining('"bo" exists already'),
  });
  expect(await person('import', good, '--update')).toMatchObject({ status: 0 });
  expect(await checkPassword('anna', 'long enough')).toBe('right');
});

it('says when a realm keeps its people elsewhere', async () => {
  const ldap = { type: 'ldap', urls: ['ldaps://127.0.0.1:1'], base: 'dc=example,dc=org' };
  const { person } = site({ ...simpleConfig(), realms: { default: { directories: [ldap] } } });
  expect(await person('list')).toMatchObject({ status: 1, said: expect.stringContaining('no built-in directory') });
  expect(await person('list', '--realm', 'other')).toMatchObject({
    status: 1,
    said: expect.stringContaining('no realm'),
  });
});

it('removes a person with all that is kept of them', async () => {
  const { person, events, checkPassword, write } = site();
  const secret = write('secret', 'long enough\n');
  await person('add', 'Anna', '--password-file', secret);
  expect(await person('remove', 'anna')).toEqual({ status: 0, said: 'Anna is removed.\n' });
  expect(await checkPassword('anna', 'long enough')).toBe('person-unknown');
  expect(await person('remove', 'anna')).toEqual({ status: 1, said: '"anna" is not in the store\n' });
  expect((await person('remove', 'wgretzky')).said).toMatch(/is in the configuration, and is changed there/);
  expect((await events()).at(-1)).toMatchObject({ event: 'person.removed', user: 'Anna' });
});

it('ends the sessions of a person who is removed or gets another password, for whoever gets the name later, too', async () => {
  const operations = {
    sign_in: { summary: 'S', steps: [{ step: 'find-claimant' }, { step: 'check-password' }, { step: 'open-session' }] },
  };
  const tenants = { t1: { operations: ['sign_in', 'verifyUser'], callers: [{ open: true }] } };
  const { person, write, serve } = site({ ...simpleConfig({}), operations, tenants });
  const secret = write('secret', 'long enough\n');
  await person('add', 'anna', '--password-file', secret);
  const server = await serve();
  const [line] = await server.connect(1);
  const put = async (operation: string, body: object) => line?.put(operation, body);
  const signIn = async () => {
    const answer = await put('sign_in', { username: 'anna', password: 'long enough' });
    return String((JSON.parse(answer?.body ?? '') as { readonly access_token?: string }).access_token);
  };
  const holds = async (access_token: string) => (await put('verifyUser', { access_token }))?.status === 200;
  const first = await signIn();
  expect(await holds(first)).toBe(true);
  await person('set-password', 'anna', '--password-file', secret);
  const second = await signIn();
  expect([await holds(first), await holds(second)]).toEqual([false, true]);
  await person('remove', 'anna');
  expect(await holds(second)).toBe(false);
  await person('add', 'ANNA', '--password-file', secret);
  expect(await holds(second)).toBe(false);
  expect(await holds(await signIn())).toBe(true);
  await server.stop();
});
