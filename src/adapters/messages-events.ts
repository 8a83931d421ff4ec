import { defineEvent } from '../core/event.ts';

/** Events of messages; `subject` is the gateway. Never a number, an address or a text. */
export const messageEvents = {
  sent: defineEvent({ name: 'message.sent', summary: 'A gateway accepted a message', severity: 3 }),
  refused: defineEvent({ name: 'message.refused', summary: 'A message was not sent', severity: 5 }),
  delivered: defineEvent({ name: 'message.delivered', summary: 'A message reached its telephone', severity: 3 }),
  undelivered: defineEvent({
    name: 'message.undelivered',
    summary: 'A message was accepted and did not reach its telephone',
    severity: 5,
  }),
} as const;
