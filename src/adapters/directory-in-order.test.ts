import { describe, expect, it } from 'vitest';
import type { Directory, Person } from '../core/directory.ts';
import { Problem } from '../core/problem.ts';
import { inOrder } from './directory-in-order.ts';

function directoryOf(name: string, phones: Readonly<Record<string, string>>): Directory {
  const personOf = (id: string): Person => ({ id, attributes: { from: [name] } });
  const having = (number: string) => Object.keys(phones).flatMap((id) => (phones[id] === number ? [personOf(id)] : []));
  return {
    find: async (userName) => (Object.hasOwn(phones, userName) ? personOf(userName) : undefined),
    findByPhone: async (number) => having(number),
    findByAttribute: async (attribute, value) => (attribute === 'room' ? having(value) : []),
    checkPassword: async (_, password) => (password === name ? 'right' : 'wrong'),
  };
}

const away: Directory = {
  find: () => Promise.reject(new Problem('unavailable')),
  findByPhone: () => Promise.reject(new Problem('unavailable')),
  findByAttribute: () => Promise.reject(new Problem('unavailable')),
  checkPassword: () => Promise.reject(new Problem('unavailable')),
};
const first = directoryOf('first', { anna: '1', bo: '2' });
const second = directoryOf('second', { bo: '3', cy: '1', di: '4' });

it('lets the first directory that knows a user name answer', async () => {
  const { find } = inOrder([first, second]);
  const found = await Promise.all(['anna', 'bo', 'cy', 'eva'].map(find));
  expect(found.map((person) => person && [person.directory, person.attributes['from']])).toEqual([
    [0, ['first']],
    [0, ['first']],
    [1, ['second']],
    undefined,
  ]);
});

it('checks a password where the person was found', async () => {
  const { find, checkPassword } = inOrder([first, second]);
  const cy = (await find('cy')) as Person;
  expect([await checkPassword(cy, 'first'), await checkPassword(cy, 'second')]).toEqual(['wrong', 'right']);
  expect(await checkPassword({ ...cy, directory: 7 }, 'first')).toBe('person-unknown');
});

describe.each([
  ['number', (number: string, all = [first, second]) => inOrder(all).findByPhone(number)],
  ['attribute', (value: string, all = [first, second]) => inOrder(all).findByAttribute('room', value)],
])('by %s', (_words, findBy) => {
  it('finds people in all of them', async () => {
    expect((await findBy('1')).map(({ id, directory }) => [id, directory])).toEqual([
      ['anna', 0],
      ['cy', 1],
    ]);
    expect(await findBy('4')).toMatchObject([{ id: 'di', directory: 1 }]);
  });

  it('finds nobody who is somebody else by name', async () => {
    expect(await findBy('3')).toEqual([]);
  });

  it('does not go past a directory that does not answer', async () => {
    await expect(findBy('1', [away, second])).rejects.toMatchObject({ code: 'unavailable' });
  });
});

it('does not go past a directory that does not answer', async () => {
  await expect(inOrder([away, second]).find('cy')).rejects.toMatchObject({ code: 'unavailable' });
});
