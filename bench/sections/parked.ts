import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswerReader, type HttpAnswer } from '../answer-reader.ts';
import { meter } from '../contest.ts';
import { memoryOf } from '../cpu.ts';
import { requestFor } from '../lanes.ts';
import { ask, connect, mustBe } from '../load.ts';
import { floorFor } from '../measure.ts';
import type { Bench } from '../plan.ts';
import type { ServerProcess } from '../processes.ts';
import { poll } from '../questions.ts';
import { middleStages, openStage, type Stage, storesOf } from '../stages.ts';
import { type Spread, spread } from '../statistics.ts';

/** Polls of one approval that wait at once, each on a connection of its own, until it ends. */
export interface ParkedRow {
  readonly store: string;
  readonly polls: number;
  /** CPU of a poll that waits, over that of a poll that does not: parking it, waking it and answering. */
  readonly toPlain: Spread;
  /** The same over the floor's request, over as many connections. */
  readonly toFloor: Spread;
  /** From the news to the last answer, and for as many polls that do not wait, in milliseconds. */
  readonly wakeMs: Spread;
  readonly plainMs: Spread;
  /** Memory above that of the idle server with the connections open, which has answered on each but parked no poll before, in MB. */
  readonly megabytes: Spread;
}

/** What one turn of one server took; CPU in seconds. */
interface Turn {
  readonly plainCpu: number;
  readonly plainMs: number;
  readonly parkedCpu: number;
  readonly wakeMs: number;
  /** Memory with the connections open and nothing under way, and with every poll parked, in bytes. */
  readonly idle: number;
  readonly parked: number;
}

/** Each takes long: fewer than of other things are enough. */
const mostRounds = 3;

/** Connections opened at once. */
const atOnce = 500;

/** Polls that do not wait are under way at once: a server turns away those beyond a few thousand. */
const plainAtOnce = 1000;

/** What a farm of sign-in pages does at worst: everybody waits, and everybody is told at once. */
export async function measureParked(bench: Bench): Promise<readonly ParkedRow[]> {
  const { plan, tell, folder } = bench;
  const [one] = await middleStages(bench);
  if (one === undefined) return [];
  const floor = await floorFor(poll, one);
  const [first = Buffer.alloc(0)] = await poll.sample(one);
  const polls = plan.parked;
  const stores = storesOf(bench);
  const turns = stores.map((): Turn[] => []);
  const floors: number[] = [];
  const rounds = Math.min(mostRounds, plan.rounds);
  for (let round = 1; round <= rounds; round += 1) {
    const least = await withConnections({ port: floor.server.port, count: polls, first }, (sockets) =>
      timed(floor, () => askAll(sockets, first, plainAtOnce)),
    );
    floors.push(least.cpu);
    for (const [place, store] of stores.entries()) {
      // A new server each time: one that has parked polls before has memory to spare, and nobody would see what they take.
      const own = join(folder, `parked-${round}-${store}`);
      const stage = await openStage(own, { store, people: plan.sizes[0] }, {}, bench);
      turns[place]?.push(await takeTurn(stage, polls));
      await stage.server.end('SIGTERM');
    }
    tell(`${polls} polls that wait: round ${round} of ${rounds}`);
  }
  await floor.server.end('SIGTERM');
  return stores.map((store, place) => toRow({ store, polls }, turns[place] ?? [], floors));
}

function toRow(what: Pick<ParkedRow, 'store' | 'polls'>, turns: readonly Turn[], floors: readonly number[]): ParkedRow {
  const over = (value: (turn: Turn, round: number) => number) => spread(turns.map(value));
  return {
    ...what,
    toPlain: over(({ parkedCpu, plainCpu }) => parkedCpu / plainCpu),
    toFloor: over(({ parkedCpu }, round) => parkedCpu / (floors[round] ?? Number.NaN)),
    wakeMs: over(({ wakeMs }) => wakeMs),
    plainMs: over(({ plainMs }) => plainMs),
    megabytes: over(({ idle, parked }) => Math.max(0, parked - idle) / 1e6),
  };
}

async function takeTurn(stage: Stage, count: number): Promise<Turn> {
  const { port, pid } = stage.server;
  const started = await ask(port, requestFor('push_start', { username: 'nobody' }));
  mustBe(200, started);
  const { assignmentid } = JSON.parse(started.body) as { readonly assignmentid: string };
  const first = requestFor('onetouch_check_auth', { assignmentid });
  const waiting = requestFor('onetouch_check_auth', { assignmentid }, 'prefer: wait=50\r\n');
  return withConnections({ port, count, first }, async (sockets) => {
    const plain = await timed(stage, () => askAll(sockets, first, plainAtOnce));
    const idle = memoryOf(pid);
    let parked = idle;
    let beganAt = 0;
    const waited = await timed(stage, async () => {
      const answers = askAll(sockets, waiting);
      await untilQuiet(stage.server);
      parked = memoryOf(pid);
      beganAt = performance.now();
      mustBe(200, await ask(port, requestFor('onetouch_cancel', { assignmentid })));
      await answers;
    });
    const wakeMs = performance.now() - beganAt;
    return { plainCpu: plain.cpu, plainMs: plain.ms, parkedCpu: waited.cpu, wakeMs, idle, parked };
  });
}

/** Until every poll has been read and waits. @throws Error when the server never rests: a poll that waits is to cost nothing */
async function untilQuiet(server: ServerProcess): Promise<void> {
  const until = performance.now() + 30_000;
  for (let before = Number.NEGATIVE_INFINITY; performance.now() < until; await sleep(500)) {
    const now = server.cpuSeconds();
    if (now - before < 0.1) return;
    before = now;
  }
  throw new Error('the server works although all polls wait');
}

async function timed(server: Parameters<typeof meter>[0], work: () => Promise<void>) {
  const stop = meter(server);
  const began = performance.now();
  await work();
  return { ms: performance.now() - began, cpu: stop().cpu };
}

/** Each asks once when it is opened: a server closes connections on which nothing comes. */
async function withConnections<R>(
  { port, count, first }: { readonly port: number; readonly count: number; readonly first: Buffer },
  work: (sockets: readonly Socket[]) => Promise<R>,
) {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const some = await connect(port, Math.min(atOnce, count - sockets.length));
      sockets.push(...some);
      await askAll(some, first);
    }
    return await work(sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Sends the request once over every connection, with so many under way. @throws Error when an answer is not 200 */
async function askAll(sockets: readonly Socket[], request: Buffer, underWay = sockets.length): Promise<void> {
  const left = sockets.values();
  const askInTurn = async () => {
    for (const socket of left) {
      const answer = answerOn(socket);
      socket.write(request);
      mustBe(200, await answer);
    }
  };
  await Promise.all(Array.from({ length: underWay }, askInTurn));
}

function answerOn(socket: Socket): Promise<HttpAnswer> {
  const read = createAnswerReader();
  return new Promise((resolve, reject) => {
    const onPiece = (piece: Buffer) => {
      const answer = read(piece);
      if (answer === undefined) return;
      socket.off('data', onPiece).off('close', onClose);
      resolve(answer);
    };
    const onClose = () => reject(new Error('a connection was closed'));
    socket.on('data', onPiece).on('close', onClose);
  });
}
