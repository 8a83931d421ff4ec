import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inPlainWords } from '../../src/commands/plain-words.ts';
import { createAuthority } from '../support/authority.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { personWith, simpleConfig, startTestServer } from '../support/server.ts';
import { makeSite, runPortvakt } from '../support/server-process.ts';

/** Who may come in how (PostgreSQL §21.1). */
const hba = `
host    all portvakt  127.0.0.1/32 trust
hostssl all guarded   127.0.0.1/32 scram-sha-256
hostssl all certified 127.0.0.1/32 cert
`;
const password = 'long-and/secret';
const people = { alovelace: personWith({ type: 'hotp', id: 'hotp-1' }) };
const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

let postgres: Postgres;
let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portvakt-postgres-tls-'));
  const [ours, another] = await Promise.all([createAuthority('Database CA'), createAuthority('Database CA')]);
  const server = await ours.issue('database');
  const [client, stranger] = await Promise.all([ours.issue('certified'), another.issue('certified')]);
  const texts = {
    'ca.pem': ours.cert,
    'another-ca.pem': another.cert,
    'client.pem': client.cert,
    'client-key.pem': client.key,
    'stranger.pem': stranger.cert,
    'stranger-key.pem': stranger.key,
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(at(name), text);
  const files = { 'server.crt': server.cert, 'server.key': server.key, 'ca.crt': ours.cert, 'pg_hba.conf': hba };
  postgres = await startPostgres(20, { ssl: 'on', ssl_ca_file: 'ca.crt' }, files);
  await postgres.query(`CREATE ROLE guarded LOGIN PASSWORD '${password}'; CREATE ROLE certified LOGIN;`);
});
afterAll(async () => {
  await postgres.end();
  rmSync(folder, { recursive: true, force: true });
});

interface Way {
  readonly host?: string;
  readonly user?: string;
  /** Parameters of the address; those that name a file name it in the folder of the test. */
  readonly with: Readonly<Record<string, string>>;
}

/** The address of a new store, asked for in this way. */
async function addressBy({ host = '127.0.0.1', user = 'guarded', with: parameters }: Way): Promise<string> {
  const url = new URL(postgres.fresh());
  const schema = /s\d+$/.exec(url.searchParams.get('options') ?? '')?.[0];
  await postgres.query(`GRANT ALL ON SCHEMA ${schema} TO ${user}`);
  url.hostname = host;
  url.username = user;
  url.password = user === 'guarded' ? encodeURIComponent(password) : '';
  for (const [name, value] of Object.entries(parameters))
    url.searchParams.set(name, name === 'sslmode' ? value : at(value));
  return url.href;
}

const start = async (way: Way) => startTestServer(simpleConfig(people, { store: await addressBy(way), keys }));

it.each([
  ['the name of the server checked', { with: { sslrootcert: 'ca.pem' } }],
  ['the authority of the server checked', { host: 'localhost', with: { sslmode: 'verify-ca', sslrootcert: 'ca.pem' } }],
  [
    'a certificate of its own instead of a password',
    { user: 'certified', with: { sslrootcert: 'ca.pem', sslcert: 'client.pem', sslkey: 'client-key.pem' } },
  ],
])('speaks TLS with PostgreSQL, with %s', async (_, way) => {
  const { put } = await start(way);
  expect(await put('otp_token_auth', { username: 'alovelace', otp: '755224' })).toMatchObject({ status: 200 });
  const encrypted = 'SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = $1';
  expect(await postgres.query(encrypted, [('user' in way && way.user) || 'guarded'])).toEqual([{ ssl: true }]);
});

it.each([
  ['another authority', /certificate/, { with: { sslrootcert: 'another-ca.pem' } }],
  [
    'another authority, its name aside',
    /certificate/,
    { with: { sslmode: 'verify-ca', sslrootcert: 'another-ca.pem' } },
  ],
  ['no authority that anybody knows', /certificate/, { with: { sslmode: 'verify-full' } }],
  ['another name in the certificate', /altnames|hostname/i, { host: 'localhost', with: { sslrootcert: 'ca.pem' } }],
  ['no TLS asked for where the server demands it', /no encryption/, { with: { sslmode: 'disable' } }],
  ['no certificate where one is demanded', /certificate/, { user: 'certified', with: { sslrootcert: 'ca.pem' } }],
  [
    'a certificate that the server’s authority has not issued',
    /TLS: .*alert/,
    { user: 'certified', with: { sslrootcert: 'ca.pem', sslcert: 'stranger.pem', sslkey: 'stranger-key.pem' } },
  ],
])('does not start on PostgreSQL with %s, and says why', async (_, why, way) => {
  const error: unknown = await start(way).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).toMatch(
    new RegExp(`^The database postgres at ${'host' in way ? way.host : '127.0.0.1'}:\\d+ cannot be used: `),
  );
  expect(message).toMatch(why);
  expectNoPassword(inspect(error, { depth: 20 }));
});

it('does not start on a PostgreSQL that speaks no TLS when it was to be checked', async () => {
  const plain = await startPostgres(1);
  try {
    const address = `${plain.fresh()}&sslrootcert=${encodeURIComponent(at('ca.pem'))}`;
    await expect(startTestServer(simpleConfig(people, { store: address, keys }))).rejects.toThrow(
      /cannot be used: The server does not support SSL/,
    );
  } finally {
    await plain.end();
  }
});

it('never tells the password, wherever it goes wrong', async () => {
  const right = await addressBy({ with: { sslrootcert: 'ca.pem' } });
  const other = 'not-the-right-one';
  const wrong = right.replace(encodeURIComponent(password), other);
  const file = right.replace('ca.pem', 'no-such-file.pem');
  const config = (store: string) => simpleConfig(people, { store, keys, log: { level: 'debug' } });
  const site = makeSite(config(wrong));
  const words = ['--config', site.file, '--data', site.data, '--port', '0', '--workers', '2'];
  const { ended, output } = runPortvakt('serve', ...words);
  expect(await ended).toBe(1);
  expect(output()).toMatch(/password authentication failed for user "guarded"/);
  expect(output()).not.toContain(other);

  for (const [address, why] of [
    [file, /store: cannot be used: .*no-such-file/],
    [right.replace('sslrootcert', 'sslroot'), /store: cannot be used: the parameter sslroot is not known/],
    [right.replace('postgres:', 'mysql:'), /store: must be postgres:/],
  ] as const) {
    const error: unknown = await startTestServer(config(address)).catch((thrown: unknown) => thrown);
    expect(inPlainWords(error)).toMatch(why);
    expectNoPassword(inspect(error, { depth: 20 }));
  }
});

function expectNoPassword(text: string): void {
  for (const form of [password, encodeURIComponent(password)]) expect(text).not.toContain(form);
}
