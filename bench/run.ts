/** `npm run bench`: what a request costs, as a ratio to the least it could cost. How to read it: docs/performance.md. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Contestant, type Match, play, type Row, warmUp } from './contest.ts';
import { isWhole, killAndLook } from './durability.ts';
import { measureEids } from './eids.ts';
import { lookAtMachine } from './machine.ts';
import { benchPages } from './pages.ts';
import { benchParked } from './parked.ts';
import { profile } from './profile.ts';
import { toMarkdown, writeResult } from './report.ts';
import { makeFolder, openFloor, openStage, type Stage } from './scene.ts';

const usage = `npm run bench -- [--quick] [--profile] [--parked] [--pages]
  --quick    about a minute, with smaller numbers
  --parked   no table: ten thousand polls that wait at once
  --pages    no table: what the sign-in pages cost a browser
  --profile  no table: where the server's CPU time goes, function by function
`;

/** `warmUp`: what every server answers before the clock starts, of right and of wrong codes, and how long that may take. */
const full = {
  rounds: 7,
  milliseconds: 2500,
  warmUp: { requests: 25_000, milliseconds: 20_000 },
  small: { people: 1000, events: 1000 },
  large: { people: 100_000, events: 1_000_000 },
};
const quick = {
  ...full,
  rounds: 3,
  milliseconds: 800,
  warmUp: { requests: 10_000, milliseconds: 3000 },
  large: { people: 10_000, events: 100_000 },
};

interface Players {
  readonly floors: Record<'right' | 'wrong', Contestant>;
  readonly small: Contestant;
  readonly large: Contestant;
}

/** Answers to right and to wrong codes (HTTP API reference A2, A3). */
const statusOf = { right: 200, wrong: 403 } as const;

/** Progress: one line that is written over at a terminal; elsewhere a new line, but not more often than every few seconds. */
function createTell(): (text: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
    else if (text !== '' && performance.now() - last > 3000) {
      last = performance.now();
      process.stderr.write(`${text}\n`);
    }
  };
}

const tell = createTell();

async function bench(isQuick: boolean): Promise<void> {
  const plan = isQuick ? quick : full;
  const { rounds, milliseconds, small, large } = plan;
  const folder = makeFolder();
  const machine = lookAtMachine(folder);
  const smallStage = await openStage(join(folder, 'small'), small, tell);
  const largeStage = await openStage(join(folder, 'large'), large, tell);
  const players = {
    floors: { right: await floorOf(smallStage, 'right'), wrong: await floorOf(smallStage, 'wrong') },
    small: toContestant('portvakt', smallStage),
    large: toContestant('portvakt, large store', largeStage),
  };
  const rows = await playAll(players, plan);
  rows.push(...(await measureEids(join(folder, 'eid'), plan, tell)));
  tell('killing the servers under load, and reading what they left');
  const survivals = [
    await killAndLook({ ...smallStage, name: players.small.name }, smallStage.configFile, smallStage.events),
    await killAndLook({ ...largeStage, name: players.large.name }, largeStage.configFile, largeStage.events),
  ];
  const at = new Date().toISOString();
  const result = { at, isQuick, rounds, turnSeconds: milliseconds / 1000, machine, small, large, rows, survivals };
  tell('');
  process.stdout.write(`${toMarkdown(result)}\n\nKept in ${writeResult(result)}\n`);
  if (!survivals.every(isWhole)) throw new Error('codes that were acknowledged are lost');
}

/** Every server takes part in everything, so that none knows the work better than another. */
async function playAll(players: Players, plan: typeof full): Promise<Row[]> {
  const { rounds, milliseconds } = plan;
  const matches = ([1, 16, 64] as const).map((connections) => toMatch(players, 'right', connections, plan));
  matches.push(toMatch(players, 'wrong', 64, plan));
  for (const match of matches.slice(2)) {
    tell(`warming up, ${match.codes} codes`);
    await warmUp({ ...match, milliseconds: milliseconds / 2 }, plan.warmUp);
  }
  const rows: Row[] = [];
  for (const match of matches) {
    const words = `${match.codes} codes, ${match.connections} connections`;
    rows.push(...(await play(match, (done) => tell(`${words}: round ${done} of ${rounds}`))));
  }
  return rows;
}

function toMatch(
  { floors, small, large }: Players,
  codes: 'right' | 'wrong',
  connections: number,
  plan: typeof full,
): Match {
  const { rounds, milliseconds } = plan;
  return {
    codes,
    status: statusOf[codes],
    connections,
    contestants: [floors[codes], small, large],
    rounds,
    milliseconds,
  };
}

async function floorOf(stage: Stage, codes: 'right' | 'wrong'): Promise<Contestant> {
  const server = await openFloor(stage, codes, statusOf[codes]);
  return { ...toContestant('floor', stage), server, isFloor: true };
}

function toContestant(name: string, { server, crowd }: Stage): Contestant {
  return { name, server, supply: (codes, count) => crowd[codes === 'right' ? codes : 'wrong'](count), isFloor: false };
}

try {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      parked: { type: 'boolean' },
      pages: { type: 'boolean' },
      profile: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (process.platform !== 'linux') throw new Error('The bench reads /proc: it needs Linux.');
  if (values.help) process.stdout.write(usage);
  else if (values.profile) await profile(tell, values.quick ? 4000 : 12_000);
  else if (values.parked) await benchParked(values.quick ? 3 : 7, tell);
  else if (values.pages) await benchPages(values.quick ? 3 : 7, tell);
  else await bench(values.quick ?? false);
  process.exit(0);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
