import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HttpAnswer } from '../answer-reader.ts';
import { codeAt } from '../codes.ts';
import type { Lane } from '../lanes.ts';
import { ask, mustBe } from '../load.ts';
import { start } from '../processes.ts';
import { stockFolder } from '../stock.ts';
import { type Peer, type PeerSetUp, postRequest } from './peer.ts';

/** Somebody with a second factor. */
interface Person {
  readonly email: string;
  readonly seed: Buffer;
}

/** Half-finished sign-ins made ready for the first turn; a turn ends when they are used up. */
const firstGuess = 500;

const password = 'a long enough password';

/** better-auth, which a team that writes TypeScript would reach for. Installed from npm, outside of this repository. */
export const betterAuth: PeerSetUp = {
  name: 'better-auth',
  async open({ folder, tell }) {
    tell('installing better-auth');
    const installed = await install();
    const database = join(folder, 'better-auth.db');
    const words = ['bench/peers/better-auth/server.ts', installed, database];
    const server = await start({ words, ready: / answers at http:\/\/127\.0\.0\.1:(\d+)/ });
    const { port } = server;
    const people = await hurried(port, () =>
      Promise.all(Array.from({ length: 64 }, (_, index) => enrol(port, `person-${index}@example.org`))),
    );
    const peer: Peer = {
      words: `one check is \`verify-totp\` of a sign-in whose password was right, which opens a session; SQLite through \`node:sqlite\`, as it comes: journal \`delete\`, \`synchronous=FULL\``,
      contestant: {
        who: { server: 'better-auth', store: 'SQLite', workers: 1 },
        server,
        lanes: createLanes(port, people),
      },
      races: [
        { how: 'one sign-in under way', requests: async (sent) => sameSignIn(port, people[0] as Person, sent) },
        {
          how: 'as many sign-ins of the person under way',
          requests: async (sent) => manySignIns(port, people[1] as Person, sent),
        },
      ],
      end: () => server.end('SIGTERM'),
    };
    return peer;
  },
};

/** Installs what the lock file says, once. @throws Error when that cannot be done, e.g. without a network */
async function install(): Promise<string> {
  const folder = join(stockFolder(), 'better-auth');
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    cpSync(join(import.meta.dirname, 'better-auth', name), join(making, name));
  }
  try {
    const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', words, { cwd: making, timeout: 300_000 });
    renameSync(making, folder);
    return folder;
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw new Error(
      `it could not be installed with npm: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`,
    );
  }
}

/** Signs up, turns the second factor on, and confirms it with a code. */
async function enrol(port: number, email: string): Promise<Person> {
  const { cookies } = await post(port, 'sign-up/email', { email, password, name: 'Bench' });
  const { body } = await post(port, 'two-factor/enable', { password }, cookies);
  const { totpURI } = JSON.parse(body) as { readonly totpURI: string };
  const seed = fromBase32(new URL(totpURI).searchParams.get('secret') ?? '');
  await post(port, 'two-factor/verify-totp', { code: totp(seed) }, cookies);
  return { email, seed };
}

/** The cookies of a sign-in that waits for its code. */
async function beginSignIn(port: number, { email }: Person): Promise<string> {
  return (await post(port, 'sign-in/email', { email, password })).cookies;
}

function check({ seed }: Person, cookies: string): Buffer {
  return request('two-factor/verify-totp', { code: totp(seed) }, cookies);
}

/** Sign-ins by turns over the people; each connection has its own, half again as many as were used up in the turn before. */
function createLanes(port: number, people: readonly Person[]) {
  let used = firstGuess;
  return async (connections: number): Promise<readonly Lane[]> => {
    const each = Math.ceil((1.5 * used) / connections);
    used = 0;
    const laneFor = async (index: number): Promise<Lane> => {
      const person = people[index % people.length] as Person;
      const signIns: string[] = [];
      for (let left = each; left > 0; left -= 1) signIns.push(await beginSignIn(port, person));
      return {
        next() {
          const cookies = signIns.pop();
          return cookies === undefined ? undefined : check(person, cookies);
        },
        acknowledge() {
          used += 1;
        },
      };
    };
    return hurried(port, () => Promise.all(Array.from({ length: connections }, (_, index) => laneFor(index))));
  };
}

/** Work that is not measured: the server does not wait for the disk meanwhile. */
async function hurried<R>(port: number, work: () => Promise<R>): Promise<R> {
  mustBe(200, await ask(port, postRequest('/hurry', {})));
  const result = await work();
  mustBe(200, await ask(port, postRequest('/flush', {})));
  return result;
}

async function sameSignIn(port: number, person: Person, count: number): Promise<readonly Buffer[]> {
  const one = check(person, await hurried(port, () => beginSignIn(port, person)));
  return Array.from({ length: count }, () => one);
}

async function manySignIns(port: number, person: Person, count: number): Promise<readonly Buffer[]> {
  const signIns = await hurried(port, () =>
    Promise.all(Array.from({ length: count }, () => beginSignIn(port, person))),
  );
  return signIns.map((cookies) => check(person, cookies));
}

async function post(port: number, path: string, body: object, cookies = '') {
  const answer = await ask(port, request(path, body, cookies));
  mustBe(200, answer);
  return { cookies: cookiesOf(answer), body: answer.body };
}

function request(path: string, body: object, cookies: string): Buffer {
  return postRequest(`/api/auth/${path}`, body, {
    host: '127.0.0.1',
    origin: 'http://127.0.0.1',
    ...(cookies !== '' && { cookie: cookies }),
  });
}

function cookiesOf({ head }: HttpAnswer): string {
  return [...head.matchAll(/\r\nset-cookie: *([^;\r]*)/gi)]
    .map(([, cookie = '']) => cookie)
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');
}

/** RFC 6238, for the present time. */
function totp(seed: Buffer): string {
  return codeAt(seed, Math.floor(Date.now() / 30_000));
}

function fromBase32(text: string): Buffer {
  const bits = [...text.replaceAll('=', '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter.toUpperCase()).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
