import { z } from 'zod';
import { accountOf } from '../../core/account.ts';
import { Problem } from '../../core/problem.ts';
import { realmOf } from '../../core/realm.ts';
import { defineStep } from '../../core/step.ts';
import { toBase32 } from './base32.ts';
import { toKeyUri } from './key-uri.ts';
import { addToken, deleteToken, sealToken } from './manage.ts';
import { newSeed } from './new-seed.ts';
import { enrollSettings, verifySettings } from './settings.ts';
import { useCode } from './use-code.ts';

/** See its summary. The whole decision is {@link useCode}. */
export const verifyCode = defineStep({
  name: 'otp-token/verify-code',
  summary: 'Accept the code if one of the person’s tokens shows it now, and never accept it again',
  needs: ['input', 'claimant', 'origin'],
  gives: ['user'],
  proves: true,
  config: verifySettings,
  records: true,
  describe: () => ({ input: { otp: 'The code that the token shows' } }),
  async run({ input, claimant, origin }, { issued, ...window }, { store, vault, realms }) {
    const { person, name, realm } = claimant;
    const policy = realmOf(realms, realm).attempts;
    const attempt = { claimant, typed: input['otp'] ?? '', origin, window, policy, issued, vault };
    const verdict = await store.change(accountOf(realm, person?.id ?? name), (account, at) =>
      useCode(account, at, attempt),
    );
    if (verdict !== 'accepted' || person === undefined) throw new Problem('code-refused', verdict, { recorded: true });
    return { user: { ...person, realm } };
  },
});

/** See its summary. */
export const enroll = defineStep({
  name: 'otp-token/enroll',
  summary: 'Give the person a new token; its first right code confirms it',
  needs: ['input', 'user', 'origin'],
  gives: ['enrolment'],
  config: enrollSettings,
  records: true,
  describe: () => ({
    input: {
      type: 'totp (by time) or hotp (by counter)',
      name: 'What the person calls the token, at most 100 characters',
    },
  }),
  async run(
    { input, user, origin },
    { confirmWithinHours, maxTokens, issuer, ...form },
    { store, vault, chance, clock },
  ) {
    const seed = newSeed(input, form, chance);
    const owner = { realm: user.realm, user: user.id, origin };
    const begin = { confirmBy: clock.now() + confirmWithinHours * 3_600_000, maxTokens };
    await store.change(accountOf(user.realm, user.id), addToken(owner, seed.id, sealToken(owner, seed, vault), begin));
    const otpauth = toKeyUri({ ...seed, issuer, account: user.id });
    return { enrolment: { tokenid: seed.id, secret: toBase32(seed.secret), otpauth } };
  },
});

/** See its summary. */
export const remove = defineStep({
  name: 'otp-token/delete',
  summary: 'Take a token from the person',
  needs: ['input', 'user', 'origin'],
  gives: [],
  config: z.strictObject({}),
  records: true,
  describe: () => ({ input: { tokenid: 'Id of the token' } }),
  async run({ input, user, origin }, _settings, { store }) {
    const owner = { realm: user.realm, user: user.id, origin };
    await store.change(accountOf(user.realm, user.id), deleteToken(owner, input['tokenid'] ?? ''));
    return {};
  },
});

/** Every step of the method. */
export const steps = [verifyCode, enroll, remove];
