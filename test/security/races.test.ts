import { expect, it } from 'vitest';
import { createAuditLog } from '../../src/adapters/audit-log.ts';
import { newKeyLine, parseKeyRing } from '../../src/adapters/key-ring.ts';
import { type Account, accountOf } from '../../src/core/account.ts';
import type { Store } from '../../src/core/store.ts';
import { useCode, type Verdict } from '../../src/methods/otp-token/use-code.ts';
import { createMemoryStore, slowStore } from '../support/memory-store.ts';
import { accountWith, owner, tryOf } from '../support/otp-account.ts';
import { personWith, simpleConfig } from '../support/server.ts';
import { type Line, makeSite, type ServerProcess } from '../support/server-process.ts';

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

/** People by counter token; the code of each is the first of RFC 4226 appendix D. */
const peopleNamed = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, personWith({ type: 'hotp', id: `token-of-${name}` })]));

/** Two processes on one store, and so many kept connections to each. */
async function startTwo(people: object, connections: number) {
  const site = makeSite(simpleConfig(people, { log: { level: 'warn' } }));
  const servers = await Promise.all([site.serve(), site.serve()]);
  const lines = await Promise.all(servers.map((server) => server.connect(connections)));
  return { site, servers, lines: lines.flat() };
}

async function stopAll(servers: readonly ServerProcess[]): Promise<void> {
  expect(await Promise.all(servers.map((server) => server.stop()))).toEqual(servers.map(() => 0));
}

const ask = async (line: Line, username: string, otp: string) =>
  (await line.put('otp_token_auth', { username, otp }))?.status;

it('accepts one of many simultaneous uses of a code over two processes, again and again', async () => {
  const names = times(200, (index) => `person-${index}`);
  const { site, servers, lines } = await startTwo(peopleNamed(names), 100);
  for (const name of names) {
    const statuses = await Promise.all(lines.map((line) => ask(line, name, '755224')));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(199);
  }
  await stopAll(servers);
  const accepted = (await site.events()).filter(({ event }) => event === 'otp-token.accepted');
  expect(accepted.map(({ user }) => user)).toEqual(names);
});

it('looks at no more of a thousand simultaneous guesses than the limit, over two processes', async () => {
  const { site, servers, lines } = await startTwo(peopleNamed(['alovelace']), 50);
  const guesses = times(1000, (index) => String(900_000 + index));
  const statuses = await Promise.all(
    lines.map(async (line, at) => {
      const mine = guesses.filter((_, index) => index % lines.length === at);
      const answers: unknown[] = [];
      for (const otp of mine) answers.push(await ask(line, 'alovelace', otp));
      return answers;
    }),
  );
  expect(new Set(statuses.flat())).toEqual(new Set([403]));
  await stopAll(servers);
  const events = await site.events();
  const count = (reason: string) => events.filter((event) => event['reason'] === reason).length;
  expect([count('wrong'), count('locked'), count('too-many-failures')]).toEqual([5, 995, 1]);
});

const account = accountOf(owner.realm, owner.user);

async function openSlowStore(): Promise<Store> {
  const clock = { now: () => Date.UTC(2026, 10, 22) };
  const store = createMemoryStore({ clock, log: createAuditLog(parseKeyRing(newKeyLine(0))) });
  await store.change<Account, void>(account, () => ({ next: accountWith(), result: undefined }));
  return slowStore(store, 5);
}

/** As the product does it: the decision is made inside the change. */
const inOneStep = (store: Store, typed: string): Promise<Verdict> =>
  store.change(account, (current, at) => useCode(current, at, tryOf(typed)));

/** As it must not be done: the decision is made on what was read before. */
async function readThenWrite(store: Store, typed: string): Promise<Verdict> {
  const decision = useCode(await store.read(account), Date.UTC(2026, 10, 22), tryOf(typed));
  return store.change(account, () => decision);
}

it('accepts a code once where a read followed by a write would accept it every time', async () => {
  const [good, naive] = [await openSlowStore(), await openSlowStore()];
  const verdicts = await Promise.all(times(20, () => inOneStep(good, '755224')));
  const naiveVerdicts = await Promise.all(times(20, () => readThenWrite(naive, '755224')));
  const accepted = (list: readonly Verdict[]) => list.filter((verdict) => verdict === 'accepted').length;
  expect([accepted(verdicts), accepted(naiveVerdicts)]).toEqual([1, 20]);
});

it('looks at no more guesses than the limit where a read followed by a write would look at all', async () => {
  const [good, naive] = [await openSlowStore(), await openSlowStore()];
  const verdicts = await Promise.all(times(50, () => inOneStep(good, '000000')));
  const naiveVerdicts = await Promise.all(times(50, () => readThenWrite(naive, '000000')));
  const looked = (list: readonly Verdict[]) => list.filter((verdict) => verdict === 'wrong').length;
  expect([looked(verdicts), looked(naiveVerdicts)]).toEqual([5, 50]);
});
