import type { Clock } from '../core/ports.ts';
import type { Sending } from './messages-gateway.ts';

/** A message that was kept instead of sent. */
export interface KeptMessage {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly to: string;
  readonly text: string;
}

/** The last messages, newest last, in memory only. */
export interface Outbox {
  keep(message: Omit<KeptMessage, 'at'>): Sending;
  list(): readonly KeptMessage[];
}

/** Messages that are remembered; our choice. */
const kept = 50;

/** An empty outbox. What is in it goes to no log. */
export function createOutbox(clock: Clock): Outbox {
  let messages: readonly KeptMessage[] = [];
  return {
    keep({ to, text }) {
      messages = [...messages, { at: clock.now(), to, text }].slice(-kept);
      return { outcome: 'accepted', ids: [] };
    },
    list: () => messages,
  };
}
