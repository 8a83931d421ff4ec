import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contestant, type Match, play } from './contest.ts';
import { type CpuProfile, groupTimes, type Share, selfTimes } from './cpu-profile.ts';
import { makeFolder, openStage } from './scene.ts';

const size = { people: 1000, events: 1000 };
const connections = 64;

/** Loads a server that profiles itself, with right and then (another one) with wrong codes, and prints where its time went. */
export async function profile(tell: (text: string) => void, milliseconds: number): Promise<void> {
  const folder = makeFolder();
  for (const [codes, status] of [
    ['right', 200],
    ['wrong', 403],
  ] as const) {
    const { shares, cpuUsed } = await profileOne(join(folder, codes), { codes, status }, milliseconds, tell);
    const lines = [
      `## ${codes} codes, ${connections} connections: share of the time in which the server was not idle`,
      `It used ${(cpuUsed * 100).toFixed(0)} % of a processor. Waiting counts too: in commit for the disk, anywhere for a processor.`,
      '',
      ...groupTimes(shares).map(toLine),
      '',
      ...shares.slice(0, 25).map(toLine),
      '',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

async function profileOne(
  folder: string,
  kind: Pick<Match, 'status'> & { readonly codes: 'right' | 'wrong' },
  milliseconds: number,
  tell: (text: string) => void,
) {
  const profiles = join(folder, 'profiles');
  mkdirSync(profiles, { recursive: true });
  const options = ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500'];
  const { server, crowd } = await openStage(folder, size, tell, options);
  const supply: Contestant['supply'] = (_, count) => crowd[kind.codes](count);
  const contestant: Contestant = { name: 'portvakt', server, supply, isFloor: false };
  const match = { ...kind, connections, contestants: [contestant], milliseconds };
  await play({ ...match, rounds: 1 }, () => tell('warming up'));
  const began = performance.now();
  const [row] = await play({ ...match, rounds: 1 }, () => tell(`${kind.codes} codes, with the profiler`));
  await server.end('SIGTERM');
  const [file = ''] = readdirSync(profiles);
  const recorded = JSON.parse(readFileSync(join(profiles, file), 'utf8')) as CpuProfile;
  return { cpuUsed: row?.middle.busy ?? 0, shares: selfTimes(recorded, (performance.now() - began) * 1000) };
}

function toLine({ name, share }: Share): string {
  return `${(share * 100).toFixed(1).padStart(5)} %  ${name}`;
}
