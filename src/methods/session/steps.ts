import { z } from 'zod';
import { accountOf } from '../../core/account.ts';
import { isLockedAtAll } from '../../core/account-lock.ts';
import { coreEvents } from '../../core/event.ts';
import { Problem } from '../../core/problem.ts';
import { type Session, sessionOf, whose } from '../../core/session.ts';
import { defineStep } from '../../core/step.ts';
import type { Transition } from '../../core/store.ts';

const config = z.strictObject({});
const words = () => ({ input: { access_token: 'Access token of the session' } });

/** See its summary. A yes leaves no event: it proves nothing new, and pages ask it at every click. */
export const verify = defineStep({
  name: 'session/verify',
  summary: 'Go on only if the session holds: not ended, not logged out, its person not locked nor removed',
  needs: ['input', 'tenant'],
  gives: ['session'],
  config,
  records: true,
  describe: words,
  async run({ input, tenant }, _settings, { store, vault, clock }) {
    const token = input['access_token'] ?? '';
    const key = sessionOf(token, vault);
    const session = await store.read(key);
    // Another realm's session is none: two realms share nothing.
    if (session === undefined || session.realm !== tenant.realm) throw new Problem('session-unknown');
    const account = await store.read(accountOf(session.realm, session.user));
    if (session.openedAt <= (account?.sessionsFrom ?? Number.NEGATIVE_INFINITY))
      throw new Problem('session-unknown', 'the person was removed, or has a new password');
    if (isLockedAtAll(account, clock.now())) throw new Problem('session-unknown', 'the person is locked');
    if (session.sliding && !(await store.change(key, prolong))) throw new Problem('session-unknown');
    return { session: { token, user: session.user, method: session.method } };
  },
});

/** See its summary. */
export const end = defineStep({
  name: 'session/end',
  summary: 'Log the person out: the access token is worth nothing from now on',
  needs: ['input', 'tenant', 'origin'],
  gives: [],
  config,
  records: true,
  describe: words,
  async run({ input, tenant, origin }, _settings, { store, vault }) {
    const ended = await store.change(sessionOf(input['access_token'] ?? '', vault), (session) => {
      if (session === undefined || session.realm !== tenant.realm) return { result: false };
      const event = { ...origin, type: coreEvents.sessionEnded, ...whose(session) };
      return { next: null, events: [event], result: true };
    });
    if (!ended) throw new Problem('session-unknown');
    return {};
  },
});

/** Every step of the method. */
export const steps = [verify, end];

/** Begins the lifetime anew; false when the session ended meanwhile. */
const prolong: Transition<Session, boolean> = (session, at) =>
  session === undefined
    ? { result: false }
    : { next: session, expiresAt: at + session.lifetimeSeconds * 1000, result: true };
