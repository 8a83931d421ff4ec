import { defineEvent } from '../../core/event.ts';

/** Events of the method. */
export const tokenEvents = {
  accepted: defineEvent({ name: 'otp-token.accepted', summary: 'A token code was accepted', severity: 3 }),
  refused: defineEvent({ name: 'otp-token.refused', summary: 'A token code was refused', severity: 5 }),
  enrolled: defineEvent({ name: 'token.enrolled', summary: 'A token was given to a person', severity: 5 }),
  stocked: defineEvent({ name: 'token.stocked', summary: 'A token was taken into stock, for nobody yet', severity: 3 }),
  confirmed: defineEvent({ name: 'token.confirmed', summary: 'A token showed its first right code', severity: 3 }),
  deleted: defineEvent({ name: 'token.deleted', summary: 'A token was taken from a person', severity: 5 }),
  enabled: defineEvent({ name: 'token.enabled', summary: 'A token was switched on', severity: 5 }),
  disabled: defineEvent({ name: 'token.disabled', summary: 'A token was switched off', severity: 5 }),
  resynchronised: defineEvent({
    name: 'token.resynchronised',
    summary: 'A token was brought back into step by two consecutive codes',
    severity: 5,
  }),
} as const;
