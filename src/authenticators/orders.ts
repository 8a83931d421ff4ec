import type { AuthenticatorSettings, AuthenticatorTypeName } from '../core/authenticator-settings.ts';
import type { EventType } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';
import type { Gathered } from '../core/pipeline.ts';
import { Problem } from '../core/problem.ts';
import { type AuthenticatorType, type Done, defineAuthenticator, type Outcome, type Turn } from './authenticator.ts';

type Shown = Readonly<Record<string, unknown>>;

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
}

/** Where an order stands. */
export type View =
  | { readonly pending: Shown }
  | { readonly ending: Ending }
  | { readonly done: Done; readonly shown: Shown; readonly address?: string | undefined };

/** What is special about a service that takes orders. */
export interface OrderType {
  readonly name: AuthenticatorTypeName;
  readonly events: Readonly<Record<'started' | 'completed' | 'failed' | 'ended', EventType>>;
  /** Roles `start` (gives the fact transaction), `check` and `cancel`; `check` and `cancel` get its id as `id`. */
  operations(settings: AuthenticatorSettings): Readonly<Record<'start' | 'check' | 'cancel', Operation>>;
  /** What `start` is asked with, from the page’s data; an ending for what cannot be right. */
  input(turn: Turn): { readonly input: Readonly<Record<string, string>> } | { readonly ending: Ending };
  /** What the page is told of a new order. */
  started(facts: Gathered, turn: Turn): Shown;
  /** The service would not take it. */
  refused(problem: Problem): Ending;
  /** Where it stands after `check`. */
  view(facts: Gathered, turn: Turn): View;
  /** `check` refused: the identified person is nobody here, or the order is gone. */
  lost(problem: Problem): Ending;
  /** It took too long. */
  readonly expired: Ending;
}

interface Kept {
  readonly shown: Shown & { readonly status: string };
  readonly message?: string;
  readonly id?: string;
  readonly startedAt?: number;
  readonly input?: Readonly<Record<string, string>>;
}

const idle: Kept = { shown: { status: 'ABOUT_TO_START' } };

/** An authenticator that places an order, and asks how it stands. One order at a time: a reload, or a second tab, finds the same. */
export function defineOrders(type: OrderType): AuthenticatorType {
  return defineAuthenticator({
    name: type.name,
    operations: (settings) => type.operations(settings),
    messages: {
      state: (turn) => poll(type, turn),
      start: (turn) => start(type, turn),
      cancel: (turn) => cancel(type, turn),
    },
  });
}

function keptIn({ state, settings: { config } }: Turn): Kept {
  const kept = (state as Kept | undefined) ?? idle;
  const caller = config.caller_name !== undefined && { callerName: config.caller_name };
  return { ...kept, shown: { ...kept.shown, ...caller } };
}

function tell({ shown, message }: Kept): Outcome {
  return {
    shown,
    ...(message !== undefined && { message }),
    ...(shown.status.endsWith('ERROR') && { type: 'failure' as const }),
  };
}

function isPending({ shown }: Kept): boolean {
  return shown.status === 'PENDING';
}

async function start(type: OrderType, turn: Turn): Promise<Outcome> {
  const kept = keptIn(turn);
  const asked = type.input(turn);
  if (isPending(kept)) {
    if ('input' in asked && isSame(asked.input, kept.input ?? {})) return tell(kept);
    await drop(type, turn, kept, 'local: cancel');
  }
  if ('ending' in asked) return end(type, turn, asked.ending);
  try {
    const facts = await turn.run('start', asked.input);
    const id = facts.transaction?.id;
    if (id === undefined) throw new Problem('internal', 'the operation began no identification');
    await turn.note(type.events.started);
    const shown = { status: 'PENDING', ...type.started(facts, turn) };
    return keep({ shown, id, startedAt: turn.now, input: asked.input });
  } catch (error) {
    if (!(error instanceof Problem) || isOurs(error)) throw error;
    return end(type, turn, type.refused(error));
  }
}

async function poll(type: OrderType, turn: Turn): Promise<Outcome> {
  const kept = keptIn(turn);
  if (!isPending(kept)) return tell(kept);
  const lastsMs = turn.settings.config.allowed_polling_for_minutes * 60_000;
  if (turn.now - (kept.startedAt ?? 0) >= lastsMs) return expire(type, turn, kept);
  try {
    return await show(type, turn, kept, type.view(await turn.run('check', idOf(kept)), turn));
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return end(type, turn, type.lost(error));
  }
}

async function show(type: OrderType, turn: Turn, kept: Kept, view: View): Promise<Outcome> {
  if ('pending' in view) return keep({ ...kept, shown: { ...kept.shown, ...view.pending, status: 'PENDING' } });
  if ('ending' in view) {
    await forget(turn, kept);
    return end(type, turn, view.ending);
  }
  const user = view.done.user?.id;
  const address = view.address !== undefined && { address: view.address };
  await turn.note(type.events.completed, { ...(user !== undefined && { user }), ...address });
  const shown = { ...kept.shown, ...view.shown, status: 'COMPLETED' };
  return { state: { shown }, shown, done: view.done };
}

async function expire(type: OrderType, turn: Turn, kept: Kept): Promise<Outcome> {
  await forget(turn, kept);
  return end(type, turn, type.expired);
}

async function cancel(type: OrderType, turn: Turn): Promise<Outcome> {
  const kept = keptIn(turn);
  if (isPending(kept)) await drop(type, turn, kept, 'local: cancel');
  return { state: idle, shown: idle.shown, ends: 'cancelled' };
}

async function drop(type: OrderType, turn: Turn, kept: Kept, reason: string): Promise<void> {
  await forget(turn, kept);
  await turn.note(type.events.ended, { reason });
}

/** Whatever the person does from now on, nobody is identified by it. An order that is gone already is gone. */
async function forget(turn: Turn, kept: Kept): Promise<void> {
  await turn.run('cancel', idOf(kept)).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'transaction-unknown') throw error;
  });
}

async function end(type: OrderType, turn: Turn, ending: Ending): Promise<Outcome> {
  const { event, reason, status, shown, message, canRestart } = ending;
  if (event !== undefined) await turn.note(type.events[event], reason === undefined ? {} : { reason });
  return keep({ shown: { ...shown, status, canRestart }, message });
}

function keep(kept: Kept): Outcome {
  return { ...tell(kept), state: kept };
}

function idOf({ id = '' }: Kept): { readonly id: string } {
  return { id };
}

/** The store is gone, or something here is broken: that is no end of an order. */
function isOurs({ code }: Problem): boolean {
  return code === 'internal' || code === 'store-unavailable';
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys({ ...a, ...b }).every((name) => name === 'redirect' || a[name] === b[name]);
}
