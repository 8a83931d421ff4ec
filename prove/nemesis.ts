import { setTimeout as pause } from 'node:timers/promises';
import type { Arrangement } from './arrangement.ts';
import { microseconds, type Recorder } from './history.ts';
import type { Node } from './nodes.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** Something bad that can happen to the servers, and its end. */
export interface Blow {
  readonly weight: number;
  /** Resolves when it is over. Tells what happens to whom as it happens. */
  strike(tell: (what: string, node?: Node) => void): Promise<void>;
}

/** Whatever can be done to nodes, one thing after the other, until it is told to stop. */
export interface Nemesis {
  /** How often each thing was done. */
  readonly blows: ReadonlyMap<string, number>;
  /** True once a blow could not be struck, and nothing bad happens any more; {@link heal} says why. */
  hasFailed(): boolean;
  /** Stops, and has everything as it was: all nodes up, their clocks right. @throws what kept a blow from being struck */
  heal(): Promise<void>;
}

/** The farthest that a clock is set off, in milliseconds. */
export const farthestMs = 90_000;

/** Begins to strike the nodes, as is usual in this arrangement. */
export function unleash(
  nodes: readonly Node[],
  arrangement: Pick<Arrangement, 'blows' | 'calm'>,
  { world, recorder, random }: { readonly world: World; readonly recorder: Recorder; readonly random: Random },
): Nemesis {
  const all = arrangement.blows(blowsTo(nodes, world, random), nodes, random);
  const strikers = Math.min(nodes.length, atOnce);
  const blows = new Map<string, number>();
  const stopping = new AbortController();
  const tell = (what: string, node?: Node) => {
    recorder.write({ kind: 'nemesis', time: microseconds(), what, node: node?.name ?? '' });
    const sort = what.replace(/ -?\d.*/, '');
    blows.set(sort, (blows.get(sort) ?? 0) + 1);
  };

  async function go(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(random.whole(100, 1500), undefined, { signal: stopping.signal }).catch(() => {});
      if (!stopping.signal.aborted) await random.weighted(all).strike(tell);
    }
  }
  const going = Promise.all(Array.from({ length: strikers }, go));
  let hasFailed = false;
  going.catch(() => {
    hasFailed = true;
  });

  return {
    blows,
    hasFailed: () => hasFailed,
    async heal() {
      stopping.abort();
      await going;
      await arrangement.calm();
      for (const node of nodes) node.setClock(0);
      for (const node of nodes) if (node.port() === undefined) await node.start();
      tell('healed');
    },
  };
}

/** Blows under way at once: one server may be killed while another stands still. */
const atOnce = 2;

function blowsTo(nodes: readonly Node[], world: World, random: Random): readonly Blow[] {
  const taken = new Set<Node>();
  const some = () => nodes[random.whole(0, nodes.length - 1)] as Node;
  /** A node that nobody else is killing or holding up; nothing happens when they all are. */
  const alone = async (work: (node: Node) => Promise<void>) => {
    const node = some();
    if (taken.has(node)) return;
    taken.add(node);
    await work(node).finally(() => taken.delete(node));
  };
  return [
    {
      weight: 3,
      strike: (tell) =>
        alone(async (node) => {
          tell('killed', node);
          await node.kill();
          await pause(random.whole(0, 1000));
          await node.start();
          tell('started', node);
        }),
    },
    {
      weight: 2,
      strike: (tell) =>
        alone(async (node) => {
          tell('paused', node);
          node.pause();
          await pause(random.whole(200, 6000));
          node.resume();
          tell('resumed', node);
        }),
    },
    {
      weight: 3,
      async strike(tell) {
        const node = some();
        const ahead = random.pick([0, 1000, -1000, 5000, -5000, 30_000, -30_000, farthestMs, -farthestMs]);
        tell(`clock ${ahead}`, node);
        node.setClock(ahead);
      },
    },
    {
      weight: 3,
      async strike(tell) {
        const node = some();
        tell('cut', node);
        world.cut(node, random.whole(10, 100));
      },
    },
  ];
}
