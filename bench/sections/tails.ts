import { type Contestant, meter } from '../contest.ts';
import { drive } from '../load.ts';
import { floorFor, toContestant } from '../measure.ts';
import { pace } from '../pace.ts';
import { type Bench, connections, type Plan } from '../plan.ts';
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
  /** Share of one processor that the server used, and the floor at the same rate. */
  readonly busy: Spread;
  readonly floorBusy: Spread;
  /** The floor's p99 at 70 % of what the floor itself answers. */
  readonly floorsOwnP99Ms: Spread;
}

/** What came of one turn. */
interface Pace {
  readonly p50: number;
  readonly p99: number;
  readonly busy: number;
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
  const { status } = question;
  tell(`${words}: warming up`);
  const rate = share * (await peakOf(own, plan, status));
  const floorsOwnRate = share * (await peakOf(floor, plan, status));
  const ask = async (who: Contestant, perSecond: number) => {
    const lanes = await who.lanes(2 * connections);
    const stop = meter(who);
    const { latencies, seconds } = await pace(who.server.port, lanes, { status, ...plan, perSecond });
    return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), busy: stop().cpu / seconds };
  };
  const turns: { own: Pace; floor: Pace; floorsOwn: Pace }[] = [];
  // The first round is not counted: code is compiled as it is used.
  for (let round = 0; round <= plan.rounds; round += 1) {
    const turn = {
      floorsOwn: await ask(floor, floorsOwnRate),
      floor: await ask(floor, rate),
      own: await ask(own, rate),
    };
    if (round === 0) continue;
    turns.push(turn);
    tell(`${words}: round ${round} of ${plan.rounds}`);
  }
  const tail: Tail = {
    asked: question.asked,
    store: own.who.store ?? '',
    perSecond: rate,
    p50Ms: spread(turns.map((turn) => turn.own.p50)),
    p99Ms: spread(turns.map((turn) => turn.own.p99)),
    floorP99Ms: spread(turns.map((turn) => turn.floor.p99)),
    toFloor: spread(turns.map((turn) => turn.own.p99 / turn.floor.p99)),
    busy: spread(turns.map((turn) => turn.own.busy)),
    floorBusy: spread(turns.map((turn) => turn.floor.busy)),
    floorsOwnP99Ms: spread(turns.map((turn) => turn.floorsOwn.p99)),
  };
  return tail;
}

/** What one answers per second when it is asked all the time, warmed up. */
async function peakOf(who: Contestant, { warmUp, milliseconds }: Plan, status: number): Promise<number> {
  const peaks: number[] = [];
  for (const time of [warmUp.milliseconds, milliseconds, milliseconds, milliseconds]) {
    const lanes = await who.lanes(connections);
    const { answered, seconds } = await drive(who.server.port, lanes, { status, milliseconds: time });
    peaks.push(answered / seconds);
  }
  return spread(peaks.slice(1)).median;
}
