import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { meter, type Row, type Turn, toRow, toTurn } from '../contest.ts';
import { onceEach, requestFor, ring } from '../lanes.ts';
import { drive } from '../load.ts';
import { measure } from '../measure.ts';
import { type Bench, connections } from '../plan.ts';
import { startBankId } from '../processes.ts';
import type { Question } from '../questions.ts';
import { openStage, type Stage, storesOf } from '../stages.ts';

/** BankID is asked again about an order after two seconds. */
const intervalMs = 2000;

/** A start, a check that asks BankID, and one that gets the result. */
const requestsEach = 3;

/** Identifications with BankID: how a pending one stands, and whole ones from start to end. The simulator is a process of its own. */
export async function measureBankId(bench: Bench): Promise<readonly Row[]> {
  const { plan, folder } = bench;
  const simulator = await startBankId(join(folder, 'bankid'));
  const stages: Stage[] = [];
  for (const store of storesOf(bench)) {
    const settings = parse(simulator.configuration) as object;
    const operations = ['bankid_start_auth', 'bankid_check_auth'];
    const wanted = { store, people: plan.sizes[0] };
    stages.push(await openStage(join(folder, `bankid-${store}`), wanted, { settings, operations }, bench));
  }
  // As many questions to BankID as in the long run: one about each order, whatever the length of the turns of others.
  const milliseconds = intervalMs * Math.ceil(plan.milliseconds / intervalMs);
  const pendingRows = await measure({ ...bench, plan: { ...plan, milliseconds } }, pending, stages);
  const whole = await measureWhole(bench, stages, simulator.page, pendingRows[0]?.turns ?? []);
  for (const { server } of stages) await server.end('SIGTERM');
  await simulator.end();
  return [...pendingRows, ...whole];
}

/** How does an identification stand that the person has not answered? Asked of as many new orders as there are connections. */
const pending: Question = {
  asked: 'pending',
  words: 'pending identifications',
  status: 200,
  example: async (stage) => (await startAll(stage, 1))[0] as Buffer,
  sample: (stage) => startAll(stage, 1),
  lanes: (stage) => async (count) => {
    const polls = await startAll(stage, count);
    // BankID was just asked about each.
    await once(stage, polls);
    return ring(polls, count);
  },
};

/** Starts so many identifications; gives the checks that ask about them. */
async function startAll(stage: Stage, count: number): Promise<readonly Buffer[]> {
  const start = requestFor('bankid_start_auth', {});
  const { bodies } = await once(
    stage,
    Array.from({ length: count }, () => start),
  );
  return bodies.map((body) => {
    const { transactionID } = JSON.parse(body) as { readonly transactionID: string };
    return requestFor('bankid_check_auth', { transactionID });
  });
}

/** Sends each of these once, over as many connections. */
async function once({ server }: Pick<Stage, 'server'>, requests: readonly Buffer[]) {
  const { lanes, bodies } = onceEach(requests);
  const outcome = await drive(server.port, lanes, { status: 200, milliseconds: 60_000 });
  return { ...outcome, bodies: bodies() };
}

async function measureWhole({ plan, tell }: Bench, stages: readonly Stage[], page: string, floor: readonly Turn[]) {
  const turns = stages.map((): Turn[] => []);
  // The first is not counted: code is compiled as it is used.
  for (let round = 0; round <= plan.rounds; round += 1) {
    for (const [place, stage] of stages.entries()) {
      const turn = await takeWhole(stage, page);
      if (round > 0) turns[place]?.push(turn);
    }
    tell(`identifications from start to end: round ${round} of ${plan.rounds}`);
  }
  return stages.map(({ who }, place) =>
    toRow({ who, asked: 'bankid', connections, requestsEach }, turns[place] ?? [], floor),
  );
}

async function takeWhole(stage: Stage, page: string): Promise<Turn> {
  const stop = meter(stage);
  const began = performance.now();
  const polls = await startAll(stage, connections);
  const asked = await once(stage, polls);
  const busyMs = performance.now() - began;
  await approveAll(page);
  await sleep(intervalMs + 100);
  const beganLast = performance.now();
  const told = await once(stage, polls);
  const seconds = (busyMs + performance.now() - beganLast) / 1000;
  const used = stop();
  await mustBeDone(stage, polls);
  return toTurn(connections, seconds, [...asked.latencies, ...told.latencies], used);
}

/** Asks a few times: on a busy machine BankID's answer may come after the one to the check. @throws Error when one is not approved */
async function mustBeDone(stage: Stage, polls: readonly Buffer[]): Promise<void> {
  for (let left = 10; ; left -= 1) {
    const { bodies } = await once(stage, polls);
    const undone = bodies.find((body) => !body.startsWith('{"status":"OK"'));
    if (undone === undefined) return;
    if (left === 0) throw new Error(`an identification did not end well: ${undone}`);
    await sleep(intervalMs / 2);
  }
}

/** The user approves whatever waits. */
async function approveAll(page: string): Promise<void> {
  const orders = (await (await fetch(new URL('orders', page))).json()) as {
    readonly ref: string;
    readonly isOpen: boolean;
  }[];
  // All at once: an order that nobody has opened ends after half a minute, and those of earlier turns are among them.
  await Promise.all(
    orders
      .filter(({ isOpen }) => isOpen)
      .map(async ({ ref }) => {
        const body = JSON.stringify({ person: '199001012385' });
        await fetch(new URL(`orders/${ref}/approve`, page), { method: 'POST', body });
      }),
  );
}
