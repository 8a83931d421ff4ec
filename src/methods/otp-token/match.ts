import type { Token } from '../../core/account.ts';
import { hotp } from './hotp.ts';

/** How far from the expected place a code may lie. */
export interface Window {
  /** HOTP: how many counters beyond the next one are tried (RFC 4226 §7.4). */
  readonly lookAhead: number;
  /** TOTP: how many time steps to either side are tried (RFC 6238 §5.2). */
  readonly driftSteps: number;
}

/** Where a code was found: the counter or time step, and whether it is still good or was used or passed before. */
export interface Match {
  readonly counter: number;
  readonly good: boolean;
}

type Hmac = (message: Uint8Array) => Uint8Array;

/** The time step of a TOTP token at an instant, by the server's clock (T0 = 0). */
export function stepAt(token: Token, at: number): number {
  return Math.floor(at / 1000 / token.periodSeconds);
}

/**
 * Looks for the code among those the token may show now. Stops at a good one; otherwise tries all, so that a refusal does not tell why.
 *
 * Compares whole numbers of 31 bits, which takes the same time whatever digits differ.
 */
export function matchCode(token: Token, code: string, hmac: Hmac, at: number, window: Window): Match | undefined {
  const wanted = code.length === token.digits ? Number(code) : -1;
  let used: Match | undefined;
  for (const counter of candidates(token, at, window)) {
    if (hotp(hmac, counter, token.digits) !== wanted) continue;
    if (counter >= token.next) return { counter, good: true };
    used = { counter, good: false };
  }
  return used;
}

/** How many codes {@link matchCode} computes before it refuses. */
export function triesFor(token: Token, at: number, window: Window): number {
  return [...candidates(token, at, window)].length;
}

/** The most of them that any one token takes. */
export function mostTries({ lookAhead, driftSteps }: Window): number {
  return Math.max(lookAhead + 2, 2 * driftSteps + 1);
}

function* candidates(token: Token, at: number, { lookAhead, driftSteps }: Window): Generator<number> {
  if (token.type === 'hotp') {
    for (let counter = token.next; counter <= token.next + lookAhead; counter += 1) yield counter;
    // The one before the next is tried last, to tell a code that was used from one that is wrong.
    if (token.next > 0) yield token.next - 1;
    return;
  }
  const here = stepAt(token, at) + token.drift;
  if (here >= 0) yield here;
  for (let away = 1; away <= driftSteps; away += 1) {
    if (here >= away) yield here - away;
    if (here + away >= 0) yield here + away;
  }
}

/** Resynchronisation windows: our choice within RFC 4226 §7.4 and RFC 6238 §6. */
export const resyncWindow = { counters: 100, steps: 20 } as const;

/** The counter or step of the first of two consecutive codes, where both are good; looks far ahead, never back. */
export function matchPair(token: Token, first: string, second: string, hmac: Hmac, at: number): number | undefined {
  const here = stepAt(token, at) + token.drift;
  const from = token.type === 'hotp' ? token.next : Math.max(token.next, here - resyncWindow.steps);
  const to = token.type === 'hotp' ? token.next + resyncWindow.counters : here + resyncWindow.steps;
  const isFor = (code: string, counter: number) =>
    code.length === token.digits && hotp(hmac, counter, token.digits) === Number(code);
  for (let counter = from; counter < to; counter += 1) {
    if (isFor(first, counter) && isFor(second, counter + 1)) return counter;
  }
  return undefined;
}
