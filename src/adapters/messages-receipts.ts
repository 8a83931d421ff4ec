import type { AuditEvent, Origin } from '../core/event.ts';
import type { Key, Kind, Outcome } from '../core/store.ts';
import { messageEvents } from './messages-events.ts';
import type { Receipt } from './messages-gateway.ts';

/** How far a message got, as its provider says. Holds neither number nor text. */
export interface MessageState {
  /** Who caused it; absent when the receipt came before we had written down that the message was accepted. */
  readonly origin?: Origin;
  readonly state: 'accepted' | Receipt['state'];
}

const states: Kind<MessageState> = { name: 'message-state' };

/** How long receipts are awaited: operators give up after 48 hours at the latest; our choice. */
const keptMs = 3 * 86_400_000;

/** The record of one message at one gateway; `id` is the provider's. */
export function stateOf(gateway: string, id: string): Key<MessageState> {
  return { kind: states, id: `${gateway}/${id.slice(0, 200)}` };
}

/** Writes down that a gateway accepted a message, or one part of it, with its event. A receipt may have come first. */
export function afterAcceptance(
  gateway: string,
  origin: Origin,
  accepted: readonly AuditEvent[],
): (current: MessageState | undefined, at: number) => Outcome<MessageState, void> {
  return (current, at) => {
    const state = current?.state ?? 'accepted';
    const events = [...accepted, ...arrival(gateway, origin, state)];
    return { next: { origin, state }, expiresAt: at + keptMs, events, result: undefined };
  };
}

/** Takes in one receipt. What is final stays; the same receipt again changes nothing. */
export function afterReceipt(
  gateway: string,
  { state }: Receipt,
): (current: MessageState | undefined, at: number) => Outcome<MessageState, void> {
  return (current, at) => {
    const done = current?.state === 'delivered' || current?.state === 'failed';
    if (done || current?.state === state) return { result: undefined };
    const origin = current?.origin;
    return {
      next: { ...current, state },
      expiresAt: at + keptMs,
      events: origin === undefined ? [] : arrival(gateway, origin, state),
      result: undefined,
    };
  };
}

function arrival(gateway: string, origin: Origin, state: MessageState['state']): AuditEvent[] {
  if (state === 'delivered') return [{ ...origin, type: messageEvents.delivered, subject: gateway }];
  return state === 'failed' ? [{ ...origin, type: messageEvents.undelivered, subject: gateway }] : [];
}
