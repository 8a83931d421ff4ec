import type { ProblemCode } from '../../core/problem.ts';
import type { CallerRequest } from './caller-request.ts';

/** Why a way of proving did not let the caller in. */
export interface Refusal {
  readonly code: Extract<ProblemCode, 'unauthenticated' | 'not-permitted' | 'unavailable'>;
  /** For the log; holds nothing secret. */
  readonly detail: string;
  readonly cause?: unknown;
}

/** The name by which the caller proved itself, or why it did not. */
export type Verdict = string | Refusal;

/** One way of proving who the caller is. Answers at once where it need not ask anybody. */
export type Prover = (request: CallerRequest) => Verdict | Promise<Verdict>;

/** The refusal of a caller that presented nothing that this way of proving looks at. */
export const nothingShown: Refusal = { code: 'unauthenticated', detail: 'nothing that proves the caller' };

const gravity = { unauthenticated: 0, 'not-permitted': 1, unavailable: 2 } as const;

/**
 * The refusal to tell of two: being unable to check outweighs not being permitted, which outweighs having proved nothing.
 *
 * Of two equal ones, the one that says something of what was presented.
 */
export function graver(first: Refusal, second: Refusal): Refusal {
  if (first === nothingShown) return second;
  return gravity[second.code] > gravity[first.code] ? second : first;
}

/** A name from a certificate or token if it can stand in a log as it is, else `undefined`. */
export function nameFrom(text: unknown): string | undefined {
  return typeof text === 'string' && /^[^\p{C}]{1,256}$/u.test(text) ? text : undefined;
}
