import { hash } from '@node-rs/argon2';
import { expect, it } from 'vitest';
import { callersOf, refusal, remote } from './fixture-callers.ts';

const plain = callersOf([
  { basic: { username: 'portal', password: 'open:sesam' } },
  { basic: { username: 'jürgen', password: 'blåbärsoppa' } },
]);
const passwordHash = await hash('open:sesam', { memoryCost: 64, timeCost: 1 });

function basic(credentials: string | Uint8Array, scheme = 'Basic') {
  return remote({ authorization: `${scheme} ${Buffer.from(credentials).toString('base64')}` });
}

/** Callers whose slow hashes are counted, and held up until `go`. */
function slow(names: readonly string[] = ['portal']) {
  const asked: string[] = [];
  const go: (() => void)[] = [];
  const verify = async (_: string, password: string) => {
    asked.push(password);
    await new Promise<void>((resolve) => go.push(resolve));
    return password === 'right';
  };
  const settings = names.map((username) => ({ basic: { username, passwordHash } }));
  return { ...callersOf(settings, { verifyPassword: verify }), asked, go };
}

it('names the caller by its user name', async () => {
  expect(await plain.prove(basic('portal:open:sesam'))).toBe('basic:portal');
  expect(await plain.prove(basic('portal:open:sesam', 'bAsIc'))).toBe('basic:portal');
  expect(plain.atOnce(basic('portal:open:sesam'))).toBe(true);
});

it('takes letters in whichever Unicode form the client types them', async () => {
  expect(await plain.prove(basic('jürgen:blåbärsoppa'.normalize('NFC')))).toBe('basic:jürgen');
  expect(await plain.prove(basic('jürgen:blåbärsoppa'.normalize('NFD')))).toBe('basic:jürgen');
});

it('refuses everything else', async () => {
  for (const credentials of [
    'portal:',
    'portal:open',
    'portal:open:sesam ',
    'Portal:open:sesam',
    'portal',
    ':open:sesam',
    'jürgen:open:sesam',
    '',
  ]) {
    await expect(plain.prove(basic(credentials))).rejects.toMatchObject(refusal('unauthenticated'));
  }
});

it('refuses malformed credentials', async () => {
  const right = Buffer.from('portal:open:sesam').toString('base64');
  const texts = [
    `${right}=`,
    `${right.slice(0, 4)} ${right.slice(4)}`,
    `${right}\u00a0`,
    `!${right}`,
    `${right},`,
    right.replace(/=*$/, '-_'),
  ];
  for (const text of texts) {
    await expect(plain.prove(remote({ authorization: `Basic ${text}` }))).rejects.toMatchObject(
      refusal('unauthenticated'),
    );
  }
  for (const bytes of [Buffer.from([0x70, 0x3a, 0xff]), `portal:${'x'.repeat(1100)}`, 'portal:open:sesam\0']) {
    await expect(plain.prove(basic(bytes))).rejects.toMatchObject(refusal('unauthenticated'));
  }
});

it('accepts the password behind an argon2id hash, and then at once', async () => {
  const callers = callersOf([{ basic: { username: 'portal', passwordHash } }]);
  await expect(callers.prove(basic('portal:wrong'))).rejects.toMatchObject(refusal('unauthenticated'));
  expect(await callers.prove(basic('portal:open:sesam'))).toBe('basic:portal');
  expect(callers.atOnce(basic('portal:open:sesam'))).toBe(true);
  await expect(callers.prove(basic('portal:wrong'))).rejects.toMatchObject(refusal('unauthenticated'));
});

it('spends no slow hash on malformed credentials', async () => {
  const callers = slow();
  for (const bytes of [Buffer.from('portal:\xff', 'latin1'), 'portal:right\0', 'portal']) {
    await expect(callers.prove(basic(bytes))).rejects.toMatchObject(refusal('unauthenticated'));
  }
  expect(callers.asked).toEqual([]);
});

it('computes the slow hash of a password in one Unicode form', async () => {
  const callers = slow();
  const given = callers.prove(basic('portal:blåbär'.normalize('NFD')));
  await expect.poll(() => callers.asked).toEqual(['blåbär'.normalize('NFC')]);
  callers.go[0]?.();
  await expect(given).rejects.toMatchObject(refusal('unauthenticated'));
});

it('does not let the password of one user in under the name of another', async () => {
  const callers = slow(['portal', 'batch']);
  const given = callers.prove(basic('nobody:right'));
  await expect.poll(() => callers.go.length).toBe(1);
  callers.go[0]?.();
  await expect(given).rejects.toMatchObject(refusal('unauthenticated'));
});

it('computes as many slow hashes for a name that nobody has', async () => {
  for (const username of ['portal', 'batch', 'nobody']) {
    const callers = slow(['portal', 'portal', 'batch']);
    const given = callers.prove(basic(`${username}:wrong`));
    for (const turn of [0, 1]) {
      await expect.poll(() => callers.go.length).toBe(turn + 1);
      callers.go[turn]?.();
    }
    await expect(given).rejects.toMatchObject(refusal('unauthenticated'));
    expect(callers.asked).toHaveLength(2);
  }
});

it('computes one slow hash for many requests with the same credentials', async () => {
  const callers = slow();
  const given = Promise.all(Array.from({ length: 100 }, () => callers.prove(basic('portal:right'))));
  await expect.poll(() => callers.go.length).toBe(1);
  callers.go[0]?.();
  expect(new Set(await given)).toEqual(new Set(['basic:portal']));
  expect(callers.asked).toHaveLength(1);
});

it('computes few slow hashes at once and turns a flood of guesses away, while known callers pass', async () => {
  const callers = slow();
  const known = callers.prove(basic('portal:right'));
  await expect.poll(() => callers.go.length).toBe(1);
  callers.go[0]?.();
  await known;
  const guesses = Array.from({ length: 69 }, (_, guess) => callers.prove(basic(`portal:${guess}`)));
  for (const guess of guesses.slice(0, 68)) guess.catch(() => undefined);
  await expect(guesses[68]).rejects.toMatchObject(refusal('unavailable'));
  expect(callers.asked).toHaveLength(5);
  expect(callers.atOnce(basic('portal:right'))).toBe(true);
});
