import type { Chance, Sealed, Vault } from '../core/ports.ts';
import { newReference } from '../core/session.ts';
import type { Key, Kind, Transition } from '../core/store.ts';
import type { FlowPerson } from './authenticator.ts';

/** One sign-in of one browser. Kept by a keyed hash of its cookie and its name for itself ({@link Holder}). */
export interface Flow {
  /** Trace id of everything that happens in it. */
  readonly trace: string;
  /** The outermost authenticator. */
  readonly entry: string;
  readonly endsAt: number;
  /** Somebody works on it; until then nobody else does. */
  readonly heldUntil?: number;
  /** Whose turn that is: one who comes back later than that writes nothing. */
  readonly turn: number;
  /** {@link FlowBody}, JSON, sealed: it names people. */
  readonly body: Sealed;
}

/** What a flow remembers. */
export interface FlowBody {
  /** By id of the authenticator: what it keeps. */
  readonly states: Readonly<Record<string, object>>;
  /** Who was sent to which authenticator by which. */
  readonly parents: Readonly<Record<string, string>>;
  /** How authenticators ended. */
  readonly ended: Readonly<Record<string, 'done' | 'failed'>>;
  readonly exports: Readonly<Record<string, string>>;
  /** Who says to be there, and has proved nothing yet. */
  readonly claimed?: FlowPerson;
  readonly user?: FlowPerson;
  /** Every `state` that the application gave the browser, the newest last: that one is handed back with the access token. */
  readonly given: readonly string[];
  /** What has proved the person. */
  readonly methods: readonly string[];
  /** The way out, once all is done. */
  readonly finished?: { readonly location: string; readonly token: string };
}

/** How long one sign-in may take, in milliseconds. Our choice. */
const lifetimeMs = 30 * 60_000;

/** How long the way out is told once more, to a page that has lost the answer: its own patience of 20 seconds, and the pause before it asks again. */
const repeatMs = 30_000;

/** How long one message may take: longer than any service behind it. */
const holdMs = 90_000;

/** Nothing has happened yet. */
export const emptyBody: FlowBody = { states: {}, parents: {}, ended: {}, exports: {}, given: [], methods: [] };

/** What this authenticator keeps; undefined before it has kept anything. */
export function stateIn({ states }: FlowBody, id: string): object | undefined {
  return ownIn(states, id);
}

/** Which one sent the browser to this authenticator; undefined for the outermost, and for whoever nobody has sent it to. */
export function parentIn({ parents }: FlowBody, id: string): string | undefined {
  return ownIn(parents, id);
}

/** How this authenticator ended; undefined before it has. */
export function endIn({ ended }: FlowBody, id: string): 'done' | 'failed' | undefined {
  return ownIn(ended, id);
}

/** Names are the configuration’s: one that every object of the language has, as `constructor`, is none of ours. */
function ownIn<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

const flows: Kind<Flow> = { name: 'flow' };

/** By what a browser shows that a flow is its own. */
export interface Holder {
  readonly cookie: string;
  /** Its header `User-Agent`: a cookie that turns up in another browser is none. */
  readonly userAgent: string;
}

/** The record of the flow of this browser. */
export function flowOf({ cookie, userAgent }: Holder, vault: Pick<Vault, 'keyedHash'>): Key<Flow> {
  return { kind: flows, id: vault.keyedHash(`${cookie}\n${userAgent}`, 'flow') };
}

/** A cookie that nobody can guess. */
export function newCookie(chance: Chance): string {
  return newReference(chance);
}

/** Seals what a flow remembers. */
export function sealBody(body: FlowBody, { id }: Key<Flow>, vault: Vault): Sealed {
  return vault.seal(new TextEncoder().encode(JSON.stringify(body)), `flow/${id}`);
}

/** Opens it again. @throws Problem 'internal' */
export function openBody(flow: Flow, { id }: Key<Flow>, vault: Vault): FlowBody {
  const kept = JSON.parse(new TextDecoder().decode(vault.open(flow.body, `flow/${id}`))) as Partial<FlowBody>;
  return { ...emptyBody, ...kept };
}

/** Begins a flow. */
export function beginFlow(given: Pick<Flow, 'trace' | 'entry' | 'body'>): Transition<Flow, void> {
  return (_, at) => {
    const endsAt = at + lifetimeMs;
    return { next: { ...given, endsAt, turn: 0 }, expiresAt: endsAt, result: undefined };
  };
}

/** Takes the flow for one message: messages of one flow are answered one after the other, over all processes. */
export function takeFlow(): Transition<Flow, { readonly flow?: Flow; readonly isHeld: boolean }> {
  return (flow, at) => {
    if (flow === undefined) return { result: { isHeld: false } };
    const isHeld = flow.heldUntil !== undefined && at < flow.heldUntil && flow.heldUntil - at <= holdMs;
    if (isHeld) return { result: { flow, isHeld } };
    const next = { ...flow, heldUntil: at + holdMs, turn: flow.turn + 1 };
    return { next, expiresAt: flow.endsAt, result: { flow: next, isHeld } };
  };
}

/** Gives it back, with what it remembers from now on; false when somebody else has it meanwhile. `isOver`: it has just come to its end. */
export function giveBackFlow(turn: number, body: Sealed | undefined, isOver = false): Transition<Flow, boolean> {
  return (flow, at) => {
    if (flow === undefined || flow.turn !== turn) return { result: false };
    const { heldUntil: _, ...rest } = flow;
    const endsAt = isOver ? Math.min(flow.endsAt, at + repeatMs) : flow.endsAt;
    return { next: { ...rest, endsAt, ...(body !== undefined && { body }) }, expiresAt: endsAt, result: true };
  };
}
