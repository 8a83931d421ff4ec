import { expect, it } from 'vitest';
import type { Directory, Person } from '../core/directory.ts';
import { Problem } from '../core/problem.ts';
import { inOrder } from './directory-in-order.ts';

function directoryOf(name: string, phones: Readonly<Record<string, string>>): Directory {
  const personOf = (id: string): Person => ({ id, attributes: { from: [name] } });
  return {
    find: async (userName) => (Object.hasOwn(phones, userName) ? personOf(userName) : undefined),
    findByPhone: async (number) => Object.keys(phones).flatMap((id) => (phones[id] === number ? [personOf(id)] : [])),
    checkPassword: async (_, password) => (password === name ? 'right' : 'wrong'),
  };
}

const away: Directory = {
  find: () => Promise.reject(new Problem('unavailable')),
  findByPhone: () => Promise.reject(new Problem('unavailable')),
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

it('finds people by number in all of them', async () => {
  const { findByPhone } = inOrder([first, second]);
  expect((await findByPhone('1')).map(({ id, directory }) => [id, directory])).toEqual([
    ['anna', 0],
    ['cy', 1],
  ]);
  expect(await findByPhone('4')).toMatchObject([{ id: 'di', directory: 1 }]);
});

it('finds nobody by number who is somebody else by name', async () => {
  expect(await inOrder([first, second]).findByPhone('3')).toEqual([]);
});

it('does not go past a directory that does not answer', async () => {
  const { find, findByPhone } = inOrder([away, second]);
  await expect(find('cy')).rejects.toMatchObject({ code: 'unavailable' });
  await expect(findByPhone('1')).rejects.toMatchObject({ code: 'unavailable' });
});
