import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAuthority } from './authority.ts';
import { neverWrite } from './output.ts';

/** A real OpenLDAP server of its own, on free ports of loopback; rootless. */
export interface Slapd {
  /** `ldap://127.0.0.1:…`, which speaks StartTLS as well. */
  readonly url: string;
  readonly secureUrl: string;
  /** Path of the authority that its certificate is of. */
  readonly ca: string;
  /** Adds entries as the administrator. */
  add(ldif: string): void;
  /** Kills the server, connections and all; the data stay. */
  halt(): Promise<void>;
  /** Starts it again, on the same ports. */
  resume(): Promise<void>;
  /** Ends it for good. */
  end(): Promise<void>;
}

/** Base of everything in it. */
export const suffix = 'dc=example,dc=org';

/** Who may do everything in it. */
export const admin = { name: `cn=admin,${suffix}`, password: 'admin-of-the-test' };

/** Debian's place for servers is in no ordinary user's PATH. */
const program = '/usr/sbin/slapd';

/** Starts one, with the entries of the LDIF below {@link suffix}. Three wrong passwords in a row lock a person. */
export async function startSlapd(ldif: string): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'portvakt-slapd-'));
  const [port, securePort] = [await freePort(), await freePort()];
  const url = `ldap://127.0.0.1:${port}`;
  const secureUrl = `ldaps://127.0.0.1:${securePort}`;
  await writeFiles(folder);
  let child: ChildProcess | undefined;

  async function resume(): Promise<void> {
    const words = ['-f', join(folder, 'slapd.conf'), '-h', `${url} ${secureUrl}`, '-d', '0'];
    child = spawn(program, words, { stdio: 'ignore' });
    const started = child;
    while (!(await isListening(securePort))) {
      if (started.exitCode !== null) throw new Error(`slapd ended with ${started.exitCode}`);
      await pause(20);
    }
  }
  async function halt(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  function add(entries: string): void {
    const words = ['-x', '-H', url, '-D', admin.name, '-w', admin.password];
    const { status, stderr } = spawnSync('ldapadd', words, { input: entries, encoding: 'utf8' });
    if (status !== 0) throw new Error(`ldapadd: ${stderr}`);
  }

  await resume();
  add([root, ldif].join('\n\n'));
  return {
    url,
    secureUrl,
    ca: join(folder, 'ca.pem'),
    add,
    halt,
    resume,
    async end() {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An entry as LDIF (RFC 2849), every value in Base64, so that it may hold anything. */
export function entryOf(dn: string, attributes: Readonly<Record<string, string | readonly string[]>>): string {
  const line = (name: string, value: string) => `${name}:: ${Buffer.from(value).toString('base64')}`;
  const lines = Object.entries(attributes).flatMap(([name, value]) => [value].flat().map((one) => line(name, one)));
  return [line('dn', dn), ...lines, ''].join('\n');
}

/** A person below `ou=people`, whose password is `secret-<uid>` unless another is given. */
export function personEntry(uid: string, more: Readonly<Record<string, string | readonly string[]>> = {}): string {
  const { dn = `uid=${uid},ou=people,${suffix}`, ...attributes } = more;
  const own = { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, userPassword: `secret-${uid}` };
  neverWrite({ ...own, ...attributes });
  return entryOf(String(dn), { ...own, ...attributes });
}

/** A group below `ou=groups`. */
export function groupEntry(name: string, ...member: readonly string[]): string {
  return entryOf(`cn=${name},ou=groups,${suffix}`, { objectClass: 'groupOfNames', cn: name, member });
}

const root = [
  entryOf(suffix, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' }),
  ...['people', 'groups', 'policies'].map((ou) =>
    entryOf(`ou=${ou},${suffix}`, { objectClass: 'organizationalUnit', ou }),
  ),
  entryOf(`cn=default,ou=policies,${suffix}`, {
    objectClass: ['device', 'pwdPolicy'],
    cn: 'default',
    pwdAttribute: 'userPassword',
    pwdLockout: 'TRUE',
    pwdMaxFailure: '3',
    pwdLockoutDuration: '600',
  }),
].join('\n');

async function writeFiles(folder: string): Promise<void> {
  const authority = await createAuthority('LDAP CA');
  const { cert, key } = await authority.issue('slapd');
  const files = {
    'ca.pem': authority.cert,
    'server.pem': cert,
    'server.key': key,
    'slapd.conf': configuration(folder),
  };
  mkdirSync(join(folder, 'db'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
}

function configuration(folder: string): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`);
  return `${schemas.join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile ${folder}/slapd.pid
TLSCACertificateFile ${folder}/ca.pem
TLSCertificateFile ${folder}/server.pem
TLSCertificateKeyFile ${folder}/server.key
sizelimit size.soft=500 size.hard=1000 size.prtotal=unlimited
database mdb
maxsize 67108864
suffix "${suffix}"
rootdn "${admin.name}"
rootpw ${admin.password}
directory ${folder}/db
dbnosync
index objectClass,uid,mail,member eq
overlay ppolicy
ppolicy_default "cn=default,ou=policies,${suffix}"
ppolicy_use_lockout
access to attrs=userPassword by anonymous auth by * none
access to * by users read by anonymous auth
`;
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether somebody listens on a port of loopback. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
