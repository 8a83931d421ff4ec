import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CpuProfile, groupTimes, type Share, selfTimes } from './cpu-profile.ts';
import { makeFolder } from './folder.ts';
import { drive } from './load.ts';
import { connections } from './plan.ts';
import { poll, type Question, right, session, wrong } from './questions.ts';
import { openStage } from './stages.ts';

const people = 10_000;

/** Loads a server that profiles itself, another one for each question, and prints where its time went. */
export async function profile(tell: (text: string) => void, milliseconds: number): Promise<void> {
  const folder = makeFolder();
  for (const question of [right, wrong, session, poll]) {
    const { shares, cpuUsed } = await profileOne(join(folder, question.asked), question, milliseconds, tell);
    const lines = [
      `## ${question.words}, ${connections} connections: share of the time in which the server was not idle`,
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

async function profileOne(folder: string, question: Question, milliseconds: number, tell: (text: string) => void) {
  const profiles = join(folder, 'profiles');
  mkdirSync(profiles, { recursive: true });
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500'];
  const stage = await openStage(folder, { store: 'embedded', people, workers: 0 }, { nodeOptions }, { tell });
  const load = { status: question.status, milliseconds };
  const lanes = question.lanes(stage);
  tell(`${question.words}: warming up`);
  await drive(stage.server.port, await lanes(connections), load);
  tell(`${question.words}, with the profiler`);
  const before = stage.server.cpuSeconds();
  const began = performance.now();
  const { seconds } = await drive(stage.server.port, await lanes(connections), load);
  const cpuUsed = (stage.server.cpuSeconds() - before) / seconds;
  await stage.server.end('SIGTERM');
  // One file for each thread; that of the first is number 0, and the other one writes into the store.
  const file = readdirSync(profiles).find((name) => /\.0\.\d+\.cpuprofile$/.test(name)) ?? '';
  const recorded = JSON.parse(readFileSync(join(profiles, file), 'utf8')) as CpuProfile;
  return { cpuUsed, shares: selfTimes(recorded, (performance.now() - began) * 1000) };
}

function toLine({ name, share }: Share): string {
  return `${(share * 100).toFixed(1).padStart(5)} %  ${name}`;
}
