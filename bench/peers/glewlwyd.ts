import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toBase32 } from '../../src/compose.ts';
import type { HttpAnswer } from '../answer-reader.ts';
import { codeAt, nameOf, seedOf } from '../codes.ts';
import type { Lane } from '../lanes.ts';
import { ask, mustBe } from '../load.ts';
import { freePort } from '../postgres.ts';
import { type ServerProcess, start } from '../processes.ts';
import { type Peer, type PeerSetUp, postRequest } from './peer.ts';

const program = '/usr/bin/glewlwyd';
const modules = '/usr/lib/glewlwyd';
/** The tables, as the Debian package makes them. */
const tables = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';

/** People with an HOTP token each; one for each connection, so that each person's codes come in order. */
const peopleCount = 64;

/** Glewlwyd, an authentication server in C, from Debian. */
export const glewlwyd: PeerSetUp = {
  name: 'Glewlwyd',
  async open({ folder, tell }) {
    for (const file of [program, tables]) {
      if (!existsSync(file)) throw new Error('it is not installed (apt-get install glewlwyd)');
    }
    tell('setting up Glewlwyd');
    const server = await startServer(join(folder, 'glewlwyd'));
    const people = await enrolAll(server.port);
    const next = new Int32Array(peopleCount);
    const codeOf = (person: number) => {
      const counter = next[person] ?? 0;
      next[person] = counter + 1;
      return check(person, counter);
    };
    const peer: Peer = {
      words:
        'one check is `/api/auth` with the HOTP scheme, which opens a session; SQLite as it comes: journal `delete`, `synchronous=FULL`',
      contestant: {
        who: { server: 'Glewlwyd', store: 'SQLite', workers: 1 },
        server,
        lanes: (connections) =>
          people.slice(0, connections).map((person): Lane => ({ next: () => codeOf(person), acknowledge() {} })),
      },
      races: [
        {
          how: 'a session for each',
          async requests(sent) {
            const one = codeOf(people[0] ?? 0);
            return Array.from({ length: sent }, () => one);
          },
        },
      ],
      end: () => server.end('SIGTERM'),
    };
    return peer;
  },
};

async function startServer(folder: string): Promise<ServerProcess> {
  // A folder of modules that is empty, for the kind of which Debian has none.
  mkdirSync(join(folder, 'none'), { recursive: true });
  const path = join(folder, 'glewlwyd.db');
  const database = new DatabaseSync(path);
  database.exec(readFileSync(tables, 'utf8'));
  database.close();
  const port = await freePort();
  const settings = {
    port,
    bind_address: '127.0.0.1',
    external_url: `http://localhost:${port}`,
    login_url: 'login.html',
    api_prefix: 'api',
    log_mode: 'console',
    log_level: 'ERROR',
    cookie_domain: 'localhost',
    cookie_secure: 0,
    session_expiration: 2_419_200,
    session_key: 'GLEWLWYD2_SESSION_ID',
    admin_scope: 'g_admin',
    profile_scope: 'g_profile',
    user_module_path: `${modules}/user`,
    user_middleware_module_path: join(folder, 'none'),
    client_module_path: `${modules}/client`,
    user_auth_scheme_module_path: `${modules}/scheme`,
    plugin_module_path: `${modules}/plugin`,
    use_secure_connection: false,
    // It looks at these even so.
    secure_connection_key_file: 'none',
    secure_connection_pem_file: 'none',
    hash_algorithm: 'SHA512',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const file = join(folder, 'glewlwyd.conf');
  writeFileSync(file, `${lines.join('\n')}\ndatabase = { type = "sqlite3"; path = "${path}"; };\n`);
  // It says nothing when it is ready.
  const server = await start({
    program,
    words: [`--config-file=${file}`],
    cwd: folder,
    readyWhen: () => isUp(port),
    port,
  });
  return server;
}

async function isUp(port: number): Promise<boolean> {
  return ask(port, postRequest('/api/auth/', {})).then(
    () => true,
    () => false,
  );
}

/** Sets it up by its administration API: the HOTP scheme, a scope that wants it, and people who have it. */
async function enrolAll(port: number): Promise<readonly number[]> {
  const signedIn = await ask(port, postRequest('/api/auth/', { username: 'admin', password: 'password' }));
  mustBe(200, signedIn);
  const cookie = cookieOf(signedIn);
  const post = async (path: string, body: object) =>
    mustBe(200, await ask(port, postRequest(`/api/${path}/`, body, { cookie })));
  await post('mod/scheme', {
    ...{ module: 'otp', name: 'otp', display_name: 'otp', expiration: 600, max_use: 0, allow_user_register: true },
    parameters: {
      ...{ issuer: 'bench', 'secret-minimum-size': 16, 'otp-length': 6 },
      ...{ 'hotp-allow': true, 'hotp-window': 0, 'totp-allow': true, 'totp-window': 0, 'totp-start-offset': 0 },
    },
  });
  await post('scope', {
    ...{ name: 'bench', display_name: 'bench', description: 'bench', password_required: false, password_max_age: 0 },
    scheme: { '1': [{ scheme_type: 'otp', scheme_name: 'otp', scheme_display_name: 'otp' }] },
    scheme_required: { '1': 1 },
  });
  const people = Array.from({ length: peopleCount }, (_, person) => person);
  for (const person of people) {
    const username = nameOf(person);
    await post('user', {
      ...{ username, name: username, email: '', password: 'long enough' },
      ...{ scope: ['g_profile', 'bench'], enabled: true },
    });
    const value = { type: 'HOTP', secret: toBase32(seedOf(person)), moving_factor: 0 };
    await post(`delegate/${username}/profile/scheme/register`, {
      username,
      scheme_type: 'otp',
      scheme_name: 'otp',
      value,
    });
  }
  return people;
}

function check(person: number, counter: number): Buffer {
  const value = { value: codeAt(seedOf(person), counter) };
  return postRequest('/api/auth/', { username: nameOf(person), scheme_type: 'otp', scheme_name: 'otp', value });
}

function cookieOf({ head }: HttpAnswer): string {
  return /\r\nset-cookie: *([^;\r]*)/i.exec(head)?.[1] ?? '';
}
