import { type Match, play, warmUp } from '../contest.ts';
import type { Findings } from '../findings.ts';
import { floorFor } from '../measure.ts';
import { betterAuth } from '../peers/better-auth.ts';
import { glewlwyd } from '../peers/glewlwyd.ts';
import type { Peer, PeerSetUp } from '../peers/peer.ts';
import { type Race, race } from '../peers/race.ts';
import { type Bench, connections } from '../plan.ts';
import { right } from '../questions.ts';
import { middleStages, type Stage } from '../stages.ts';
import { nameOf } from '../words.ts';

/** Races for each server and way. */
const races = 10;

/** Connections over which one code is sent at once. */
const sent = 64;

/** Other products by the same program: the cost of a check, and how often the same right code is accepted. What is not there is told, not measured. */
export async function measurePeers(bench: Bench): Promise<Partial<Findings>> {
  const { plan, tell } = bench;
  const peers: Peer[] = [];
  const notes: string[] = [];
  for (const setUp of [betterAuth, glewlwyd]) {
    const peer = await tryOpen(setUp, bench);
    if (typeof peer === 'string') notes.push(peer);
    else {
      peers.push(peer);
      notes.push(`${setUp.name}: ${peer.words}.`);
    }
  }
  const stages = await middleStages(bench);
  const [first] = stages;
  if (first === undefined) return { notes };
  const floor = await floorFor(right, first);
  const contestants = [floor, ...peers.map(({ contestant }) => contestant)];
  const match: Match = { asked: 'right', status: 200, connections, contestants, ...plan };
  tell('token checks by other servers: warming up');
  await warmUp(match, plan.warmUp);
  const rows = await play(match, (done) => tell(`token checks by other servers: round ${done} of ${plan.rounds}`));
  await floor.server.end('SIGTERM');
  const found = [...(await raceStages(bench, stages)), ...(await racePeers(bench, peers))];
  for (const peer of peers) await peer.end();
  return { rows: rows.slice(1), races: found, notes };
}

/** A peer that is ready, or why there is none. */
async function tryOpen({ name, open }: PeerSetUp, bench: Bench): Promise<Peer | string> {
  try {
    return await open(bench);
  } catch (error) {
    return `${name} was not measured: ${(error as Error).message}.`;
  }
}

async function raceStages({ plan, stages: all, tell }: Bench, stages: readonly Stage[]): Promise<readonly Race[]> {
  const [, people] = plan.sizes;
  const found: Race[] = [];
  for (const { who } of stages) {
    for (const workers of [1, 2]) {
      const stage = await all.get({ store: who.store === 'PostgreSQL' ? 'PostgreSQL' : 'embedded', people, workers });
      tell(`one code at once: ${nameOf(stage.who)}`);
      const accepted: number[] = [];
      for (let left = races; left > 0; left -= 1) {
        const code = await right.example(stage);
        accepted.push(await race(stage.server.port, Array<Buffer>(sent).fill(code)));
      }
      found.push({ server: nameOf(stage.who), how: 'the name and the code', sent, accepted });
    }
  }
  return found;
}

async function racePeers({ tell }: Bench, peers: readonly Peer[]): Promise<readonly Race[]> {
  const found: Race[] = [];
  for (const { contestant, races: ways } of peers) {
    for (const { how, requests } of ways) {
      tell(`one code at once: ${contestant.who.server}, ${how}`);
      const accepted: number[] = [];
      for (let left = races; left > 0; left -= 1)
        accepted.push(await race(contestant.server.port, await requests(sent)));
      found.push({ server: nameOf(contestant.who), how, sent, accepted });
    }
  }
  return found;
}
