import type { Chance, Sealed, Vault } from '../core/ports.ts';
import { newReference } from '../core/session.ts';
import type { Key, Kind, Transition } from '../core/store.ts';
import type { FlowPerson } from './authenticator.ts';

/** One sign-in of one browser. Kept by a keyed hash of its cookie. */
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
  /** What the application gave the browser, to be handed back with the access token. */
  readonly state?: string;
  /** What has proved the person. */
  readonly methods: readonly string[];
  /** The way out, once all is done. */
  readonly finished?: { readonly location: string; readonly token: string };
}

/** How long one sign-in may take, in milliseconds. Our choice. */
const lifetimeMs = 30 * 60_000;

/** How long one message may take: longer than any service behind it. */
const holdMs = 90_000;

/** Nothing has happened yet. */
export const emptyBody: FlowBody = { states: {}, parents: {}, ended: {}, exports: {}, methods: [] };

/** The same flow, before anything has happened in it. */
export function begunAnew({ state }: FlowBody): FlowBody {
  return { ...emptyBody, ...(state !== undefined && { state }) };
}

const flows: Kind<Flow> = { name: 'flow' };

/** The record of the flow with this cookie. */
export function flowOf(cookie: string, vault: Pick<Vault, 'keyedHash'>): Key<Flow> {
  return { kind: flows, id: vault.keyedHash(cookie, 'flow') };
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
  return JSON.parse(new TextDecoder().decode(vault.open(flow.body, `flow/${id}`))) as FlowBody;
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

/** Gives it back, with what it remembers from now on; false when somebody else has it meanwhile. */
export function giveBackFlow(turn: number, body: Sealed | undefined): Transition<Flow, boolean> {
  return (flow) => {
    if (flow === undefined || flow.turn !== turn) return { result: false };
    const { heldUntil: _, ...rest } = flow;
    return { next: { ...rest, ...(body !== undefined && { body }) }, expiresAt: flow.endsAt, result: true };
  };
}
