import { type AuditEvent, coreEvents, type Origin } from './event.ts';
import type { Chance, Ports, Vault } from './ports.ts';
import type { Key, Kind, Transition } from './store.ts';
import { keptMs } from './transaction.ts';

/** The proof of a finished identification. Kept under a keyed hash of its access token, so that the store holds nothing to sign in with. */
export interface Session {
  readonly realm: string;
  readonly user: string;
  /** No directory was asked: the user is what a service says, a personal number above all, so no event names them. */
  readonly isOutside?: true;
  /** How the person signed in, as `verifyUser` tells it: `otp`. An open list (HTTP API reference 3.8). */
  readonly method: string;
  readonly openedAt: number;
  readonly lifetimeSeconds: number;
  /** True: each check that says yes begins the lifetime anew. */
  readonly sliding: boolean;
}

/** A reference that nobody can guess, for whoever may use it to carry: 256 random bits, as 64 hexadecimal digits. */
export function newReference(chance: Chance): string {
  return [...chance.bytes(32)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The reference of the session that one identification opens: the same each time, and nobody else can compute it. 64 hexadecimal digits. */
function referenceFor(transactionId: string, vault: Pick<Vault, 'keyedHash'>): string {
  const hash = vault.keyedHash(transactionId, 'session of a transaction').replaceAll('-', '+').replaceAll('_', '/');
  return [...atob(hash)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** Whether an identification has opened its session. Outlives the answer to it ({@link keptMs}). */
function openedBy(transactionId: string): Key<true> {
  return { kind: { name: 'session-opened' }, id: transactionId };
}

/** True the first time. */
const takeOnce: Transition<true, boolean> = (taken, at) =>
  taken ? { result: false } : { next: true, expiresAt: at + 2 * keptMs, result: true };

/** The kind of {@link Session} records. */
export const sessions: Kind<Session> = { name: 'session' };

/** The record of the session with this access token. */
export function sessionOf(token: string, vault: Pick<Vault, 'keyedHash'>): Key<Session> {
  return { kind: sessions, id: vault.keyedHash(token, 'session') };
}

/**
 * Opens a session and returns its access token.
 *
 * However often the answer to one identification (`transactionId`) is asked for, it opens one session, and none again when that has ended.
 */
export async function openSession(
  session: Omit<Session, 'openedAt'>,
  origin: Origin,
  { store, vault, chance }: Pick<Ports, 'store' | 'vault' | 'chance'>,
  transactionId?: string,
): Promise<string> {
  const token = transactionId === undefined ? newReference(chance) : referenceFor(transactionId, vault);
  if (transactionId !== undefined && !(await store.change(openedBy(transactionId), takeOnce))) return token;
  const { lifetimeSeconds } = session;
  await store.change(sessionOf(token, vault), (_, at) => ({
    next: { ...session, openedAt: at },
    expiresAt: at + lifetimeSeconds * 1000,
    events: [{ ...origin, type: coreEvents.sessionOpened, ...whose(session) }],
    result: undefined,
  }));
  return token;
}

/** Whose a session is, as an event may tell it. */
export function whose({
  realm,
  user,
  isOutside,
}: Pick<Session, 'realm' | 'user' | 'isOutside'>): Pick<AuditEvent, 'realm' | 'user'> {
  return isOutside ? { realm } : { realm, user };
}
