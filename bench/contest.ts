import type { Lane } from './lanes.ts';
import { drive } from './load.ts';
import type { ServerProcess } from './processes.ts';
import { median, quantile, type Spread, spread } from './statistics.ts';

/** What is asked. The unit of the last two is a whole identification, of several requests. */
export type Asked = 'right' | 'wrong' | 'session' | 'poll' | 'pending' | 'push' | 'bankid';

/** Who takes part: which server, and how it is set up. */
export interface Who {
  readonly server: string;
  /** Where it keeps what it knows; the floor keeps nothing. */
  readonly store?: string;
  readonly people?: number;
  /** Processes that answer. */
  readonly workers: number;
}

/** One who takes part. */
export interface Contestant {
  readonly who: Who;
  readonly server: ServerProcess;
  /** CPU time that the database of the server has used so far, in seconds; absent where the store is part of the server. */
  databaseSeconds?(): number;
  /** What it is asked, anew for each turn. */
  lanes(connections: number): readonly Lane[] | Promise<readonly Lane[]>;
}

/** What is measured: everybody by turns, round after round. The floor comes first. */
export interface Match {
  readonly asked: Asked;
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
  /** CPU time of the server per request, in microseconds. */
  readonly cpuMicros: number;
  /** The same of its database. */
  readonly databaseMicros: number;
  /** Share of one processor that the server used. */
  readonly busy: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One line of the result. */
export interface Row {
  readonly who: Who;
  readonly asked: Asked;
  readonly connections: number;
  /** Requests in the unit; 1 unless whole identifications are measured. */
  readonly requestsEach: number;
  /** The server's CPU per request over the floor's in the same round; absent for the floor. */
  readonly toFloor?: Spread;
  /** The database's CPU per request over the floor's in the same round. */
  readonly databaseToFloor?: Spread;
  /** Medians over the turns. */
  readonly middle: Turn;
  readonly turns: readonly Turn[];
}

/** Plays a match. `onRound` is told how many rounds are played. */
export async function play(match: Match, onRound: (done: number) => void): Promise<readonly Row[]> {
  const turns = match.contestants.map((): Turn[] => []);
  for (let round = 0; round < match.rounds; round += 1) {
    for (const [place, contestant] of match.contestants.entries()) {
      turns[place]?.push(await takeTurn(match, contestant));
    }
    onRound(round + 1);
  }
  const { asked, connections } = match;
  return match.contestants.map(({ who }, place) =>
    toRow({ who, asked, connections, requestsEach: 1 }, turns[place] ?? [], turns[0]),
  );
}

/** A line of the result, from its turns and the floor's in the same rounds. */
export function toRow(
  what: Pick<Row, 'who' | 'asked' | 'connections' | 'requestsEach'>,
  turns: readonly Turn[],
  floor: readonly Turn[] = [],
): Row {
  const least = (round: number) => (floor[round]?.cpuMicros ?? Number.NaN) * what.requestsEach;
  const over = (part: (turn: Turn) => number) => spread(turns.map((turn, round) => part(turn) / least(round)));
  const hasDatabase = turns.some(({ databaseMicros }) => databaseMicros > 0);
  return {
    ...what,
    ...(turns !== floor && { toFloor: over(({ cpuMicros }) => cpuMicros) }),
    ...(hasDatabase && { databaseToFloor: over(({ databaseMicros }) => databaseMicros) }),
    middle: middleOf(turns),
    turns,
  };
}

/** Lets every contestant answer so many requests, as far as the time allows: code is compiled as it is used, so the first are not like the later. */
export async function warmUp(match: Match, limit: { readonly requests: number; readonly milliseconds: number }) {
  for (const contestant of match.contestants) {
    const until = performance.now() + limit.milliseconds;
    let answered = 0;
    while (answered < limit.requests && performance.now() < until) {
      answered += (await takeTurn({ ...match, milliseconds: limit.milliseconds / 4 }, contestant)).requests;
    }
  }
}

async function takeTurn({ status, connections, milliseconds }: Match, contestant: Contestant): Promise<Turn> {
  const lanes = await contestant.lanes(connections);
  const stop = meter(contestant);
  const { answered, seconds, latencies } = await drive(contestant.server.port, lanes, { status, milliseconds });
  return toTurn(answered, seconds, latencies, stop());
}

/** Begins to measure CPU time; the function returned tells how much was used since, in seconds. */
export function meter({ server, databaseSeconds = () => 0 }: Pick<Contestant, 'server' | 'databaseSeconds'>) {
  const before = { cpu: server.cpuSeconds(), database: databaseSeconds() };
  return () => ({ cpu: server.cpuSeconds() - before.cpu, database: databaseSeconds() - before.database });
}

/** The figures of a turn. */
export function toTurn(
  answered: number,
  seconds: number,
  latencies: readonly number[],
  { cpu, database }: { readonly cpu: number; readonly database: number },
): Turn {
  return {
    requests: answered,
    perSecond: answered / seconds,
    cpuMicros: (cpu / answered) * 1e6,
    databaseMicros: (database / answered) * 1e6,
    busy: cpu / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

function middleOf(turns: readonly Turn[]): Turn {
  const of = (property: keyof Turn) => median(turns.map((turn) => turn[property]));
  return {
    requests: of('requests'),
    perSecond: of('perSecond'),
    cpuMicros: of('cpuMicros'),
    databaseMicros: of('databaseMicros'),
    busy: of('busy'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
  };
}
