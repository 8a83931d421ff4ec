import type { Contestant } from '../contest.ts';
import { drive } from '../load.ts';
import { floorFor, toContestant } from '../measure.ts';
import { pace } from '../pace.ts';
import { type Bench, connections } from '../plan.ts';
import { poll, type Question, right, session } from '../questions.ts';
import { middleStages } from '../stages.ts';
import { quantile, type Spread, spread } from '../statistics.ts';

/** How long requests take when the server has less to do than it could. */
export interface Tail {
  readonly asked: Question['asked'];
  readonly store: string;
  /** Requests per second: 70 % of what the server answers when it is asked all the time. */
  readonly perSecond: number;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  /** The floor's, at the same rate. */
  readonly floorP99Ms: Spread;
  /** The first over the second, in the same round. */
  readonly toFloor: Spread;
}

const share = 0.7;

/** Requests at an even rate, by Portvakt and by the floor. */
export async function measureTails(bench: Bench): Promise<readonly Tail[]> {
  const tails: Tail[] = [];
  for (const question of [right, session, poll]) {
    for (const stage of await middleStages(bench)) {
      const floor = await floorFor(question, stage);
      tails.push(await measureOne(bench, question, floor, toContestant(stage, question)));
      await floor.server.end('SIGTERM');
    }
  }
  return tails;
}

async function measureOne({ plan, tell }: Bench, question: Question, floor: Contestant, own: Contestant) {
  const words = `${question.words} at 70 % of the peak, ${own.who.store}`;
  tell(`${words}: warming up`);
  const peaks: number[] = [];
  const { status } = question;
  for (const milliseconds of [plan.warmUp.milliseconds, plan.milliseconds, plan.milliseconds, plan.milliseconds]) {
    const { answered, seconds } = await drive(own.server.port, await own.lanes(connections), { status, milliseconds });
    peaks.push(answered / seconds);
  }
  const perSecond = share * spread(peaks.slice(1)).median;
  const times: { p50: number; p99: number; floor: number }[] = [];
  // The first round is not counted: code is compiled as it is used.
  for (let round = 0; round <= plan.rounds; round += 1) {
    const ask = async ({ server, lanes }: Contestant) => {
      const load = { status, milliseconds: plan.milliseconds, perSecond };
      return (await pace(server.port, await lanes(2 * connections), load)).latencies;
    };
    const least = await ask(floor);
    const latencies = await ask(own);
    if (round === 0) continue;
    times.push({ p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), floor: quantile(least, 0.99) });
    tell(`${words}: round ${round} of ${plan.rounds}`);
  }
  const tail: Tail = {
    asked: question.asked,
    store: own.who.store ?? '',
    perSecond,
    p50Ms: spread(times.map(({ p50 }) => p50)),
    p99Ms: spread(times.map(({ p99 }) => p99)),
    floorP99Ms: spread(times.map((time) => time.floor)),
    toFloor: spread(times.map((time) => time.p99 / time.floor)),
  };
  return tail;
}
