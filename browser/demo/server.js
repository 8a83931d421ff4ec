/// <reference lib="dom" />
/** @import { DemoState } from '../../src/server/demo.ts' */

// What the page knows of its server, and how it keeps up with it while somebody looks.

import { announce } from './page.js';

const pollEveryMs = 1000;
/** The countdown moves this often between two polls. */
const tickEveryMs = 250;
const longestPauseMs = 15_000;

/** How long the server may take to answer anything. */
export const patienceMs = 10_000;

/**
 * Changed in this file only. Times are those of `performance.now()`.
 * @type {{ state: DemoState | undefined, receivedAt: number, failures: number, retryAt: number }}
 */
export const known = { state: undefined, receivedAt: 0, failures: 0, retryAt: 0 };

/** What is told: `show` that there is a new state, `tick` that time has passed. */
const views = { show() {}, tick() {} };

/** How often the server was asked: an answer that was overtaken by a later question is not shown. */
let polls = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let nextPoll;
/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/** Begins to keep up with the server. @param {typeof views} told */
export function follow(told) {
  Object.assign(views, told);
  document.addEventListener('visibilitychange', attend);
  attend();
}

function attend() {
  clearInterval(ticking);
  clearTimeout(nextPoll);
  if (document.hidden) return;
  ticking = setInterval(views.tick, tickEveryMs);
  poll();
}

/** Asks what there is to show, shows it, and plans the next time. */
export async function poll() {
  clearTimeout(nextPoll);
  if (document.hidden) return;
  polls += 1;
  const turn = polls;
  const found = await fetchState();
  if (turn !== polls) return;
  const wasAway = known.failures > 0;
  known.failures = found === undefined ? known.failures + 1 : 0;
  if (found !== undefined) {
    known.state = found;
    known.receivedAt = performance.now();
    views.show();
  }
  const isAway = known.failures > 0;
  if (wasAway !== isAway) {
    announce(isAway ? 'Portvakt does not answer. The page tries again by itself.' : 'Portvakt answers again.');
  }
  const pause = isAway ? Math.min(longestPauseMs, pollEveryMs * 2 ** (known.failures - 1)) : untilNextChange();
  known.retryAt = performance.now() + pause;
  views.tick();
  clearTimeout(nextPoll);
  if (!document.hidden) nextPoll = setTimeout(poll, pause);
}

/** @returns {Promise<DemoState | undefined>} undefined when the server is away */
async function fetchState() {
  try {
    const response = await fetch('/demo/state', { signal: AbortSignal.timeout(patienceMs) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** A second, or less when a code changes before that. */
function untilNextChange() {
  const changes = known.state?.people.flatMap(({ tokens }) => tokens.map(({ changesInMs }) => changesInMs)) ?? [];
  return Math.min(pollEveryMs, ...changes.filter((ms) => ms > 0).map((ms) => ms + 20));
}
