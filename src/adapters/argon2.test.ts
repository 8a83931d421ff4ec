import { hash } from '@node-rs/argon2';
import { expect, it } from 'vitest';
import { createPasswordCheck, hashPassword, verifyPassword } from './argon2.ts';

it('tells the right password from a wrong one', async () => {
  const hashed = await hash('blåbär', { memoryCost: 64, timeCost: 1 });
  expect(await verifyPassword(hashed, 'blåbär')).toBe(true);
  expect(await verifyPassword(hashed, 'blabar')).toBe(false);
});

it('calls a hash that cannot be read our fault, not a wrong password', async () => {
  await expect(verifyPassword('$argon2id$rubbish', 'any')).rejects.toMatchObject({ code: 'internal' });
});

it('hashes at the documented cost, with a salt of its own each time', async () => {
  const [first, second] = await Promise.all([hashPassword('blåbär'), hashPassword('blåbär')]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
  expect(await createPasswordCheck().matches(first, 'blåbär')).toBe(true);
});

it('finds no password right where there is no hash, whatever is tried', async () => {
  const { matches } = createPasswordCheck();
  expect(await Promise.all([matches(undefined, ''), matches(undefined, 'blåbär')])).toEqual([false, false]);
});

it('turns away whom it could only keep waiting', async () => {
  const { matches } = createPasswordCheck({ atOnce: 1, waiting: 1 });
  const answers = await Promise.allSettled([1, 2, 3].map(() => matches(undefined, 'blåbär')));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
});
