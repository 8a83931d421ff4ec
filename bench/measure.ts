import { type Contestant, type Match, play, type Row, warmUp } from './contest.ts';
import { openFloor } from './floors.ts';
import { ring } from './lanes.ts';
import { type Bench, connections as usual } from './plan.ts';
import type { Question } from './questions.ts';
import type { Stage } from './stages.ts';

/** Asks the floor and some stages the same, round after round. The floor's row comes first. */
export async function measure(
  { plan, tell }: Bench,
  question: Question,
  stages: readonly Stage[],
  connections = usual,
): Promise<readonly Row[]> {
  const [first] = stages;
  if (first === undefined) return [];
  const floor = await floorFor(question, first);
  const { asked, status, words } = question;
  const contestants = [floor, ...stages.map((stage) => toContestant(stage, question))];
  const match: Match = { asked, status, connections, contestants, ...plan };
  tell(`${words}, ${connections} connections: warming up`);
  await warmUp(match, plan.warmUp);
  const rows = await play(match, (done) =>
    tell(`${words}, ${connections} connections: round ${done} of ${plan.rounds}`),
  );
  await floor.server.end('SIGTERM');
  return rows;
}

/** A floor that answers what the stage answers to the question. */
export async function floorFor(question: Question, stage: Stage, processes = 1): Promise<Contestant> {
  const requests = await question.sample(stage);
  const server = await openFloor(stage.server, await question.example(stage), question.status, processes);
  return { who: { server: 'floor', workers: processes }, server, lanes: (count) => ring(requests, count) };
}

/** The stage as one who takes part. */
export function toContestant(stage: Stage, question: Question): Contestant {
  const { who, server, databaseSeconds } = stage;
  return { who, server, lanes: question.lanes(stage), ...(databaseSeconds && { databaseSeconds }) };
}
