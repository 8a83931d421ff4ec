import { expect, it } from 'vitest';
import type { Directory } from '../core/directory.ts';
import { rememberPeople } from './directory-cache.ts';

function counted(seconds: number) {
  let now = 0;
  const asked = { find: 0, findByPhone: 0, findByAttribute: 0, checkPassword: 0 };
  const directory: Directory = {
    async find(id) {
      asked.find += 1;
      return id === 'anna' ? { id, attributes: {} } : undefined;
    },
    async findByPhone() {
      asked.findByPhone += 1;
      return [];
    },
    async findByAttribute() {
      asked.findByAttribute += 1;
      return [];
    },
    async checkPassword() {
      asked.checkPassword += 1;
      return 'wrong';
    },
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { asked, pass, ...rememberPeople(directory, { seconds, now: () => now }) };
}

it('asks for a person again only after the time that is set', async () => {
  const { find, asked, pass } = counted(10);
  await find('anna');
  pass(9999);
  expect(await find('anna')).toEqual({ id: 'anna', attributes: {} });
  expect(asked.find).toBe(1);
  pass(1);
  await find('anna');
  expect(asked.find).toBe(2);
});

it('remembers neither who is unknown, nor numbers, nor attributes, nor passwords', async () => {
  const { find, findByPhone, findByAttribute, checkPassword, asked } = counted(10);
  for (let times = 0; times < 2; times += 1) {
    await find('bo');
    await findByPhone('1');
    await findByAttribute('mail', 'anna@example.org');
    await checkPassword({ id: 'anna', attributes: {} }, 'x');
  }
  expect(asked).toEqual({ find: 2, findByPhone: 2, findByAttribute: 2, checkPassword: 2 });
});

it('remembers nothing unless told to', async () => {
  const { find, asked } = counted(0);
  await find('anna');
  await find('anna');
  expect(asked.find).toBe(2);
});
