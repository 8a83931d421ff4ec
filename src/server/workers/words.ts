import type { Config } from '../../config/schema.ts';
import type { Leave } from '../drain.ts';

/** With what a worker begins. Plain JSON; holds secrets, so it goes by the channel between the two processes and nowhere else. */
export interface Orders {
  readonly config: Config;
  /** Where people and their programs reach the server. */
  readonly url: string;
  readonly managementUrl: string | undefined;
  /** What only whoever made the orders and the worker understand. */
  readonly more?: unknown;
}

/** What either of the two asks the other; answered by {@link Answer} with the same number. */
export interface Question {
  readonly is: 'question';
  readonly number: number;
  readonly about: string;
  readonly with?: unknown;
}

/** See {@link Question}. `value` is absent when there is none to be had. */
export interface Answer {
  readonly is: 'answer';
  readonly number: number;
  readonly value?: unknown;
}

/** What a primary says to a worker. A connection goes with `take`. */
export type ToWorker =
  | { readonly is: 'begin'; readonly number: number; readonly orders: Orders }
  | { readonly is: 'take' }
  | { readonly is: 'leave'; readonly leave: Leave }
  | Question
  | Answer;

/** What a worker says to its primary. */
export type FromWorker =
  | { readonly is: 'ready' }
  /** It cannot start, or could not stop in good order. */
  | { readonly is: 'failed'; readonly text: string }
  /** The last thing it says: its metrics. */
  | { readonly is: 'counted'; readonly metrics: unknown }
  /** Connections it was given so far and has taken; how many of them are open. */
  | { readonly is: 'load'; readonly taken: number; readonly open: number }
  | Question
  | Answer;
