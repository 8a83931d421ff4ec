import { nameOf } from './codes.ts';
import type { Asked, Contestant } from './contest.ts';
import { type Lane, requestFor, ring } from './lanes.ts';
import { ask, mustBe } from './load.ts';
import type { Stage } from './stages.ts';

/** Something that is asked over and over. */
export interface Question {
  readonly asked: Asked;
  /** In words, for progress. */
  readonly words: string;
  readonly status: number;
  /** A request that the server answers with that status, for the floor to learn the answer from. */
  example(stage: Stage): Promise<Buffer>;
  /** Requests of the same form, which the floor is asked. */
  sample(stage: Stage): Promise<readonly Buffer[]>;
  /** What the stage is asked, anew for each turn. */
  lanes(stage: Stage): Contestant['lanes'];
}

/** Requests that are ready; what they are about comes by turns. */
const ready = 4000;

/** Sessions that are asked about by turns. */
const sessionCount = 640;

/** Assignments that are asked about by turns. */
const assignmentCount = 64;

/** How long assignments are asked about before new ones are started, in milliseconds; they live for 900 seconds. */
const assignmentsMs = 600_000;

/** The right code of a token, once each. */
export const right: Question = {
  asked: 'right',
  words: 'right codes',
  status: 200,
  async example({ crowd }) {
    return crowd.right(1)[0]?.next() as Buffer;
  },
  sample: async ({ crowd }) => crowd.wrong(ready),
  lanes:
    ({ crowd }) =>
    (count) =>
      crowd.right(count),
};

/** A wrong code. */
export const wrong: Question = {
  asked: 'wrong',
  words: 'wrong codes',
  status: 403,
  example: async ({ crowd }) => crowd.wrong(1)[0] as Buffer,
  sample: async ({ crowd }) => crowd.wrong(ready),
  lanes:
    ({ crowd }) =>
    (count) =>
      ring(crowd.wrong(ready), count),
};

/** Does a session hold? */
export const session: Question = asked('session', 'sessions', remembered(openSessions, Number.POSITIVE_INFINITY));

/** How does an approval on the phone stand that nobody has answered yet? */
export const poll: Question = asked('poll', 'polls', remembered(startAssignments, assignmentsMs));

function asked(name: Asked, words: string, requests: (stage: Stage) => Promise<readonly Buffer[]>): Question {
  return {
    asked: name,
    words,
    status: 200,
    example: async (stage) => (await requests(stage))[0] as Buffer,
    sample: requests,
    lanes: (stage) => async (count) => ring(await requests(stage), count),
  };
}

/** The same for a stage as long as it is good. `make` is told how often it was asked for this stage before. */
function remembered(make: (stage: Stage, before: number) => Promise<readonly Buffer[]>, goodMs: number) {
  const known = new Map<
    Stage,
    { readonly times: number; readonly madeAt: number; readonly requests: Promise<readonly Buffer[]> }
  >();
  return (stage: Stage) => {
    const old = known.get(stage);
    if (old !== undefined && performance.now() - old.madeAt < goodMs) return old.requests;
    const times = old?.times ?? 0;
    const made = { times: times + 1, madeAt: performance.now(), requests: make(stage, times) };
    known.set(stage, made);
    return made.requests;
  };
}

async function openSessions({ server, crowd }: Stage): Promise<readonly Buffer[]> {
  const bodies = await answersTo(server.port, crowd.right(Math.min(64, crowd.size), 'sign_in'), sessionCount);
  return bodies.map((body) => {
    const { access_token = '' } = JSON.parse(body) as { readonly access_token?: string };
    return requestFor('verifyUser', { access_token });
  });
}

/** Of other people than before. */
async function startAssignments({ server, crowd }: Stage, before: number): Promise<readonly Buffer[]> {
  const first = before * assignmentCount;
  const people = Array.from({ length: assignmentCount }, (_, index) => nameOf((first + index) % crowd.size));
  const starts = people.map((username) => requestFor('push_start', { username }));
  const bodies = await answersTo(server.port, ring(starts, assignmentCount), assignmentCount);
  return bodies.map((body) => {
    const { assignmentid } = JSON.parse(body) as { readonly assignmentid: string };
    return requestFor('onetouch_check_auth', { assignmentid });
  });
}

/** The bodies of so many answers. */
async function answersTo(port: number, lanes: readonly Lane[], count: number): Promise<readonly string[]> {
  const bodies: string[] = [];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let left = Math.ceil(count / lanes.length); left > 0; left -= 1) {
        const answer = await ask(port, lane.next() as Buffer);
        mustBe(200, answer);
        lane.acknowledge(answer);
        bodies.push(answer.body);
      }
    }),
  );
  return bodies;
}
