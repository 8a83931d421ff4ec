import { hash } from '@node-rs/argon2';
import { expect, it } from 'vitest';
import { verifyPassword } from './argon2.ts';

it('tells the right password from a wrong one', async () => {
  const hashed = await hash('blåbär', { memoryCost: 64, timeCost: 1 });
  expect(await verifyPassword(hashed, 'blåbär')).toBe(true);
  expect(await verifyPassword(hashed, 'blabar')).toBe(false);
});

it('calls a hash that cannot be read our fault, not a wrong password', async () => {
  await expect(verifyPassword('$argon2id$rubbish', 'any')).rejects.toMatchObject({ code: 'internal' });
});
