import { defineEvent } from '../../core/event.ts';

/** Events of approving on the phone. */
export const pushEvents = {
  invited: defineEvent({ name: 'push.invited', summary: 'A person was invited to enrol a device', severity: 3 }),
  enrolled: defineEvent({ name: 'push.enrolled', summary: 'A device was enrolled', severity: 5 }),
  revoked: defineEvent({ name: 'push.revoked', summary: 'A device was revoked', severity: 5 }),
  passkeyAdded: defineEvent({ name: 'push.passkey-added', summary: 'A device got a passkey', severity: 5 }),
  lapsed: defineEvent({
    name: 'push.lapsed',
    summary: 'A push service said that a device cannot be woken any more',
    severity: 3,
  }),
  withheld: defineEvent({ name: 'push.withheld', summary: 'A request was shown to nobody', severity: 5 }),
  approved: defineEvent({ name: 'push.approved', summary: 'A person approved on a device', severity: 3 }),
  rejected: defineEvent({ name: 'push.rejected', summary: 'A person rejected on a device', severity: 5 }),
  notMe: defineEvent({
    name: 'push.not-me',
    summary: 'A person said that a request was not theirs; they are asked no more until somebody lifts it',
    severity: 7,
  }),
  wrongNumber: defineEvent({
    name: 'push.wrong-number',
    summary: 'A person typed another number than was shown; the request has ended',
    severity: 7,
  }),
  answerRefused: defineEvent({
    name: 'push.answer-refused',
    summary: 'A device of the person signed something else than the request, or its passkey proved nothing',
    severity: 7,
  }),
  resumed: defineEvent({ name: 'push.resumed', summary: 'A person is asked again', severity: 5 }),
};
