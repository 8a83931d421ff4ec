import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { newKeyLine } from '../../src/adapters/key-ring.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

const config = simpleConfig({ alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) });

async function usedStore(): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), 'portvakt-keys-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const { put, stop } = await startTestServer(config, { data });
  expect((await put('otp_token_auth', { username: 'alovelace', otp: '755224' })).status).toBe(200);
  await stop();
  return data;
}

it('does not start on a store whose key file is gone, and makes no other', async () => {
  const data = await usedStore();
  const keys = readFileSync(join(data, 'keys.txt'));
  rmSync(join(data, 'keys.txt'));
  await expect(startTestServer(config, { data })).rejects.toThrow('is gone');
  writeFileSync(join(data, 'keys.txt'), keys, { mode: 0o600 });
  const { put } = await startTestServer(config, { data });
  expect((await put('otp_token_auth', { username: 'alovelace', otp: '287082' })).status).toBe(200);
});

it('does not start with the keys of another store', async () => {
  const data = await usedStore();
  writeFileSync(join(data, 'keys.txt'), `${newKeyLine(0)}\n`, { mode: 0o600 });
  await expect(startTestServer(config, { data })).rejects.toThrow('does not fit the keys');
});

it('seals everything that lasts with the newest key', async () => {
  const { file, data, serve } = makeSite(config);
  const first = await serve();
  await first.stop();
  const [oldKey] = sealedBy(data);
  for (const command of ['add', 'reseal']) {
    expect(await runPortvakt('keys', command, '--config', file, '--data', data).ended).toBe(0);
  }
  const newest = readFileSync(join(data, 'keys.txt'), 'utf8').trim().split('\n').at(-1)?.split(':')[0];
  expect(newest).not.toBe(oldKey);
  expect(sealedBy(data)).toEqual([newest, newest]);
  const second = await serve();
  const [line] = await second.connect(1);
  expect((await line?.put('otp_token_auth', { username: 'alovelace', otp: '755224' }))?.status).toBe(200);
  await second.stop();
});

/** Which key has sealed each sealed value in the store: a token's seed, and the key for Web Push. */
function sealedBy(data: string): readonly (string | undefined)[] {
  const database = new DatabaseSync(join(data, 'portvakt.db'), { readOnly: true });
  try {
    const rows = database.prepare('select value from record').all() as { value: string }[];
    return rows.flatMap(({ value }) => [...value.matchAll(/"v1\.([A-Za-z0-9_-]+)\./g)].map(([, key]) => key));
  } finally {
    database.close();
  }
}
