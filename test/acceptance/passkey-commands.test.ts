import { expect, it } from 'vitest';
import { loadPortvaktConfig, openPortvakt } from '../../src/compose.ts';
import { accountOf, accounts, claimOfPasskey } from '../../src/core/account.ts';
import type { Store } from '../../src/core/store.ts';
import { enrolPasskey } from '../../src/methods/passkey/keys.ts';
import { simpleConfig } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

const made = { publicKey: 'AAAA', counter: 0, rpId: 'login.example.org', handle: 'AAAA', isFirst: false };

it('lists and removes a person’s passkeys, and they go with the person', { timeout: 300_000 }, async () => {
  const { file, data } = makeSite(simpleConfig({}));
  const portvakt = async (...words: readonly string[]) => {
    const child = runPortvakt(...words, '--config', file, '--data', data);
    return { status: await child.ended, said: child.output() };
  };
  const inStore = async <R>(work: (store: Store) => Promise<R>) => {
    const { ports } = await openPortvakt(loadPortvaktConfig(file, { data }));
    return work(ports.store).finally(() => ports.store.close());
  };
  const enrol = (id: string) => {
    const owner = { realm: 'default', user: 'anna', origin: { trace: 'a'.repeat(32) } };
    return inStore((store) => store.change(accountOf('default', 'anna'), enrolPasskey(owner, { ...made, id })));
  };

  await portvakt('person', 'add', 'anna');
  await enrol('key-1');
  await enrol('key-2');
  expect((await portvakt('passkey', 'list', '--user', 'ANNA')).said).toMatch(
    /^key-1\tlogin\.example\.org\t20\S+Z\tnever\nkey-2\t.*\n$/,
  );
  expect((await portvakt('passkey', 'remove', 'key-1', '--user', 'anna')).said).toBe('key-1 of anna is removed.\n');
  expect(await portvakt('passkey', 'remove', 'key-1', '--user', 'anna')).toEqual({
    status: 1,
    said: 'anna has no passkey "key-1"\n',
  });
  await portvakt('person', 'remove', 'anna');
  const holders = ['key-1', 'key-2'].map((id) => inStore((store) => store.holder(accounts, claimOfPasskey(id))));
  expect(await Promise.all(holders)).toEqual([undefined, undefined]);
});
