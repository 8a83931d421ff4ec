import { Problem } from '../core/problem.ts';
import { type AuthenticatorType, defineAuthenticator, type Outcome, type Turn, textIn } from './authenticator.ts';
import type { Asked, Ending, OrderType, Shown, View } from './order-type.ts';

interface Kept {
  readonly shown: Shown & { readonly status: string };
  readonly message?: string;
  readonly id?: string;
  readonly startedAt?: number;
  /** For whom. */
  readonly input?: Asked['input'];
  /** How many orders were replaced by this one. */
  readonly renewed?: number;
  /** What the app leads back with. */
  readonly code?: string;
  /** It has. */
  readonly isBack?: boolean;
}

/** An authenticator that places an order, and asks how it stands. One order at a time: a reload, or a second tab, finds the same. */
export function defineOrders(type: OrderType): AuthenticatorType {
  return defineAuthenticator({
    name: type.name,
    operations: (settings) => type.operations(settings),
    messages: {
      state: async (turn) => timed(turn, await poll(type, turn)),
      start: async (turn) => timed(turn, await start(type, turn)),
      cancel: (turn) => cancel(type, turn),
    },
    look: async (turn) => {
      const outcome = await look(type, turn);
      return outcome && timed(turn, outcome);
    },
    drop: (turn) => drop(type, turn, keptIn(type, turn)),
  });
}

function idle(type: OrderType, turn: Turn): Kept {
  return { shown: { ...type.idle?.(turn), status: 'ABOUT_TO_START' } };
}

function keptIn(type: OrderType, turn: Turn): Kept {
  const kept = (turn.state as Kept | undefined) ?? idle(type, turn);
  return { ...kept, shown: { ...kept.shown, ...caller(turn) } };
}

function tell({ shown, message }: Kept, fresh?: Shown): Outcome {
  return {
    shown: { ...shown, ...fresh },
    ...(message !== undefined && { message }),
    ...(shown.status.endsWith('ERROR') && { type: 'failure' as const }),
  };
}

/** With how long the page may go on asking. It is told, never kept. */
function timed(turn: Turn, outcome: Outcome): Outcome {
  if (outcome.shown['status'] !== 'PENDING') return outcome;
  const { startedAt = turn.now } = (outcome.state ?? turn.state ?? {}) as Partial<Kept>;
  const secondsLeft = Math.max(0, Math.ceil((startedAt + patienceMs(turn) - turn.now) / 1000));
  return { ...outcome, shown: { ...outcome.shown, secondsLeft } };
}

function isPending({ shown }: Kept): boolean {
  return shown.status === 'PENDING';
}

async function start(type: OrderType, turn: Turn): Promise<Outcome> {
  const kept = keptIn(type, turn);
  const code = turn.newReference();
  const asked = type.input(turn, code);
  if (isPending(kept)) {
    if ('input' in asked && isIn(asked.input, kept.input ?? {})) return (await look(type, turn)) ?? tell(kept);
    await drop(type, turn, kept);
  }
  return 'ending' in asked ? end(type, turn, asked.ending) : place(type, turn, { asked, code });
}

async function place(
  type: OrderType,
  turn: Turn,
  { asked, code, renewed = 0 }: { readonly asked: Asked; readonly code: string; readonly renewed?: number },
): Promise<Outcome> {
  // Each one makes somebody’s phone ring.
  if (renewed === 0 && !turn.mayOrder()) return end(type, turn, tooOften);
  try {
    const facts = await turn.run('start', { ...asked.way, ...asked.input });
    const id = facts.transaction?.id;
    if (id === undefined) throw new Problem('internal', 'the operation began no identification');
    await turn.note(type.events.started);
    const { pending, fresh } = type.started(facts, turn);
    const shown = { ...caller(turn), status: 'PENDING', ...pending };
    const back = type.back !== undefined && { code, isBack: false };
    return keep({ shown, id, startedAt: turn.now, input: asked.input, renewed, ...back }, fresh);
  } catch (error) {
    if (!(error instanceof Problem) || isOurs(error)) throw error;
    return end(type, turn, type.refused(error));
  }
}

/** Nothing was asked of anybody, so nothing is noted. */
const tooOften: Ending = { status: 'ERROR', shown: {}, message: 'common.unavailable', canRestart: true };

function caller({ settings: { config } }: Turn): Shown {
  return config.caller_name === undefined ? {} : { callerName: config.caller_name };
}

/** Nothing is changed here: how an order stands that goes on as it went on before. */
async function look(type: OrderType, turn: Turn): Promise<Outcome | undefined> {
  const kept = keptIn(type, turn);
  if (textIn(turn.data, 'return') !== undefined) return undefined;
  if (!isPending(kept)) return tell(kept);
  if (isLate(turn, kept)) return undefined;
  const facts = await turn.run('look', type.about(idOf(kept))).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return undefined;
  });
  if (facts === undefined || facts.transaction?.state === 'approved') return undefined;
  const view = type.view(facts, turn, kept.shown);
  return 'pending' in view && isIn(view.pending, kept.shown) ? tell(kept, view.fresh) : undefined;
}

async function poll(type: OrderType, turn: Turn): Promise<Outcome> {
  const kept = comeBack(type, turn, keptIn(type, turn));
  if ('ending' in kept) return tell(keptOf(type, turn, kept.ending));
  if (!isPending(kept)) return tell(kept);
  if (isLate(turn, kept)) return expire(type, turn, kept);
  try {
    return await show(type, turn, kept, await seen(type, turn, kept));
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return end(type, turn, type.lost(error));
  }
}

