import type { AuthenticatorSettings, AuthenticatorTypeName } from '../core/authenticator-settings.ts';
import type { EventType } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';
import type { Gathered } from '../core/pipeline.ts';
import type { Problem } from '../core/problem.ts';
import type { Done, Turn } from './authenticator.ts';

/** Fields of the state, as the page is told them. */
export type Shown = Readonly<Record<string, unknown>>;

/** How an order ends without anybody being proved. */
export interface Ending {
  /** `FREJA_ERROR`: the service said so; `ERROR`: our own doing (Fortified ID’s list of `status`). */
  readonly status: 'FREJA_ERROR' | 'ERROR';
  readonly shown: Shown;
  readonly message: string;
  /** Whether a new start makes sense. */
  readonly canRestart: boolean;
  /** Event that it leaves; none for what the service was never asked. */
  readonly event?: 'failed' | 'ended';
  /** The service’s code, or `local: …`. */
  readonly reason?: string;
  /** No app had taken it: another order may take its place. */
  readonly isUnseen?: boolean;
}

/** What a pending order is told as. */
export interface Pending {
  /** Stays until it is told otherwise. */
  readonly pending: Shown;
  /** True at this moment only. */
  readonly fresh?: Shown | undefined;
}

/** Where an order stands. */
export type View =
  | Pending
  | { readonly ending: Ending }
  | { readonly done: Done; readonly shown: Shown; readonly address?: string | undefined };

/** What is asked of the service. */
export interface Asked {
  /** For whom: what makes one order another one than that before. */
  readonly input: Readonly<Record<string, string>>;
  /** What goes with it. */
  readonly way?: Readonly<Record<string, string>>;
}

/** How an order that an app on the same device takes is bound to the browser that asked: the app leads back with a word only that browser counts with. */
export interface WayBack {
  /** What is told when somebody was identified, and nobody has come back yet. */
  readonly waits: Shown;
  /** Nobody came back. */
  readonly missed: Ending;
  /** Somebody came back to a browser that has asked for nothing. */
  readonly stranger: Ending;
}

/** What is special about a service that takes orders. */
export interface OrderType {
  readonly name: AuthenticatorTypeName;
  readonly events: Readonly<Record<'started' | 'completed' | 'failed' | 'ended', EventType>>;
  /** Roles `start` (gives the fact transaction), `look` (how it stands), `check` (the same, once approved: with the person here) and `cancel`. */
  operations(settings: AuthenticatorSettings): Readonly<Record<'start' | 'look' | 'check' | 'cancel', Operation>>;
  /** What `look`, `check` and `cancel` are asked with about the order with this id. */
  about(id: string): Readonly<Record<string, string>>;
  /** What `start` is asked with, from the page’s data; an ending for what cannot be right. `code`: what the app must lead back with. */
  input(turn: Turn, code: string): Asked | { readonly ending: Ending };
  /** Fields of the state before the start. */
  idle?(turn: Turn): Shown;
  /** What the page is told of a new order. */
  started(facts: Gathered, turn: Turn): Pending;
  /** The service would not take it. */
  refused(problem: Problem): Ending;
  /** Where it stands after `look` or `check`. `before`: what the page was told last. */
  view(facts: Gathered, turn: Turn, before: Shown): View;
  /** `look` or `check` refused: the identified person is nobody here, or the order is gone. */
  lost(problem: Problem): Ending;
  /** It took too long. */
  readonly expired: Ending;
  readonly back?: WayBack;
  /** How often an order that no app has taken is replaced by another one; never unless given. */
  renewals?(settings: AuthenticatorSettings): number;
}
