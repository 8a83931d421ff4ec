import type { Supply } from './crowd.ts';
import { connect, drive } from './load.ts';
import type { ServerProcess } from './processes.ts';
import { median, quantile, type Spread, spread } from './statistics.ts';

/** One who takes part. */
export interface Contestant {
  readonly name: string;
  readonly server: ServerProcess;
  /** So many requests that it is asked. The floor is asked the same as another, as often as there is time. */
  supply(codes: Asked, count: number): Supply | Promise<Supply>;
  readonly isFloor: boolean;
}

/** What is asked: codes, or how a pending identification stands. `eid`: a whole identification, which is measured by itself. */
export type Asked = 'right' | 'wrong' | 'poll' | 'eid';

/** What is measured: everybody by turns, round after round. The floor comes first. */
export interface Match {
  readonly codes: Asked;
  readonly status: number;
  readonly connections: number;
  readonly contestants: readonly Contestant[];
  readonly rounds: number;
  /** How long a turn lasts. */
  readonly milliseconds: number;
}

/** One turn of one contestant. */
export interface Turn {
  readonly requests: number;
  readonly perSecond: number;
  /** CPU time of the server process per request, in microseconds. */
  readonly cpuMicros: number;
  /** Share of one processor that the server used. */
  readonly busy: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One line of the result. */
export interface Row {
  readonly name: string;
  readonly codes: Match['codes'];
  readonly connections: number;
  /** CPU per request over the floor's in the same round; absent for the floor. */
  readonly toFloor?: Spread;
  /** CPU per request over that of the first contestant after the floor in the same round; absent for that one. */
  readonly toSmall?: Spread;
  /** Medians over the turns. */
  readonly middle: Turn;
  readonly turns: readonly Turn[];
}

/** Requests made ready for a turn before the rate is known. */
const firstGuessPerSecond = 6000;

/** Plays a match. `onRound` is told how many rounds are played. */
export async function play(match: Match, onRound: (done: number) => void): Promise<readonly Row[]> {
  const turns = match.contestants.map((): Turn[] => []);
  for (let round = 0; round < match.rounds; round += 1) {
    for (const [place, contestant] of match.contestants.entries()) {
      turns[place]?.push(await takeTurn(match, contestant, turns[place].at(-1)?.perSecond));
    }
    onRound(round + 1);
  }
  return match.contestants.map(({ name, isFloor }, place) => {
    const own = turns[place] ?? [];
    const over = (others: readonly Turn[] = []) =>
      spread(own.map(({ cpuMicros }, round) => cpuMicros / (others[round]?.cpuMicros ?? Number.NaN)));
    return {
      name,
      codes: match.codes,
      connections: match.connections,
      ...(isFloor ? {} : { toFloor: over(turns[0]) }),
      ...(place < 2 ? {} : { toSmall: over(turns[1]) }),
      middle: middleOf(own),
      turns: own,
    };
  });
}

/** Lets every contestant answer so many requests, as far as the time allows: code is compiled as it is used, so the first are not like the later. */
export async function warmUp(match: Match, limit: { readonly requests: number; readonly milliseconds: number }) {
  for (const contestant of match.contestants) {
    const until = performance.now() + limit.milliseconds;
    let answered = 0;
    while (answered < limit.requests && performance.now() < until) {
      answered += (await takeTurn(match, contestant)).requests;
    }
  }
}

async function takeTurn(
  match: Match,
  { server, supply: supplyOf, isFloor }: Contestant,
  perSecond = firstGuessPerSecond,
) {
  const { codes, status, connections, milliseconds } = match;
  const wanted = isFloor ? firstGuessPerSecond : perSecond * 1.5;
  const supply = await supplyOf(codes, Math.ceil((wanted * milliseconds) / 1000) + connections);
  const onAnswer = isFloor ? () => {} : supply.acknowledge;
  const sockets = await connect(server.port, connections);
  const before = server.cpuSeconds();
  const load = { requests: supply.requests, again: isFloor || supply.again === true, status, milliseconds, onAnswer };
  const { sent, answered, seconds, latencies } = await drive(sockets, load);
  const cpu = server.cpuSeconds() - before;
  if (!isFloor) supply.spent(sent);
  return {
    requests: answered,
    perSecond: answered / seconds,
    cpuMicros: (cpu / answered) * 1e6,
    busy: cpu / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** The medians over some turns. */
export function middleOf(turns: readonly Turn[]): Turn {
  const of = (property: keyof Turn) => median(turns.map((turn) => turn[property]));
  return {
    requests: of('requests'),
    perSecond: of('perSecond'),
    cpuMicros: of('cpuMicros'),
    busy: of('busy'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
  };
}