async function seen(type: OrderType, turn: Turn, kept: Kept): Promise<View> {
  const about = type.about(idOf(kept));
  const found = await turn.run('look', about);
  if (found.transaction?.state !== 'approved') return type.view(found, turn, kept.shown);
  // Whoever was sent the link of somebody else’s order is led back by the app to a browser of their own: there the code means nothing, and the
  // browser that asked, and sent the link on, never gets to know it.
  if (type.back !== undefined && kept.isBack !== true) return { pending: type.back.waits };
  return type.view(await turn.run('check', about), turn, kept.shown);
}

/** Takes the word with which the app has led back, if the page has brought one. */
function comeBack(type: OrderType, turn: Turn, kept: Kept): Kept | { readonly ending: Ending } {
  const given = textIn(turn.data, 'return');
  if (given === undefined || type.back === undefined) return kept;
  if (kept.shown.status === 'ABOUT_TO_START') return { ending: type.back.stranger };
  const isRight = kept.code !== undefined && turn.isSameSecret(given, kept.code);
  return isRight ? { ...kept, isBack: true } : kept;
}

async function show(type: OrderType, turn: Turn, kept: Kept, view: View): Promise<Outcome> {
  if ('pending' in view) {
    return keep({ ...kept, shown: { ...kept.shown, ...view.pending, status: 'PENDING' } }, view.fresh);
  }
  if ('ending' in view)
    return isRenewable(type, turn, kept, view.ending)
      ? renew(type, turn, kept, view.ending)
      : over(type, turn, kept, view.ending);
  const user = view.done.user?.isOutside ? undefined : view.done.user?.id;
  const address = view.address !== undefined && { address: view.address };
  await turn.note(type.events.completed, { ...(user !== undefined && { user }), ...address });
  const shown = { ...kept.shown, ...view.shown, status: 'COMPLETED' };
  return { state: { shown }, shown, done: view.done };
}

function isRenewable({ renewals }: OrderType, { settings }: Turn, { renewed = 0 }: Kept, ending: Ending): boolean {
  return ending.isUnseen === true && renewed < (renewals?.(settings) ?? 0);
}

/** Another order in its place: the page merely gets another code to show. */
async function renew(type: OrderType, turn: Turn, kept: Kept, ending: Ending): Promise<Outcome> {
  await forget(type, turn, kept);
  await noteEnd(type, turn, ending);
  const code = turn.newReference();
  const asked = type.input(turn, code);
  return 'ending' in asked
    ? end(type, turn, asked.ending)
    : place(type, turn, { asked, code, renewed: (kept.renewed ?? 0) + 1 });
}

async function over(type: OrderType, turn: Turn, kept: Kept, ending: Ending): Promise<Outcome> {
  await forget(type, turn, kept);
  return end(type, turn, ending);
}

function expire(type: OrderType, turn: Turn, kept: Kept): Promise<Outcome> {
  const isWaiting = type.back !== undefined && isIn(type.back.waits, kept.shown);
  return over(type, turn, kept, isWaiting && type.back !== undefined ? type.back.missed : type.expired);
}

async function cancel(type: OrderType, turn: Turn): Promise<Outcome> {
  await drop(type, turn, keptIn(type, turn));
  const { shown } = idle(type, turn);
  return { state: { shown }, shown, ends: 'cancelled' };
}

async function drop(type: OrderType, turn: Turn, kept: Kept): Promise<void> {
  if (!isPending(kept)) return;
  await forget(type, turn, kept);
  await turn.note(type.events.ended, { reason: 'local: cancel' });
}

/** Whatever the person does from now on, nobody is identified by it. An order that is gone already is gone. */
async function forget(type: OrderType, turn: Turn, kept: Kept): Promise<void> {
  await turn.run('cancel', type.about(idOf(kept))).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'transaction-unknown') throw error;
  });
}

async function end(type: OrderType, turn: Turn, ending: Ending): Promise<Outcome> {
  await noteEnd(type, turn, ending);
  return keep(keptOf(type, turn, ending));
}

async function noteEnd(type: OrderType, turn: Turn, { event, reason }: Ending): Promise<void> {
  if (event !== undefined) await turn.note(type.events[event], reason === undefined ? {} : { reason });
}

function keptOf(type: OrderType, turn: Turn, { status, shown, message, canRestart }: Ending): Kept {
  return { shown: { ...type.idle?.(turn), ...shown, status, canRestart }, message };
}

function keep(kept: Kept, fresh?: Shown): Outcome {
  return { ...tell(kept, fresh), state: kept };
}

function isLate(turn: Turn, { startedAt = 0 }: Kept): boolean {
  return turn.now - startedAt >= patienceMs(turn);
}

function patienceMs({ settings: { config } }: Turn): number {
  return config.allowed_polling_for_minutes * 60_000;
}

function idOf({ id = '' }: Kept): string {
  return id;
}

/** The store is gone, or something here is broken: that is no end of an order. */
function isOurs({ code }: Problem): boolean {
  return code === 'internal' || code === 'store-unavailable';
}

/** True when everything in `part` is in `whole` as well. */
function isIn(part: Shown, whole: Shown): boolean {
  return Object.entries(part).every(([name, value]) => whole[name] === value);
}
