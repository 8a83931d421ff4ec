import { z } from 'zod';
import { pushBackends } from '../../core/push.ts';
import { defineStep } from '../../core/step.ts';
import { method } from './assignment.ts';
import { createInvitation } from './invitation.ts';

/** See its summary. */
export const invite = defineStep({
  name: `${method}/invite`,
  summary: 'Make an invitation with which the person enrols a device; the one from before is worth nothing any more',
  needs: ['user', 'origin', 'reply'],
  gives: ['reply'],
  config: z.strictObject({}),
  records: true,
  describe: () => ({
    reply: {
      link: 'Link for the device, to be shown as a QR code; good for one device',
      code: 'What the link has behind its "#", for typing it in',
      expires_in: 'For how many seconds it is good',
    },
  }),
  async run({ user, origin, reply }, _settings, ports) {
    const owner = { realm: user.realm, user: user.id, origin };
    const backend = ports.backends.of(pushBackends, 'default');
    const { link, code } = await createInvitation(owner, { ...ports, backend });
    return { reply: { ...reply, link, code, expires_in: String(backend.policy.invitationSeconds) } };
  },
});
