import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startLdapResponder } from '../support/ldap-responder.ts';
import { hotpOf } from '../support/oath.ts';
import { startRelay } from '../support/relay.ts';
import { personWith, rfcSeed } from '../support/server.ts';
import { type Line, makeSite, type ServerProcess } from '../support/server-process.ts';

const names = Array.from({ length: 16 }, (_, index) => `person-${index}`);
const codes = Array.from({ length: 400 }, (_, counter) => hotpOf({ secret: rfcSeed }, counter));
const base = 'dc=example,dc=org';

/** A directory that knows everyone, behind a port that is a black hole until it `isReached`. */
async function lostDirectory() {
  const state = { isReached: false, checksPasswords: true };
  const directory = await startLdapResponder({
    search(_, filter) {
      const [uid = ''] = /person-\d+/.exec(filter) ?? [];
      return { code: 0, entries: [{ dn: `uid=${uid},${base}`, attributes: { uid: [uid] } }] };
    },
    bind: (_, password) => (state.checksPasswords ? { code: password === 'right-secret' ? 0 : 49 } : undefined),
  });
  const port = Number(new URL(directory.url).port);
  const relay = await startRelay(() => (state.isReached ? connect(port, '127.0.0.1') : undefined));
  onTestFinished(async () => {
    await relay.end();
    await directory.end();
  });
  return { url: `ldap://127.0.0.1:${relay.port}`, connections: relay.connections, end: relay.end, state };
}

/** Callers of tenant `t1` have the built-in directory; each other tenant has an LDAP directory of its own, with these settings. */
async function startServer(directories: Readonly<Record<string, object>>) {
  const realms = Object.entries(directories).map(([id, own]) => {
    return [id, { directories: [{ type: 'ldap', allowPlain: true, base, ...own }] }];
  });
  const tenants = Object.keys(directories).map((id) => {
    return [id, { realm: id, operations: ['sign_in'], callers: [{ open: true }] }];
  });
  const people = Object.fromEntries(names.map((name) => [name, personWith({ type: 'hotp', id: name })]));
  const steps = [{ step: 'find-claimant' }, { step: 'check-password' }];
  const site = makeSite({
    drainSeconds: 0,
    operations: { sign_in: { summary: 'Password only', steps } },
    realms: { default: { directories: [{ type: 'built-in', people }] }, ...Object.fromEntries(realms) },
    tenants: { t1: { operations: ['otp_token_auth'], callers: [{ open: true }] }, ...Object.fromEntries(tenants) },
  });
  const server = await site.serve();
  /** What the audit log says about those who need an LDAP directory; the server is stopped for it. */
  async function eventsOfTheOthers() {
    await server.stop();
    return (await site.events()).filter(({ tenant }) => tenant !== undefined && tenant !== 't1');
  }
  return { ...server, eventsOfTheOthers };
}

/** So many sign in at once as this tenant. Statuses as they come in, oldest first; `all` resolves with the last. */
async function ask({ connect: open }: ServerProcess, tenant: string, count: number, password = 'wrong-secret') {
  const answers: (number | undefined)[] = [];
  const all = (await open(count)).map(async (line, index) => {
    answers.push(await signIn(line, tenant, index, password));
  });
  return { answers, all: Promise.all(all) };
}

async function signIn(line: Line, tenant: string, index: number, password: string): Promise<number | undefined> {
  const username = names[index % names.length];
  return (await line.put('sign_in', { username, password }, { tenant }))?.status;
}

/** One after the other; the statuses. */
async function times(count: number, put: (round: number) => Promise<number | undefined>) {
  const statuses = [];
  for (let round = 0; round < count; round += 1) statuses.push(await put(round));
  return statuses;
}

/** Callers of tenant `t1`, one for each person; each call asks for so many operations of each of them, and goes on where the last one ended. */
async function healthyCallers({ connect: open }: ServerProcess) {
  const lines = await open(names.length);
  let next = 0;
  return async (each: number) => {
    const from = next;
    next += each;
    const all = lines.map((line, index) =>
      times(each, async (round) => {
        const body = { username: names[index], otp: codes[from + round] };
        return (await line.put('otp_token_auth', body))?.status;
      }),
    );
    return (await Promise.all(all)).flat();
  };
}

/** True when there are some, and all are this. */
function allAre(status: number, statuses: readonly unknown[]): boolean {
  return statuses.length > 0 && statuses.every((one) => one === status);
}

const patient = { timeoutMs: 60_000, connectTimeoutMs: 60_000, failures: 1000 };
const inTime = { timeout: 30_000 };

