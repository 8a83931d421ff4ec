import { accountOf } from '../core/account.ts';
import { isLockedAtAll } from '../core/account-lock.ts';
import { openSession } from '../core/session.ts';
import { afterFailure, wayOut } from './ends.ts';
import { parentIn } from './flow.ts';
import { at } from './site.ts';
import { originOf, type Token, type Way, type Work } from './work.ts';

/** The authenticator is done: on to whoever sent the browser there, or out, with a session. */
export async function complete(work: Work): Promise<Way> {
  const { body, mounted, site, ports } = work;
  const { id, config } = mounted.settings;
  const parent = parentIn(body, id);
  if (parent !== undefined) return { body, location: at(site, parent).path };
  // Fail closed: a name that was looked up proves nothing.
  if (body.user === undefined || body.methods.length === 0) return afterFailure(work, 'common.not_signed_in');
  const { realm, id: user, isOutside } = body.user;
  // verifyUser says no of them: a session would be none.
  const account = await ports.store.read(accountOf(realm, user));
  if (isLockedAtAll(account, ports.clock.now())) return afterFailure(work, 'common.person_locked');
  const { session_seconds: lifetimeSeconds, session_sliding: sliding, auth_method: named } = config;
  const method = (named ?? body.methods.join('+')).slice(0, 64);
  const session = { realm, user, method, lifetimeSeconds, sliding, ...(isOutside && { isOutside }) };
  const token = await openSession(session, originOf(work), ports);
  const location = wayOut(mounted, token, body.given.at(-1));
  const next = { ...body, finished: { location, token } };
  return { body: next, ...outOf({ ...work, body: next }) };
}

/** The way out of a flow that has come to its end, as often as a page asks before it is gone; undefined while it is under way. */
export function outOf({ body, flow, site }: Work): { readonly location: string; readonly token: Token } | undefined {
  const { finished, given } = body;
  if (finished === undefined) return undefined;
  const { location, token: value } = finished;
  return { location, token: { value, state: given.at(-1), by: at(site, flow.entry) } };
}
