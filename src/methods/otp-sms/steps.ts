import { z } from 'zod';
import { Problem } from '../../core/problem.ts';
import { defineStep } from '../../core/step.ts';
import { beginLogin, findLogin, resendCode, sendCode, verifyCode } from './login-steps.ts';

/** See its summary. An empty message or number is refused like one that no gateway takes. */
export const send = defineStep({
  name: 'otp-sms/send',
  summary: 'Send a text message; refuse when no gateway takes it',
  needs: ['input', 'tenant', 'origin'],
  gives: [],
  config: z.strictObject({}),
  records: true,
  describe: () => ({ input: { mobile: 'Number of the recipient, +46… or 0…', message: 'Text to send' } }),
  async run({ input, tenant, origin }, _settings, { messages }) {
    const text = input['message'] ?? '';
    if (text.trim() === '') throw new Problem('message-refused', 'there is no text');
    await messages.sms({ to: input['mobile'] ?? '', text, tenant: tenant.id, origin });
    return {};
  },
});

/** Every step of the method. */
export const steps = [send, beginLogin, sendCode, findLogin, verifyCode, resendCode];
