import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { personOf } from '../src/adapters/directory-people.ts';
import { loadPortvaktConfig, openPortvakt } from '../src/compose.ts';
import { accountOf } from '../src/core/account.ts';
import type { Ports } from '../src/core/ports.ts';
import { type Change, changeOf, type Key } from '../src/core/store.ts';
import { makeFirstTokens, tokenEvents } from '../src/methods/otp-token/index.ts';
import { nameOf, seedOf } from './codes.ts';
import type { Crowd } from './crowd.ts';

/** How full a store is to be. */
export interface Size {
  readonly people: number;
  /** Entries of the audit log. */
  readonly events: number;
}

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
const log: Key<never> = { kind: { name: 'log' }, id: '' };
const atOnce = 500;

/**
 * Writes a configuration into a new folder and returns its path: tenant `t1`, open on loopback, and the embedded store beside it.
 *
 * Nobody is ever locked, so that refusals can be measured; failures count for a second only, so that accounts stay as small as in real life.
 */
export function writeConfig(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'portvakt.yaml');
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    data: join(folder, 'data'),
    realms: { [realm]: { directories: [{ type: 'built-in' }], attempts: { limit: 1_000_000, windowSeconds: 1 } } },
    tenants: { t1: { operations: ['otp_token_auth'], callers: [{ open: true }] } },
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Puts people with their tokens and a log into the store, through the store's own interface. */
export async function fillStore(configFile: string, { people, events }: Size, progress: (done: number) => void) {
  await withPorts(configFile, async ({ store, vault }) => {
    for (let from = 0; from < people; from += atOnce) {
      const some = Array.from({ length: Math.min(atOnce, people - from) }, (_, index) => from + index);
      await store.changeAll(some.flatMap((person) => changesFor(person, vault)));
      progress((from + some.length) / (people + events));
    }
    let seq = (await store.head())?.seq ?? 0;
    while (seq < events) {
      const some = Array.from({ length: Math.min(10 * atOnce, events - seq) }, (_, index) =>
        eventOf(seq + index, people),
      );
      await store.change(log, () => ({ events: some, result: undefined }));
      seq += some.length;
      progress((people + seq) / (people + events));
    }
  });
}

/** Reads, in a store that no server has open any more, what became of the crowd's codes. `events`: length of the log before the first of them. */
export function findCodes(configFile: string, crowd: Crowd, events: number): Promise<Found> {
  return withPorts(configFile, async ({ store }) => {
    let missing = 0;
    for (let person = 0; person < crowd.size; person += 1) {
      const account = await store.read(accountOf(realm, nameOf(person)));
      const next = account?.tokens?.[tokenIdOf(person)]?.next ?? 0;
      missing += Math.max(0, crowd.expectedNext(person) - next);
    }
    return {
      acknowledged: crowd.accepted(),
      durable: crowd.accepted() - missing,
      logged: await countAccepted(store, events),
    };
  });
}

async function countAccepted(store: Ports['store'], after: number): Promise<number> {
  let accepted = 0;
  let last = after;
  for (;;) {
    const entries = await store.events(last, 1000);
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

/** As a right code leaves it. */
function eventOf(seq: number, people: number) {
  const person = seq % people;
  const origin = { trace, tenant: 't1', operation: 'otp_token_auth', address: '127.0.0.1', caller: 'open' };
  return { ...origin, type: tokenEvents.accepted, realm, user: nameOf(person), subject: tokenIdOf(person) };
}
