import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { eidConfig, eids, operationsOf, playEids } from '../support/eids.ts';
import { hotpOf } from '../support/oath.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { personWith, rfcSeed } from '../support/server.ts';
import { makeSite, type ServerProcess } from '../support/server-process.ts';
import { type Sample, type SteadyLoad, startLoad } from '../support/steady-load.ts';

/** How long the database is away; a minute by `OUTAGE_SECONDS=60`. */
const outageMs = Number(process.env['OUTAGE_SECONDS'] ?? 3) * 1000;

const patient = 300_000 + 3 * outageMs;

/** No answer takes longer, whatever the database does: three times what docs/operating.md says, for a slow machine. */
const longestMs = 3 * 20_000;

const names = Array.from({ length: 12 }, (_, index) => `person-${index}`);
const people = Object.fromEntries(names.map((name) => [name, personWith({ type: 'hotp', id: `token-of-${name}` })]));

async function underLoad(): Promise<{ postgres: Postgres; server: ServerProcess; load: SteadyLoad }> {
  const postgres = await startPostgres(1);
  onTestFinished(() => postgres.end());
  const { running, close } = await playEids(['bankid']);
  onTestFinished(close);
  const config = eidConfig(running, {
    store: postgres.fresh(),
    keys: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    realms: { default: { directories: [{ type: 'built-in', people }], attempts: { limit: 1_000_000 } } },
    tenants: { t1: { operations: ['otp_token_auth', ...operationsOf(['bankid'])], callers: [{ open: true }] } },
  });
  const server = await makeSite(config).serve();
  const { start, check } = eids.bankid;
  const [line] = await server.connect(1);
  const started = await line?.put(start.operation, start.body);
  line?.connection.close();
  const { [check.property]: id } = JSON.parse(started?.body ?? '{}') as Record<string, string>;
  const poll = { operation: check.operation, body: { [check.property]: id } };
  const load = await startLoad({ server, people: names, poll, polls: 3 });
  onTestFinished(() => load.stop());
  await load.more(60, whileThere);
  return { postgres, server, load };
}

const whileThere = (what: Sample['what']) => (what === 'again' ? 403 : 200);

/** What is true of every answer, whenever it came. */
function expectNoFault({ samples }: SteadyLoad): void {
  const kinds = samples.map(({ what, status, retryAfter }) => `${what} ${status} ${retryAfter ?? ''}`.trim());
  const allowed = ['new 200', 'new 403', 'again 403', 'poll 200', 'parked 200'];
  const away = ['new', 'again', 'poll', 'parked'].map((what) => `${what} 503 1`);
  expect([...new Set(kinds)].filter((kind) => ![...allowed, ...away].includes(kind))).toEqual([]);
  expect(Math.max(...samples.map(({ from, to }) => to - from))).toBeLessThan(longestMs);
}

/** Codes of before are dead. Each accepted one was tried again under load as well. */
async function expectUsedUp(server: ServerProcess): Promise<void> {
  const [line] = await server.connect(1);
  for (const username of names) {
    for (let counter = 0; counter < 2; counter += 1) {
      const otp = hotpOf({ secret: rfcSeed }, counter);
      expect((await line?.put('otp_token_auth', { username, otp }))?.status).toBe(403);
    }
  }
  line?.connection.close();
}

/** Tells how long it took until each sort of request was answered as before, and the longest answer; for whoever runs it by hand. */
function tell(title: string, { samples }: SteadyLoad, back: number): void {
  if (process.env['OUTAGE_SECONDS'] === undefined) return;
  const first = (what: Sample['what']) =>
    samples.find((one) => one.what === what && one.to > back && one.status === whileThere(what))?.to ?? Number.NaN;
  const kinds = (['new', 'again', 'poll', 'parked'] as const).map((what) => {
    const own = samples.filter((one) => one.what === what);
    const longest = Math.max(...own.map(({ from, to }) => to - from));
    const away = own.filter(({ status }) => status === 503).length;
    return `${what}: back after ${Math.round(first(what) - back)} ms, ${own.length} answers, ${away} of them 503, longest ${Math.round(longest)} ms`;
  });
  process.stderr.write(`${title}\n  ${kinds.join('\n  ')}\n`);
}

// Invariant: without a durable write there is no yes.
it('answers 503 with Retry-After while its PostgreSQL is stopped under load, and as before once it is back', {
  timeout: patient,
}, async () => {
  const { postgres, server, load } = await underLoad();
  await postgres.halt();
  const gone = performance.now();
  await pause(outageMs);
  await load.more(5, () => 503);
  const starting = performance.now();
  await postgres.resume();
  const back = performance.now();
  await load.more(10, whileThere);
  await load.stop();
  expectNoFault(load);
  const during = load.samples.filter(({ from, to }) => from > gone && to < starting);
  expect([...new Set(during.map(({ status, retryAfter }) => `${status} ${retryAfter}`))]).toEqual(['503 1']);
  await expectUsedUp(server);
  tell('stopped', load, back);
  expect(await server.stop()).toBe(0);
});

it('answers 503 in time when its PostgreSQL stands still with all its connections, and as before once it goes on', {
  timeout: patient,
}, async () => {
  const { postgres, server, load } = await underLoad();
  const all = await processesOf(postgres);
  // New connections are taken by the kernel, and nobody answers: a black hole.
  const signal = (name: NodeJS.Signals) => {
    for (const pid of all) process.kill(pid, name);
  };
  signal('SIGSTOP');
  const gone = performance.now();
  try {
    await load.more(1, () => 503);
    await pause(outageMs);
    await load.more(2, () => 503);
  } finally {
    signal('SIGCONT');
  }
  const back = performance.now();
  await load.more(10, whileThere);
  await load.stop();
  expectNoFault(load);
  const during = load.samples.filter(({ from, to }) => from > gone && to < back);
  expect([...new Set(during.map(({ status, retryAfter }) => `${status} ${retryAfter}`))]).toEqual(['503 1']);
  await expectUsedUp(server);
  tell('stood still', load, back);
  expect(await server.stop()).toBe(0);
});

/** The server and its children, which serve one connection each (proc(5)). */
async function processesOf(postgres: Postgres): Promise<readonly number[]> {
  const pid = postgres.pid();
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
}