it('answers thousands who do not need a directory before the first who waits for it', async () => {
  const [lost, near] = [await lostDirectory(), await lostDirectory()];
  near.state.isReached = true;
  const server = await startServer({
    lost: { ...patient, urls: [lost.url], atOnce: 8, waiting: 16 },
    near: { urls: [near.url] },
  });
  const { answers, all } = await ask(server, 'lost', 40);
  await expect.poll(() => answers.length, inTime).toBe(16);
  // Some go on asking for it all the while.
  let isAsking = true;
  const persistent = (await server.connect(4)).map(async (line, index) => {
    const statuses = [];
    while (isAsking) statuses.push(await signIn(line, 'lost', index, 'wrong-secret'));
    return statuses;
  });
  const nearby = await ask(server, 'near', 16, 'right-secret');
  const healthy = await (await healthyCallers(server))(200);
  await nearby.all;
  isAsking = false;
  const turnedAway = (await Promise.all(persistent)).flat();
  expect({ waiting: 40 - answers.length, connections: lost.connections() }).toEqual({ waiting: 24, connections: 8 });
  expect([allAre(200, healthy), allAre(200, nearby.answers), allAre(503, turnedAway)]).toEqual([true, true, true]);
  await lost.end();
  await all;
  expect(allAre(503, answers)).toBe(true);
  expect((await server.eventsOfTheOthers()).filter(({ tenant }) => tenant === 'lost')).toEqual([]);
});

it('is as quick, for those who do not need the directory, as when nobody waits for it', async () => {
  const { url, connections, end } = await lostDirectory();
  const server = await startServer({ lost: { ...patient, urls: [url] } });
  const call = await healthyCallers(server);
  async function quickest(): Promise<number> {
    const took = [];
    for (let round = 0; round < 4; round += 1) {
      const began = performance.now();
      expect(allAre(200, await call(30))).toBe(true);
      took.push(performance.now() - began);
    }
    return Math.min(...took);
  }
  const before = await quickest();
  const { answers, all } = await ask(server, 'lost', 80);
  await expect.poll(connections, inTime).toBe(16);
  const meanwhile = await quickest();
  expect(answers).toEqual([]);
  await end();
  await all;
  const afterwards = await quickest();
  expect(meanwhile / Math.max(before, afterwards)).toBeLessThan(2);
});

it('answers those who wait in the order of their deadlines', async () => {
  const { url } = await lostDirectory();
  const queue = { ...patient, urls: [url], atOnce: 2, waiting: 8 };
  const server = await startServer({ late: { ...queue, timeoutMs: 4000 }, soon: { ...queue, timeoutMs: 500 } });
  const late = await ask(server, 'late', 10);
  const soon = await ask(server, 'soon', 10);
  await soon.all;
  expect(late.answers).toEqual([]);
  await late.all;
  expect([allAre(503, soon.answers), allAre(503, late.answers)]).toEqual([true, true]);
  expect(await server.eventsOfTheOthers()).toEqual([]);
});

it('leaves a directory alone that has failed repeatedly', async () => {
  const { url, connections } = await lostDirectory();
  const server = await startServer({ lost: { urls: [url], timeoutMs: 200, failures: 3, openMs: 3_600_000 } });
  const [line] = await server.connect(1);
  await times(3, async () => line && signIn(line, 'lost', 0, 'wrong-secret'));
  const { answers, all } = await ask(server, 'lost', 50);
  await all;
  expect(allAre(503, answers)).toBe(true);
  expect(connections()).toBe(3);
});

it('tries it with one operation at a time, finds it back, and has counted nothing against anyone', async () => {
  const { url, connections, state } = await lostDirectory();
  const server = await startServer({ lost: { urls: [url], timeoutMs: 1500, failures: 1, openMs: 100 } });
  await (await ask(server, 'lost', 1)).all;
  while (connections() === 1) {
    const { answers, all } = await ask(server, 'lost', 16);
    await all;
    expect(allAre(503, answers)).toBe(true);
  }
  expect(connections()).toBe(2);
  state.isReached = true;
  let found: readonly (number | undefined)[] = [503];
  while (found[0] === 503) {
    const { answers, all } = await ask(server, 'lost', 1, 'right-secret');
    await all;
    found = answers;
  }
  expect(found).toEqual([200]);
  expect(await server.eventsOfTheOthers()).toMatchObject([{ tenant: 'lost', event: 'password.accepted' }]);
});

it('counts nothing against a person whose password the directory does not look at', async () => {
  const { url, state } = await lostDirectory();
  Object.assign(state, { isReached: true, checksPasswords: false });
  const server = await startServer({ lost: { urls: [url], timeoutMs: 1000, failures: 1000 } });
  const [line] = await server.connect(1);
  const signInAs = (password: string) => line && signIn(line, 'lost', 0, password);
  expect(allAre(503, await times(10, async () => signInAs('wrong-secret')))).toBe(true);
  state.checksPasswords = true;
  expect(await signInAs('right-secret')).toBe(200);
  expect(await server.eventsOfTheOthers()).toMatchObject([{ tenant: 'lost', event: 'password.accepted' }]);
});

it('stops when it is told to, whoever waits for a directory', { timeout: 30_000 }, async () => {
  const { url, connections } = await lostDirectory();
  const server = await startServer({ lost: { ...patient, urls: [url], atOnce: 8, waiting: 16 } });
  await ask(server, 'lost', 24);
  await expect.poll(connections).toBe(8);
  // Seen to fail (the process goes on until their minute is over) when the directories are not closed.
  expect(await server.stop()).toBe(0);
  expect(server.output()).toContain('\nStopped.\n');
});
