import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { createCrew } from './crew.ts';
import { createHandOut } from './hand-out.ts';
import type { Orders } from './words.ts';
import type { Worker } from './worker.ts';

const orders = { url: 'http://127.0.0.1:1' } as Orders;

/** A worker without a process: the test says when it is ready, what it takes, and when it dies. */
function puppet(number: number) {
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Awaited<Worker['ended']>>();
  ready.promise.catch(() => {});
  const given: Socket[] = [];
  const left: string[] = [];
  const end = (servedMs: number) => ended.resolve({ how: 'it was told to', inOrder: true, servedMs });
  const worker: Worker = {
    number,
    pid: undefined,
    ready: ready.promise,
    ended: ended.promise,
    load: () => given.length,
    give: (connection) => void given.push(connection),
    takeBack: () => given.splice(0),
    ask: async () => undefined,
    lastWords: () => undefined,
    leave: () => void left.push('asked'),
    kill: () => void left.push('killed'),
  };
  return { worker, given, left, ready, end };
}

const until = (isSo: () => boolean) => vi.waitFor(() => expect(isSo()).toBe(true), { interval: 2, timeout: 30_000 });

/** A crew of so many, of puppets. */
function crewOf(count: number) {
  const hired: ReturnType<typeof puppet>[] = [];
  const gaveUp: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const handOut = createHandOut();
  const crew = createCrew({
    count,
    handOut,
    log,
    longestPauseMs: 1,
    hire(number) {
      const made = puppet(number);
      hired.push(made);
      return made.worker;
    },
    onDeath() {},
    onGiveUp: ({ message }) => gaveUp.push(message),
  });
  const hiredSoFar = async (wanted: number) => {
    await until(() => hired.length >= wanted);
    return hired.at(-1) as ReturnType<typeof puppet>;
  };
  return { crew, handOut, hired, gaveUp, hiredSoFar };
}

async function started(count: number) {
  const all = crewOf(count);
  const starting = all.crew.start(orders);
  for (const { ready } of all.hired) ready.resolve();
  await starting;
  return all;
}

const connection = () => ({ destroy() {} }) as unknown as Socket;

it('starts all or none', async () => {
  const { crew, hired } = crewOf(3);
  const starting = crew.start(orders);
  hired[0]?.ready.resolve();
  hired[1]?.ready.reject(new Error('the disk is gone'));
  hired[2]?.ready.resolve();
  await expect(starting).rejects.toThrow('the disk is gone');
  expect(hired.map(({ left }) => left)).toEqual([['killed'], ['killed'], ['killed']]);
});

it('gives each connection to who has the fewest, and what a dead one did not take to another', async () => {
  const { handOut, hired } = await started(2);
  for (let count = 0; count < 6; count += 1) handOut.give(connection());
  expect(hired.map(({ given }) => given.length)).toEqual([3, 3]);
  hired[0]?.given.splice(0, 2);
  handOut.give(connection());
  expect(hired.map(({ given }) => given.length)).toEqual([2, 3]);
  hired[0]?.end(60_000);
  await until(() => hired[1]?.given.length === 5);
});

it('replaces who dies; connections wait for the new one when there is no other', async () => {
  const { crew, handOut, hired, hiredSoFar } = await started(1);
  hired[0]?.end(60_000);
  const second = await hiredSoFar(2);
  expect(crew.present()).toEqual([]);
  handOut.give(connection());
  second.ready.resolve();
  await until(() => second.given.length > 0);
  expect(crew.present()).toEqual([second.worker]);
});

it('has the new one ready before the old one gets no more', async () => {
  const { crew, handOut, hired, hiredSoFar } = await started(1);
  const replacing = crew.replaceAll(orders);
  const second = await hiredSoFar(2);
  handOut.give(connection());
  expect(hired[0]).toMatchObject({ left: [], given: [{}] });
  second.ready.resolve();
  await replacing;
  handOut.give(connection());
  expect([hired[0]?.left, hired[0]?.given.length, second.given.length]).toEqual([['asked'], 1, 1]);
  // It was told to leave: nobody takes its place a second time.
  hired[0]?.end(60_000);
  await turn();
  await turn();
  expect(hired).toHaveLength(2);
});

it('keeps all who are there when one of the new ones does not start', async () => {
  const { crew, hired, hiredSoFar } = await started(2);
  const replacing = crew.replaceAll(orders);
  (await hiredSoFar(3)).ready.resolve();
  (await hiredSoFar(4)).ready.reject(new Error('no'));
  await expect(replacing).rejects.toThrow('no');
  expect(crew.present()).toEqual([hired[0]?.worker, hired[1]?.worker]);
  expect(hired.slice(0, 3).map(({ left }) => left)).toEqual([[], [], ['asked']]);
});

it('gives up when nobody is left and none can be started, not before', async () => {
  const { hired, gaveUp, hiredSoFar } = await started(2);
  hired[0]?.end(5);
  // Far more vain starts than it takes: the other is still there.
  for (let count = 3; count < 15; count += 1) (await hiredSoFar(count)).ready.reject(new Error('no memory'));
  await hiredSoFar(15);
  expect(gaveUp).toEqual([]);
  hired[1]?.end(60_000);
  for (let count = 15; gaveUp.length === 0; count += 1) (await hiredSoFar(count)).ready.reject(new Error('no memory'));
  expect(gaveUp).toEqual(['no memory']);
});

it('starts nobody any more once it stops', async () => {
  const { crew, hired } = await started(2);
  const stopping = crew.stop({ seconds: 5, cutsIdle: true });
  for (const { end } of hired) end(5);
  expect(await stopping).toEqual([]);
  expect([hired.length, hired.map(({ left }) => left)]).toEqual([2, [['asked'], ['asked']]]);
});

it('replaces nobody any more once it stops', async () => {
  const { crew, hired, hiredSoFar } = await started(2);
  const replacing = crew.replaceAll(orders);
  const third = await hiredSoFar(3);
  const stopping = crew.stop({ seconds: 5, cutsIdle: true });
  third.ready.resolve();
  await expect(replacing).rejects.toThrow('the server is stopping');
  await expect(crew.replaceAll(orders)).rejects.toThrow('the server is stopping');
  for (const { end } of hired) end(5);
  expect(await stopping).toEqual([]);
  expect(hired).toHaveLength(3);
});
