import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswerReader, type HttpAnswer } from '../answer-reader.ts';
import { meter } from '../contest.ts';
import { memoryOf } from '../cpu.ts';
import { requestFor } from '../lanes.ts';
import { ask, connect, mustBe } from '../load.ts';
import { floorFor } from '../measure.ts';
import type { Bench } from '../plan.ts';
import { poll } from '../questions.ts';
import { middleStages, type Stage } from '../stages.ts';
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
  /** Memory that a parked poll takes beside its connection, in kB. */
  readonly kilobytes: Spread;
}

/** What one turn of one server took; CPU in seconds. */
interface Turn {
  readonly plainCpu: number;
  readonly plainMs: number;
  readonly parkedCpu: number;
  readonly wakeMs: number;
  readonly bytes: number;
}

/** Each takes long: fewer than of other things are enough. */
const mostRounds = 3;

/** Connections opened at once. */
const atOnce = 500;

/** What a farm of sign-in pages does at worst: everybody waits, and everybody is told at once. */
export async function measureParked(bench: Bench): Promise<readonly ParkedRow[]> {
  const { plan, tell } = bench;
  const stages = await middleStages(bench);
  const [first] = stages;
  if (first === undefined) return [];
  const floor = await floorFor(poll, first);
  const [request] = await poll.sample(first);
  const turns = stages.map((): Turn[] => []);
  const floors: number[] = [];
  const rounds = Math.min(mostRounds, plan.rounds);
  // The first round is not counted: code is compiled as it is used.
  for (let round = 0; round <= rounds; round += 1) {
    const least = await withConnections(floor.server.port, plan.parked, (sockets) =>
      timed(floor, () => askAll(sockets, request as Buffer)),
    );
    if (round > 0) floors.push(least.cpu);
    for (const [place, stage] of stages.entries()) {
      const turn = await withConnections(stage.server.port, plan.parked, (sockets) => takeTurn(stage, sockets));
      if (round > 0) turns[place]?.push(turn);
    }
    tell(`${plan.parked} polls that wait: round ${round} of ${rounds}`);
  }
  await floor.server.end('SIGTERM');
  return stages.map((stage, place) => toRow(stage, plan.parked, turns[place] ?? [], floors));
}

function toRow({ who }: Stage, polls: number, turns: readonly Turn[], floors: readonly number[]): ParkedRow {
  const over = (value: (turn: Turn, round: number) => number) => spread(turns.map(value));
  return {
    store: who.store ?? '',
    polls,
    toPlain: over(({ parkedCpu, plainCpu }) => parkedCpu / plainCpu),
    toFloor: over(({ parkedCpu }, round) => parkedCpu / (floors[round] ?? Number.NaN)),
    wakeMs: over(({ wakeMs }) => wakeMs),
    plainMs: over(({ plainMs }) => plainMs),
    kilobytes: over(({ bytes }) => bytes / polls / 1000),
  };
}

async function takeTurn(stage: Stage, sockets: readonly Socket[]): Promise<Turn> {
  const { port, pid } = stage.server;
  const started = await ask(port, requestFor('push_start', { username: 'nobody' }));
  mustBe(200, started);
  const { assignmentid } = JSON.parse(started.body) as { readonly assignmentid: string };
  const plain = await timed(stage, () => askAll(sockets, requestFor('onetouch_check_auth', { assignmentid })));
  const idle = memoryOf(pid);
  let parked = idle;
  let beganAt = 0;
  const waited = await timed(stage, async () => {
    const answers = askAll(sockets, requestFor('onetouch_check_auth', { assignmentid }, 'prefer: wait=50\r\n'));
    // Long enough for every one of them to be read and parked.
    await sleep(sockets.length / 2);
    parked = memoryOf(pid);
    beganAt = performance.now();
    mustBe(200, await ask(port, requestFor('onetouch_cancel', { assignmentid })));
    await answers;
  });
  const wakeMs = performance.now() - beganAt;
  return { plainCpu: plain.cpu, plainMs: plain.ms, parkedCpu: waited.cpu, wakeMs, bytes: Math.max(0, parked - idle) };
}

async function timed(server: Parameters<typeof meter>[0], work: () => Promise<void>) {
  const stop = meter(server);
  const began = performance.now();
  await work();
  return { ms: performance.now() - began, cpu: stop().cpu };
}

async function withConnections<R>(port: number, count: number, work: (sockets: readonly Socket[]) => Promise<R>) {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) sockets.push(...(await connect(port, Math.min(atOnce, count - sockets.length))));
    return await work(sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Sends the request over every connection and waits for all answers. @throws Error when one is not 200 */
async function askAll(sockets: readonly Socket[], request: Buffer): Promise<void> {
  const answers = sockets.map((socket) => answerOn(socket));
  for (const socket of sockets) socket.write(request);
  for (const answer of await Promise.all(answers)) mustBe(200, answer);
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
