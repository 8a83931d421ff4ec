import { defineEvent } from '../../core/event.ts';

/** Events of passkeys for signing in. That one was used is an event of the page, `WEB_100022`. */
export const passkeyEvents = {
  enrolled: defineEvent({ name: 'passkey.enrolled', summary: 'A person got a passkey for signing in', severity: 5 }),
  removed: defineEvent({ name: 'passkey.removed', summary: 'A passkey for signing in was removed', severity: 5 }),
  counterBack: defineEvent({
    name: 'passkey.counter-back',
    summary: 'A passkey’s counter did not go forward: there may be a copy of it',
    severity: 7,
  }),
};
