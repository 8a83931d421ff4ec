import { type Contestant, type Match, play, type Turn, warmUp } from '../contest.ts';
import { floorFor, toContestant } from '../measure.ts';
import { type Bench, connections } from '../plan.ts';
import { poll, type Question, right, session } from '../questions.ts';
import { storesOf } from '../stages.ts';
import { type Spread, spread } from '../statistics.ts';

/** What a second process is good for. */
export interface Scaling {
  readonly asked: Question['asked'];
  readonly store: string;
  /** Answers per second, by one and by two processes. */
  readonly one: number;
  readonly two: number;
  /** Rate of two over that of one, in the same round. */
  readonly gain: Spread;
  /** The same of the floor. */
  readonly floorGain: Spread;
  /** The first over the second: 1 when a second process is worth as much as it is to the floor. */
  readonly toFloor: Spread;
  /** CPU per request by two over that by one. */
  readonly cpuGrowth: Spread;
}

/** One process and two, of the floor and of Portvakt, each by turns. */
export async function measureWorkers(bench: Bench): Promise<readonly Scaling[]> {
  const scalings: Scaling[] = [];
  for (const question of [session, poll, right]) scalings.push(...(await measureOne(bench, question)));
  return scalings;
}

async function measureOne(bench: Bench, question: Question): Promise<readonly Scaling[]> {
  const { plan, tell } = bench;
  const [, people] = plan.sizes;
  const contestants: Contestant[] = [];
  const stores = storesOf(bench);
  for (const store of stores) {
    for (const workers of [1, 2]) {
      const stage = await bench.stages.get({ store, people, workers });
      if (contestants.length === 0) {
        for (const processes of [1, 2]) contestants.push(await floorFor(question, stage, processes));
      }
      contestants.push(toContestant(stage, question));
    }
  }
  const { asked, status, words } = question;
  const match: Match = { asked, status, connections, contestants, ...plan };
  tell(`${words}, one process and two: warming up`);
  await warmUp(match, plan.warmUp);
  const rows = await play(match, (done) => tell(`${words}, one process and two: round ${done} of ${plan.rounds}`));
  for (const { server } of contestants.slice(0, 2)) await server.end('SIGTERM');
  const turnsOf = (place: number) => rows[place]?.turns ?? [];
  return stores.map((store, index) =>
    toScaling(asked, store, [turnsOf(0), turnsOf(1)], [turnsOf(2 * index + 2), turnsOf(2 * index + 3)]),
  );
}

type Pair = readonly [one: readonly Turn[], two: readonly Turn[]];

/** What the turns of one process and of two say, of the floor and of a server. */
export function toScaling(asked: Question['asked'], store: string, floor: Pair, own: Pair): Scaling {
  const rate = ({ perSecond }: Turn) => perSecond;
  const gains = ratios(own, rate);
  const floorGains = ratios(floor, rate);
  const middleOf = (turns: readonly Turn[]) => spread(turns.map(rate)).median;
  return {
    asked,
    store,
    one: middleOf(own[0]),
    two: middleOf(own[1]),
    gain: spread(gains),
    floorGain: spread(floorGains),
    toFloor: spread(gains.map((gain, round) => gain / (floorGains[round] ?? Number.NaN))),
    cpuGrowth: spread(ratios(own, ({ cpuMicros }) => cpuMicros)),
  };
}

function ratios([one, two]: Pair, value: (turn: Turn) => number): readonly number[] {
  return two.map((turn, round) => value(turn) / (one[round] === undefined ? Number.NaN : value(one[round])));
}
