import type { Row } from '../contest.ts';
import { measure } from '../measure.ts';
import type { Bench } from '../plan.ts';
import { poll, right, session, wrong } from '../questions.ts';
import { middleStages, stagesOfAllSizes } from '../stages.ts';

/** Right codes and sessions with stores of every size, and wrong codes. */
export async function measureChecks(bench: Bench): Promise<readonly Row[]> {
  const all = await stagesOfAllSizes(bench);
  const middle = await middleStages(bench);
  return [
    ...(await measure(bench, right, all)),
    ...(await measure(bench, right, middle, 1)),
    ...(await measure(bench, wrong, middle)),
  ];
}

/** Whether sessions hold, and how approvals stand. */
export async function measureReads(bench: Bench): Promise<readonly Row[]> {
  const all = await stagesOfAllSizes(bench);
  const middle = await middleStages(bench);
  return [...(await measure(bench, session, all)), ...(await measure(bench, poll, middle))];
}
