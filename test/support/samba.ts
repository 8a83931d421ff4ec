import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAuthority } from './authority.ts';
import { neverWrite } from './output.ts';
import { startRelay } from './relay.ts';

/** A real domain controller: Active Directory as Samba has it; rootless. */
export interface Samba {
  /** `ldap://127.0.0.1:…`, which speaks StartTLS. */
  readonly url: string;
  /** Path of the authority that its certificate is of. */
  readonly ca: string;
  end(): Promise<void>;
}

/** Base of everything in it. */
export const domain = 'DC=ad,DC=example,DC=test';

const run = promisify(execFile);

const programs = {
  samba: '/usr/sbin/samba',
  // The one that Debian's Samba brings its modules for.
  python: '/usr/bin/python3',
  provision: fileURLToPath(new URL('samba-provision.py', import.meta.url)),
};

/**
 * Makes a domain and starts its controller, with these LDIF change records (RFC 2849) applied.
 *
 * Samba's LDAP ports are fixed and privileged: it is given no network interface, and its Unix socket is led to a port of our own.
 */
export async function startSamba(ldif: string): Promise<Samba> {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-samba-'));
  await writeFiles(folder);
  const configuration = join(folder, 'smb.conf');
  const provisioning = run(programs.python, [programs.provision, configuration]);
  provisioning.child.stdin?.end(ldif);
  await provisioning;
  // Ends with its standard input, and so never outlives the test.
  const words = ['-s', configuration, '--interactive', '--model=single', '--debug-stdout'];
  const child = spawn(programs.samba, words, { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(child, 'exit');
  const socket = join(folder, 'private', 'ldapi');
  while (!(await isListening(socket))) {
    if (child.exitCode !== null) throw new Error(`samba ended with ${child.exitCode}`);
    await pause(20);
  }
  const relay = await startRelay(() => connect(socket));
  return {
    url: `ldap://127.0.0.1:${relay.port}`,
    ca: join(folder, 'ca.pem'),
    async end() {
      await relay.end();
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A change record that adds an entry of this class below `CN=Users`. */
export function addition(
  name: string,
  objectClass: string,
  attributes: Readonly<Record<string, string | Buffer>> = {},
): string {
  const values = { dn: `CN=${name},CN=Users,${domain}`, changetype: 'add', objectClass, ...attributes };
  return `${Object.entries(values).map(toLine).join('\n')}\n`;
}

/** The value of `unicodePwd`: in quotation marks, as UTF-16 ([MS-ADTS] 3.1.1.3.1.5). */
export function unicodePassword(password: string): Buffer {
  neverWrite({ password });
  return Buffer.from(`"${password}"`, 'utf16le');
}

/** A change record that replaces one attribute. */
export function replacement(dn: string, name: string, value: string): string {
  return `${[toLine(['dn', dn]), 'changetype: modify', `replace: ${name}`, toLine([name, value])].join('\n')}\n`;
}

function toLine([name, value]: readonly [string, string | Buffer]): string {
  if (name === 'changetype') return `${name}: ${value}`;
  return `${name}:: ${Buffer.from(value as string).toString('base64')}`;
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function writeFiles(folder: string): Promise<void> {
  const authority = await createAuthority('Samba CA');
  const { cert, key } = await authority.issue('samba');
  const files = {
    'ca.pem': authority.cert,
    'server.pem': cert,
    'server.key': key,
    'smb.conf': configurationIn(folder),
  };
  for (const name of ['cache', 'private']) mkdirSync(join(folder, name));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
}

function configurationIn(folder: string): string {
  return `[global]
netbios name = DC1
realm = AD.EXAMPLE.TEST
workgroup = AD
server role = active directory domain controller
server services = ldap
interfaces = none
bind interfaces only = yes
private dir = ${folder}/private
state directory = ${folder}/state
cache directory = ${folder}/cache
lock directory = ${folder}
pid directory = ${folder}
ncalrpc dir = ${folder}/ncalrpc
binddns dir = ${folder}/bind-dns
winbindd socket directory = ${folder}/winbindd
log file = ${folder}/log
tls cafile = ${folder}/ca.pem
tls certfile = ${folder}/server.pem
tls keyfile = ${folder}/server.key
[sysvol]
path = ${folder}/state/sysvol
[netlogon]
path = ${folder}/state/sysvol/ad.example.test/scripts
`;
}
