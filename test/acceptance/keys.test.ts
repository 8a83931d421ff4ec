import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newKeyLine } from '../../src/adapters/key-ring.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

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
