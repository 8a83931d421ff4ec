import { z } from 'zod';
import { coreEvents } from '../core/event.ts';
import { newReference, openedBy, referenceFor, type Session, sessionOf, takeOnce } from '../core/session.ts';
import { defineStep } from '../core/step.ts';

/** See its summary. Put it last, after everything that may refuse. */
export const openSession = defineStep({
  name: 'open-session',
  summary: 'Open a session for the person; verifyUser accepts its access token until it ends',
  needs: ['user', 'origin', 'reply'],
  gives: ['session', 'reply'],
  may: ['transaction'],
  config: z.strictObject({
    lifetimeSeconds: z.int().min(1).max(2_592_000).default(600).describe('How long it lasts; 600'),
    sliding: z.boolean().default(false).describe('Each check that says yes begins the lifetime anew; false'),
    method: z.string().min(1).max(64).default('otp').describe('What verifyUser says of how the person signed in; otp'),
  }),
  describe: () => ({ reply: { access_token: 'Access token of the session, for verifyUser' } }),
  async run({ user, origin, reply, transaction }, { method, ...lasting }, { store, vault, chance }) {
    // However often the answer to one identification is asked for, it opens one session.
    const token = transaction === undefined ? newReference(chance) : referenceFor(transaction.id, vault);
    const fact = { session: { token, user: user.id, method }, reply: { ...reply, access_token: token } };
    if (transaction !== undefined && !(await store.change(openedBy(transaction.id), takeOnce))) return fact;
    await store.change(sessionOf(token, vault), (_, at) => {
      const next: Session = { realm: user.realm, user: user.id, method, openedAt: at, ...lasting };
      const event = { ...origin, type: coreEvents.sessionOpened, realm: user.realm, user: user.id };
      return { next, expiresAt: at + lasting.lifetimeSeconds * 1000, events: [event], result: undefined };
    });
    return fact;
  },
});
