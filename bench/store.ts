import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { personOf } from '../src/adapters/directory-people.ts';
import { loadPortvaktConfig, openPortvakt } from '../src/compose.ts';
import { accountOf } from '../src/core/account.ts';
import type { Ports } from '../src/core/ports.ts';
import { type Change, changeOf } from '../src/core/store.ts';
import { makeFirstTokens, tokenEvents } from '../src/methods/otp-token/index.ts';
import { nameOf, seedOf } from './codes.ts';
import type { Crowd } from './crowd.ts';

/** What a store held after its server was killed. */
export interface Found {
  /** Codes that were acknowledged. */
  readonly acknowledged: number;
  /** Of these, how many the tokens know to be used. */
  readonly durable: number;
  /** Accepted codes in the audit log. */
  readonly logged: number;
}

const realm = 'default';
const trace = '0'.repeat(32);

/** People written at once. */
const atOnce = 2000;

/** Operations of the bench's own, beside those that ship: sessions and assignments that outlive a turn. */
const operations = {
  sign_in: {
    summary: 'Check a code and open a session.',
    steps: [
      { step: 'require-input', properties: ['username', 'otp'] },
      { step: 'find-claimant' },
      { step: 'otp-token/verify-code' },
      { step: 'open-session', method: 'otp', lifetimeSeconds: 86_400 },
    ],
  },
  push_start: {
    summary: 'Have a person approve, with all the time in the world.',
    steps: [
      { step: 'require-input', properties: ['username'] },
      { step: 'push/start', lifetimeSeconds: 900 },
    ],
  },
};

/** What tenant `t1` may ask for. */
const asked = ['otp_token_auth', 'verifyUser', 'onetouch_check_auth', 'onetouch_cancel', 'onetouch_enroll'];

/**
 * Writes a configuration into a new folder and returns its path: tenant `t1`, open on loopback. `more` are further settings.
 *
 * Nobody is ever locked or asked too often, so that refusals can be measured and turns can end in the middle; failures count for a second
 * only, so that accounts stay as small as in real life.
 */
export function writeConfig(folder: string, more: object = {}, moreOperations: readonly string[] = []): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'portvakt.yaml');
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    data: join(folder, 'data'),
    realms: { [realm]: { directories: [{ type: 'built-in' }], attempts: { limit: 1_000_000, windowSeconds: 1 } } },
    operations,
    push: { budget: { free: 1000 } },
    tenants: {
      t1: { operations: [...Object.keys(operations), ...asked, ...moreOperations], callers: [{ open: true }] },
    },
    ...more,
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Puts people with their tokens into the store, through the store's own interface. */
export async function fillStore(configFile: string, people: number, progress: (done: number) => void) {
  await withPorts(configFile, async ({ store, vault }) => {
    for (let from = 0; from < people; from += atOnce) {
      const some = Array.from({ length: Math.min(atOnce, people - from) }, (_, index) => from + index);
      await store.changeAll(some.flatMap((person) => changesFor(person, vault)));
      progress((from + some.length) / people);
    }
  });
}

/** Where the chains of the audit log end, by their numbers. */
export type LogEnds = ReadonlyMap<number, number>;

/** Where the audit log ends, in a store that no server has open. */
export function logEnds(configFile: string): Promise<LogEnds> {
  return withPorts(configFile, async ({ store }) => {
    const ends = new Map<number, number>();
    for (const chain of await store.chains()) ends.set(chain, (await store.head(chain))?.seq ?? 0);
    return ends;
  });
}

/** Reads, in a store that no server has open any more, what became of the crowd's codes. `ends`: of the log, before the first of them. */
export function findCodes(configFile: string, crowd: Crowd, ends: LogEnds): Promise<Found> {
  return withPorts(configFile, async ({ store }) => {
    let missing = 0;
    for (let from = 0; from < crowd.size; from += atOnce) {
      const some = Array.from({ length: Math.min(atOnce, crowd.size - from) }, (_, index) => from + index);
      const accounts = await Promise.all(some.map((person) => store.read(accountOf(realm, nameOf(person)))));
      for (const [index, person] of some.entries()) {
        const next = accounts[index]?.tokens?.[tokenIdOf(person)]?.next ?? 0;
        missing += Math.max(0, crowd.expectedNext(person) - next);
      }
    }
    let logged = 0;
    for (const chain of await store.chains()) logged += await countAccepted(store, chain, ends.get(chain) ?? 0);
    return { acknowledged: crowd.accepted(), durable: crowd.accepted() - missing, logged };
  });
}

async function countAccepted(store: Ports['store'], chain: number, after: number): Promise<number> {
  let accepted = 0;
  let last = after;
  for (;;) {
    const entries = await store.events(last, 1000, chain);
    for (const { body } of entries) if (body.includes(`"event":"${tokenEvents.accepted.name}"`)) accepted += 1;
    if (entries.length === 0) return accepted;
    last = entries.at(-1)?.seq ?? last;
  }
}

async function withPorts<R>(configFile: string, work: (ports: Ports) => Promise<R>): Promise<R> {
  const { ports } = await openPortvakt(loadPortvaktConfig(configFile));
  try {
    return await work(ports);
  } finally {
    await ports.store.close();
  }
}

function changesFor(person: number, vault: Ports['vault']): readonly Change[] {
  const user = nameOf(person);
  const attributes = {
    displayName: [`Person number ${person}`],
    mail: [`${user}@example.org`],
    mobile: ['+46701234567'],
  };
  const form = { type: 'hotp', algorithm: 'SHA1', digits: 6, periodSeconds: 30, counter: 0 } as const;
  const seed = { ...form, id: tokenIdOf(person), secret: seedOf(person) };
  const owner = { realm, user, origin: { trace, caller: 'bench' } };
  return [
    changeOf(personOf(realm, user), () => ({ next: { id: user, attributes }, result: undefined })),
    changeOf(accountOf(realm, user), makeFirstTokens(owner, [seed], vault)),
  ];
}

function tokenIdOf(person: number): string {
  return `hotp-${person}`;
}
