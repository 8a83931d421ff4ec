import type { Crowd, Person } from '../crowd.ts';
import type { World } from '../world.ts';
import { type Approvals, approve, poll, pollOld } from './approvals.ts';
import { guess } from './guesses.ts';
import { useIssued } from './issued.ts';
import { createMemory } from './memory.ts';
import { createSessions, signIn, verifyOld, verifySession } from './sessions.ts';
import { replay, useCounters, useSteps } from './tokens.ts';

/** What clients do, over and over. */
export interface Workload {
  /** So many of them at once, until `isOver`; resolves when the last has its last answer. */
  run(lanes: number, isOver: () => boolean): Promise<void>;
  /** Asks once more about everything that was promised: used codes, sessions, ends of assignments. */
  askAgain(lanes: number): Promise<void>;
}

/** One thing to do, with how often it is chosen. A person takes part in one scenario at a time. */
interface Scenario {
  readonly weight: number;
  readonly sort?: keyof Crowd;
  readonly play: (person: Person) => Promise<void>;
}

/** Sessions that are asked about to the end. */
const sessionsKept = 2000;

/** Codes of each token that are tried again at the end. */
const triedAgain = 3;

/** Clients of these people. */
export function createWorkload(world: World, crowd: Crowd): Workload {
  const memory = createMemory();
  const sessions = createSessions(world.random, sessionsKept);
  const approvals: Approvals = { devices: new Map(), recent: [] };
  const scenarios: readonly Scenario[] = [
    { weight: 28, sort: 'hotp', play: (person) => useCounters(world, person, memory) },
    { weight: 24, sort: 'totp', play: (person) => useSteps(world, person, memory) },
    { weight: 6, sort: 'hotp', play: (person) => replay(world, person, memory) },
    { weight: 6, sort: 'totp', play: (person) => replay(world, person, memory) },
    { weight: 8, sort: 'guessed', play: (person) => guess(world, person, memory) },
    { weight: 4, sort: 'strict', play: (person) => guess(world, person, memory) },
    { weight: 8, sort: 'signers', play: (person) => signIn(world, person, memory, sessions) },
    { weight: 6, play: () => verifyOld(world, sessions) },
    { weight: 6, sort: 'issued', play: (person) => useIssued(world, person) },
    { weight: 5, sort: 'approvers', play: (person) => approve(world, person, approvals) },
    { weight: 4, play: () => pollOld(world, approvals) },
  ];
  const free = new Map(Object.entries(crowd).map(([sort, people]) => [sort, [...people]]));

  async function playOne(): Promise<void> {
    const { sort, play } = world.random.weighted(scenarios);
    const people = sort === undefined ? undefined : free.get(sort);
    const at = people === undefined ? 0 : world.random.whole(0, people.length - 1);
    const [person] = people?.splice(at, 1) ?? [];
    if (sort !== undefined && person === undefined) return;
    await play(person ?? nobody);
    if (person !== undefined) people?.push(person);
  }

  return {
    run: (lanes, isOver) =>
      inLanes(lanes, async () => {
        if (isOver()) return false;
        await playOne();
        return true;
      }),
    async askAgain(lanes) {
      const people = Object.values(crowd).flat();
      const last: (() => Promise<unknown>)[] = [
        ...Array.from({ length: people.length * triedAgain }, (_, index) => () => {
          return replay(world, people[index % people.length] as Person, memory);
        }),
        ...sessions.all.map((access) => () => verifySession(world, access)),
        ...approvals.recent.map((id) => () => poll(world, id)),
      ];
      await inLanes(lanes, async () => {
        const ask = last.pop();
        await ask?.();
        return ask !== undefined;
      });
    },
  };
}

const nobody: Person = { realm: 'open', user: '' };

async function inLanes(lanes: number, one: () => Promise<boolean>): Promise<void> {
  const lane = async () => {
    while (await one());
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
