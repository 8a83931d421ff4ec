import { z } from 'zod';
import { accountOf } from '../../core/account.ts';
import { newCode } from '../../core/code.ts';
import { issueCode } from '../../core/issued-code.ts';
import { Problem } from '../../core/problem.ts';
import { realmOf } from '../../core/realm.ts';
import { defineStep } from '../../core/step.ts';

/** See its summary. */
export const issue = defineStep({
  name: 'otp-call-in/issue-code',
  summary: 'Make a code for the person, instead of any made before, and put it in the answer',
  needs: ['user', 'origin', 'reply'],
  gives: ['reply'],
  config: z.strictObject({
    digits: z.int().min(4).max(10).default(6).describe('Length of the code; 6'),
    lifetimeSeconds: z.int().min(30).max(86_400).default(600).describe('How long it is good for; 600'),
    retries: z.int().min(0).max(10).default(0).describe('Wrong answers that it survives; 0'),
  }),
  records: true,
  describe: () => ({ reply: { otp: 'The code' } }),
  async run({ user, origin, reply }, { digits, lifetimeSeconds, retries }, { store, vault, chance, clock, realms }) {
    const code = newCode(digits, chance);
    const owner = { realm: user.realm, user: user.id, origin };
    const policy = realmOf(realms, user.realm).attempts;
    const endsAt = clock.now() + lifetimeSeconds * 1000;
    const given = { purpose: 'call-in', code, endsAt, retries, resends: 0 } as const;
    const issued = issueCode(owner, given, { policy, vault });
    if (!(await store.change(accountOf(user.realm, user.id), issued))) {
      throw new Problem('code-refused', 'the person is locked', { recorded: true });
    }
    return { reply: { ...reply, otp: code } };
  },
});

/** Every step of the method. */
export const steps = [issue];
