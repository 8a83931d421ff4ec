import { z } from 'zod';
import { openSession as open } from '../core/session.ts';
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
  async run({ user, origin, reply, transaction }, { method, ...lasting }, ports) {
    const session = { realm: user.realm, user: user.id, method, ...lasting };
    const token = await open(session, origin, ports, transaction?.id);
    return { session: { token, user: user.id, method }, reply: { ...reply, access_token: token } };
  },
});
