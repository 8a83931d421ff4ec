import { z } from 'zod';
import { accountOf } from '../../core/account.ts';
import { newCode } from '../../core/code.ts';
import { answerCode, issueCode, mayIssue, replaceCode, takeResend } from '../../core/issued-code.ts';
import { Problem } from '../../core/problem.ts';
import { realmOf } from '../../core/realm.ts';
import { newReference } from '../../core/session.ts';
import { defineStep } from '../../core/step.ts';
import { addressOf, sendCode as send } from './code-message.ts';
import { loginOf } from './login.ts';
import { codeMessageSettings, sendCodeSettings } from './settings.ts';

const purpose = 'sign-in';
const words = { input: { session: 'Reference of the sign-in, from its first step' } };

/** See its summary. */
export const beginLogin = defineStep({
  name: 'otp-sms/begin-login',
  summary: 'Remember that the person has taken the first step; the answer holds the reference for the second',
  needs: ['user', 'tenant', 'reply'],
  gives: ['login', 'reply'],
  config: z.strictObject({
    lifetimeSeconds: z.int().min(30).max(3600).default(300).describe('How long the second step may take; 300'),
  }),
  describe: () => ({ reply: { session: 'Reference of the sign-in, for its second step' } }),
  async run({ user, tenant, reply }, { lifetimeSeconds }, { store, vault, chance, clock }) {
    const reference = newReference(chance);
    const key = loginOf(reference, vault);
    const endsAt = clock.now() + lifetimeSeconds * 1000;
    const login = { tenant: tenant.id, realm: user.realm, user: user.id, endsAt };
    await store.change(key, () => ({ next: login, expiresAt: endsAt, result: undefined }));
    return { login: { key: key.id, endsAt }, reply: { ...reply, session: reference } };
  },
});

/** See its summary. The code that was sent before is worth nothing from then on. */
export const sendCode = defineStep({
  name: 'otp-sms/send-code',
  summary: 'Send the person a code that ends with the sign-in; refuse when no gateway takes it',
  needs: ['user', 'login', 'tenant', 'origin'],
  gives: [],
  config: sendCodeSettings,
  async run({ user, login, tenant, origin }, settings, { store, vault, chance, clock, realms, messages }) {
    const { retries, resends, digits } = settings;
    const to = addressOf(user, settings);
    const owner = { realm: user.realm, user: user.id, origin };
    const account = accountOf(owner.realm, owner.user);
    const { attempts: policy } = realmOf(realms, user.realm);
    await mustBe(store.change(account, mayIssue(owner, purpose, { policy })), 'the person is locked');
    const code = newCode(digits, chance);
    const person = { realm: owner.realm, user: owner.user };
    const lastsMs = login.endsAt - clock.now();
    // Before the code takes the place of another: a message that nobody takes must not cost the person the one that came.
    await send({ to, code, lastsMs, tenant: tenant.id, person, origin }, settings, messages);
    const given = { purpose, code, endsAt: login.endsAt, retries, resends, login: login.key } as const;
    await mustBe(store.change(account, issueCode(owner, given, { policy, vault })), 'the person is locked');
    return {};
  },
});

/** See its summary. A reference that nobody has goes on as well, and is refused like a wrong code. */
export const findLogin = defineStep({
  name: 'otp-sms/find-login',
  summary: 'Look up the sign-in that the second step belongs to, and the person who has taken the first',
  needs: ['input', 'tenant'],
  gives: ['claimant', 'login'],
  config: z.strictObject({}),
  describe: () => words,
  async run({ input, tenant }, _settings, { store, vault, realms }) {
    const key = loginOf(input['session'] ?? '', vault);
    const login = await store.read(key);
    // Another tenant's sign-in is none.
    if (login?.tenant !== tenant.id || login.realm !== tenant.realm) {
      return { claimant: { realm: tenant.realm, name: '' }, login: { key: key.id, endsAt: 0 } };
    }
    const person = await realmOf(realms, login.realm).find(login.user);
    const claimant = { realm: login.realm, name: login.user, ...(person !== undefined && { person }) };
    return { claimant, login: { key: key.id, endsAt: login.endsAt } };
  },
});

/** See its summary. The whole decision is `answerCode`. */
export const verifyCode = defineStep({
  name: 'otp-sms/verify-code',
  summary: 'Accept the code that was sent for this sign-in, once',
  needs: ['input', 'claimant', 'login', 'origin'],
  gives: ['user'],
  proves: true,
  config: z.strictObject({}),
  records: true,
  describe: () => ({ input: { otp: 'The code that was sent' } }),
  async run({ input, claimant, login, origin }, _settings, { store, vault, realms }) {
    const { person, realm } = claimant;
    const { attempts: policy } = realmOf(realms, realm);
    const attempt = { claimant, origin, policy, vault, purpose, typed: input['otp'] ?? '', login: login.key } as const;
    const verdict = await store.change(accountOf(realm, person?.id ?? ''), (account, at) =>
      answerCode(account, at, attempt),
    );
    if (verdict !== 'accepted' || person === undefined) throw new Problem('code-refused', verdict, { recorded: true });
    return { user: { ...person, realm } };
  },
});

/** See its summary. The new code ends when the old one would have, and has no more tries than that had left. */
export const resendCode = defineStep({
  name: 'otp-sms/resend-code',
  summary: 'Send a new code for this sign-in, instead of the one before; refuse when it was sent anew often enough',
  needs: ['input', 'tenant', 'origin'],
  gives: [],
  config: codeMessageSettings,
  describe: () => words,
  async run({ input, tenant, origin }, settings, { store, vault, chance, clock, realms, messages }) {
    const key = loginOf(input['session'] ?? '', vault);
    const login = await store.read(key);
    const realm = realmOf(realms, tenant.realm);
    const person = login?.tenant === tenant.id ? await realm.find(login.user) : undefined;
    if (login === undefined || person === undefined) throw new Problem('refused', 'there is no such sign-in');
    const user = { ...person, realm: realm.id };
    const to = addressOf(user, settings);
    const owner = { realm: realm.id, user: user.id, origin };
    const account = accountOf(realm.id, user.id);
    const given = { purpose, code: newCode(settings.digits, chance), login: key.id } as const;
    const { attempts: policy } = realm;
    await mustBe(store.change(account, takeResend(owner, given, { policy })), 'the code may not be sent anew');
    const whose = { realm: owner.realm, user: owner.user };
    const lastsMs = login.endsAt - clock.now();
    await send({ to, code: given.code, lastsMs, tenant: tenant.id, person: whose, origin }, settings, messages);
    await mustBe(store.change(account, replaceCode(owner, given, { vault })), 'the code has ended meanwhile');
    return {};
  },
});

async function mustBe(granted: Promise<boolean>, otherwise: string): Promise<void> {
  if (!(await granted)) throw new Problem('code-refused', otherwise, { recorded: true });
}
