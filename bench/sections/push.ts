import type { HttpAnswer } from '../answer-reader.ts';
import { nameOf } from '../codes.ts';
import { meter, type Row, type Turn, toRow, toTurn } from '../contest.ts';
import { type Device, enrolDevice } from '../device.ts';
import { type Lane, requestFor } from '../lanes.ts';
import { ask, drive, mustBe } from '../load.ts';
import { floorFor } from '../measure.ts';
import { type Bench, connections } from '../plan.ts';
import { poll } from '../questions.ts';
import { middleStages, type Stage } from '../stages.ts';

/** Start, a question, what the device fetches, its answer, and the question that is told. */
const requestsEach = 5;

/** Whole approvals on the phone, each person with a device of their own; the unit is one approval. */
export async function measurePush(bench: Bench): Promise<readonly Row[]> {
  const { plan, tell } = bench;
  const stages = await middleStages(bench);
  const [first] = stages;
  if (first === undefined) return [];
  const floor = await floorFor(poll, first);
  const people = await Promise.all(stages.map(enrolAll));
  const floorTurns: Turn[] = [];
  const turns = stages.map((): Turn[] => []);
  // The first round is not counted: code is compiled as it is used.
  for (let round = 0; round <= plan.rounds; round += 1) {
    const least = await takeTurn(bench, floor, await floor.lanes(connections), 1);
    if (round > 0) floorTurns.push(least);
    for (const [place, stage] of stages.entries()) {
      const turn = await takeTurn(bench, stage, (people[place] ?? []).map(approvals), requestsEach);
      if (round > 0) turns[place]?.push(turn);
    }
    tell(`approvals from start to end: round ${round} of ${plan.rounds}`);
  }
  await floor.server.end('SIGTERM');
  return stages.map(({ who }, place) =>
    toRow({ who, asked: 'push', connections, requestsEach }, turns[place] ?? [], floorTurns),
  );
}

interface Approver {
  readonly username: string;
  readonly device: Device;
}

/** The last of the crowd: the first have open requests that are polled, and a new one would end them. */
function enrolAll({ server: { port }, crowd }: Stage): Promise<readonly Approver[]> {
  return Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      const username = nameOf(crowd.size - 1 - index);
      const answer = await ask(port, requestFor('onetouch_enroll', { username }));
      mustBe(200, answer);
      const { code } = JSON.parse(answer.body) as { readonly code: string };
      return { username, device: await enrolDevice(port, code) };
    }),
  );
}

async function takeTurn(
  { plan }: Bench,
  contestant: Parameters<typeof meter>[0],
  lanes: readonly Lane[],
  requests: number,
): Promise<Turn> {
  const stop = meter(contestant);
  const { port } = contestant.server;
  const { answered, seconds, latencies } = await drive(port, lanes, { status: 200, milliseconds: plan.milliseconds });
  return toTurn(answered / requests, seconds, latencies, stop());
}

/** One approval after the other, of the same person. @throws Error when one does not end well */
function approvals({ username, device }: Approver): Lane {
  const start = requestFor('push_start', { username });
  let request = start;
  let check = start;
  let step = 0;
  const steps: readonly ((answer: Record<string, unknown>) => Buffer)[] = [
    ({ assignmentid }) => {
      check = requestFor('onetouch_check_auth', { assignmentid: String(assignmentid) });
      fetched = String(assignmentid);
      return check;
    },
    () => device.request('fetch', { assignment: fetched }),
    (shown) => device.approve(shown),
    () => check,
    ({ status }) => {
      if (status !== 'CONFIRMED') throw new Error(`an approval did not end well: ${status}`);
      return start;
    },
  ];
  let fetched = '';
  return {
    next: () => request,
    acknowledge({ body }: HttpAnswer) {
      request = steps[step]?.(JSON.parse(body) as Record<string, unknown>) ?? start;
      step = (step + 1) % steps.length;
    },
  };
}
