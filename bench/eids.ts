import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { type Contestant, middleOf, play, type Row, type Turn, warmUp } from './contest.ts';
import { requestFor } from './crowd.ts';
import { ask, connect, drive } from './load.ts';
import { type ServerProcess, startBankId, startPortvakt } from './processes.ts';
import { openFloorFor } from './scene.ts';
import { quantile, spread } from './statistics.ts';

/** How much is measured. */
interface Plan {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly warmUp: { readonly requests: number; readonly milliseconds: number };
}

/** A Portvakt that is connected to a simulated BankID. */
interface Scene {
  readonly server: ServerProcess;
  /** Where the user is played. */
  readonly page: string;
}

/** Connections, and identifications at once. */
const connections = 64;

/** BankID is asked again about an order after two seconds. */
const intervalMs = 2000;

/** Figures of identifications with BankID: how a pending one stands, and whole ones from start to end. The simulator is a process of its own. */
export async function measureEids(folder: string, plan: Plan, tell: (text: string) => void): Promise<readonly Row[]> {
  const scene = await openScene(folder);
  const [first = ''] = await startAll(scene, 1);
  const floor = await openFloorFor(scene.server, pollFor(first), 200);
  const contestants: readonly Contestant[] = [
    { name: 'floor', server: floor, isFloor: true, supply: () => toSupply([pollFor(first)]) },
    { name: 'portvakt', server: scene.server, isFloor: false, supply: () => pendingOnes(scene) },
  ];
  // As many questions to BankID as in the long run: one about each order, whatever the length of the turns of others.
  const milliseconds = intervalMs * Math.ceil(plan.milliseconds / intervalMs);
  const match = { codes: 'poll', status: 200, connections, contestants, rounds: plan.rounds, milliseconds } as const;
  tell('warming up, a pending identification');
  await warmUp(match, plan.warmUp);
  const polls = await play(match, (done) => tell(`a pending identification: round ${done} of ${plan.rounds}`));
  return [...polls, await measureWhole(scene, polls[0], plan, tell)];
}

async function openScene(folder: string): Promise<Scene> {
  mkdirSync(folder, { recursive: true });
  const { configuration, page } = await startBankId(join(folder, 'certificates'));
  const operations = ['bankid_start_auth', 'bankid_check_auth'];
  const file = join(folder, 'portvakt.yaml');
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    data: join(folder, 'data'),
    realms: { default: { directories: [{ type: 'built-in' }] } },
    tenants: { t1: { operations, callers: [{ open: true }] } },
    ...(parse(configuration) as object),
  };
  writeFileSync(file, JSON.stringify(config));
  return { server: await startPortvakt(file), page };
}

/** As many new orders as there are connections, asked about by turns. BankID was just asked about each. */
async function pendingOnes(scene: Scene) {
  const polls = (await startAll(scene, connections)).map(pollFor);
  await once(scene.server, polls);
  return toSupply(polls);
}

function toSupply(requests: readonly Buffer[]) {
  return { requests, again: true, acknowledge: () => {}, spent: () => {} };
}

async function startAll({ server }: Scene, count: number): Promise<readonly string[]> {
  const start = requestFor('bankid_start_auth', {});
  const answers = await Promise.all(Array.from({ length: count }, () => ask(server.port, start)));
  return answers.map(({ status, body }) => {
    if (status !== 200) throw new Error(`a start was answered ${status}: ${body}`);
    return (JSON.parse(body) as { readonly transactionID: string }).transactionID;
  });
}

function pollFor(transactionID: string): Buffer {
  return requestFor('bankid_check_auth', { transactionID });
}

/** Whole identifications: a start, a check that asks BankID, and when the user has approved, a check that gets the result and verifies it. */
async function measureWhole(scene: Scene, floor: Row | undefined, { rounds }: Plan, tell: (text: string) => void) {
  const turns: Turn[] = [];
  // The first is not counted: code is compiled as it is used.
  for (let round = 0; round <= rounds; round += 1) {
    const turn = await takeWhole(scene);
    if (round > 0) turns.push(turn);
    tell(`identifications from start to end: round ${round} of ${rounds}`);
  }
  const leastMicros = 3 * (floor?.middle.cpuMicros ?? Number.NaN);
  const row: Row = {
    name: 'portvakt',
    codes: 'eid',
    connections,
    toFloor: spread(turns.map(({ cpuMicros }) => cpuMicros / leastMicros)),
    middle: middleOf(turns),
    turns,
  };
  return row;
}

async function takeWhole(scene: Scene): Promise<Turn> {
  const { server } = scene;
  const cpuBefore = server.cpuSeconds();
  const began = performance.now();
  const ids = await startAll(scene, connections);
  const polls = ids.map(pollFor);
  const asked = await once(server, polls);
  const busyMs = performance.now() - began;
  await approveAll(scene);
  await sleep(intervalMs + 100);
  const beganLast = performance.now();
  const told = await once(server, polls);
  const seconds = (busyMs + performance.now() - beganLast) / 1000;
  const cpu = server.cpuSeconds() - cpuBefore;
  await mustBeDone(server, polls);
  const latencies = [...asked.latencies, ...told.latencies];
  return {
    requests: connections,
    perSecond: connections / seconds,
    cpuMicros: (cpu / connections) * 1e6,
    busy: cpu / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** Sends each of these once, over as many connections. */
async function once(server: ServerProcess, requests: readonly Buffer[]) {
  const sockets = await connect(server.port, requests.length);
  return drive(sockets, { requests, again: false, status: 200, milliseconds: 60_000, onAnswer: () => {} });
}

/** The user approves whatever waits. */
async function approveAll({ page }: Scene): Promise<void> {
  const orders = (await (await fetch(new URL('orders', page))).json()) as {
    readonly ref: string;
    readonly isOpen: boolean;
  }[];
  for (const { ref } of orders.filter(({ isOpen }) => isOpen)) {
    const body = JSON.stringify({ person: '199001012385' });
    await fetch(new URL(`orders/${ref}/approve`, page), { method: 'POST', body });
  }
}

async function mustBeDone({ port }: ServerProcess, polls: readonly Buffer[]): Promise<void> {
  const bodies = await Promise.all(polls.map(async (poll) => (await ask(port, poll)).body));
  const undone = bodies.find((body) => !body.startsWith('{"status":"OK"'));
  if (undone !== undefined) throw new Error(`an identification did not end well: ${undone}`);
}
