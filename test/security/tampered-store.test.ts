import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { createAuditLog, eventText } from '../../src/adapters/audit-log.ts';
import { newKeyLine, parseKeyRing } from '../../src/adapters/key-ring.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';

const run = promisify(execFile);
const config = simpleConfig({ alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) });

/** A store in which something has happened, stopped; and a hand in its file. */
async function usedStore() {
  const data = mkdtempSync(join(tmpdir(), 'portvakt-tamper-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const { put, stop } = await startTestServer(config, { data });
  for (const otp of ['755224', '000000', '287082']) await put('otp_token_auth', { username: 'alovelace', otp });
  await stop();
  writeFileSync(join(data, 'portvakt.yaml'), stringify({ ...config, data }));
  const change = (work: (db: DatabaseSync) => void) => {
    const db = new DatabaseSync(join(data, 'portvakt.db'));
    work(db);
    db.close();
  };
  const verify = async (...words: string[]) => {
    const command = ['src/main.ts', 'events', 'verify', '--config', join(data, 'portvakt.yaml'), ...words];
    const done = await run(process.execPath, command).catch((error: { stderr: string }) => error);
    return 'stdout' in done && !('code' in done) ? done.stdout : done.stderr;
  };
  return { data, change, verify };
}

const cut = (db: DatabaseSync) => {
  db.exec('DELETE FROM event WHERE seq > 3; DELETE FROM checkpoint WHERE seq > 3');
  db.exec("UPDATE head SET seq = 3, hash = (SELECT hash FROM event WHERE seq = 3), mac = substr(mac, 1, 18) || '.00'");
};

const rewrite = (db: DatabaseSync) => {
  const log = createAuditLog(parseKeyRing(newKeyLine(0))); // a forger has no keys of ours
  const rows = db.prepare('SELECT body FROM event ORDER BY seq').all() as { body: string }[];
  const type = { name: 'otp-token.accepted', summary: '', severity: 3 as const };
  const forged = log.extend(
    undefined,
    rows.map(() => eventText({ type, user: 'mallory' })),
    0,
  );
  db.exec('DELETE FROM event; DELETE FROM checkpoint');
  for (const { seq, body, hash } of forged) db.prepare('INSERT INTO event VALUES (?, ?, ?)').run(seq, body, hash);
  db.prepare('UPDATE head SET hash = ?').run(forged.at(-1)?.hash ?? '');
};

const robbed = (db: DatabaseSync) => db.exec('DELETE FROM event; DELETE FROM checkpoint; DELETE FROM head');

describe('a log that was changed in the file', () => {
  it.each([
    ['cut', cut],
    ['written anew', rewrite],
    ['taken away', robbed],
  ])('is found, and never sealed or signed by us: %s', async (_, tamper) => {
    const { data, change, verify } = await usedStore();
    change(tamper);
    // seen to fail (the server started, sealed and signed it) while the store did not check the end that it extends
    await expect(startTestServer(config, { data })).rejects.toThrow('does not fit');
    expect(await verify()).toMatch(/^The audit log is broken/);
    expect(await verify()).toMatch(/^The audit log is broken/);
  });

  it.each([
    ['behind its end', (db: DatabaseSync) => db.exec("INSERT INTO event VALUES (1000, '{}', 'x')")],
    ['before its beginning', (db: DatabaseSync) => db.exec("INSERT INTO event VALUES (-5, '{}', 'x')")],
    ['as a checkpoint beyond its end', (db: DatabaseSync) => db.exec('UPDATE head SET seq = 1')],
  ])('is found when something was added %s', async (_, tamper) => {
    const { change, verify } = await usedStore();
    expect(await verify()).toMatch(/all in order/);
    change(tamper);
    expect(await verify()).toMatch(/^The audit log is broken/);
  });

  it('is not written on by a server that runs', async () => {
    const { data, change } = await usedStore();
    const { put } = await startTestServer(config, { data });
    change((db) => db.exec("UPDATE head SET mac = mac || '0'"));
    expect((await put('otp_token_auth', { username: 'alovelace', otp: '359152' })).status).toBe(503);
    change((db) => db.exec('UPDATE head SET mac = substr(mac, 1, length(mac) - 1)'));
    expect((await put('otp_token_auth', { username: 'alovelace', otp: '359152' })).status).toBe(200);
  });
});

describe('what somebody knows of the log from elsewhere', () => {
  it('is a number and a hash, or a mistake of whoever asks', async () => {
    const { verify } = await usedStore();
    for (const known of ['nonsense', '', '5:', 'x:abc'])
      expect(await verify('--checkpoint', known)).toMatch(/^error: /);
    expect(await verify('--checkpoint', `2:${'0'.repeat(64)}`)).toMatch(/is not the one you know of/);
    expect(await verify('--checkpoint', `99:${'0'.repeat(64)}`)).toMatch(/ends before entry 99/);
  });
});
