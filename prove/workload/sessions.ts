import type { Person } from '../crowd.ts';
import type { World } from '../world.ts';
import type { Memory } from './memory.ts';
import { codeOf, mayBeUsed, together } from './tokens.ts';

/** Access tokens of sessions, of which many outlive their scenario. */
export interface Sessions {
  keep(token: string): void;
  some(): string | undefined;
  readonly all: readonly string[];
}

/** No sessions yet. `most` are kept; older ones are forgotten by chance. */
export function createSessions({ whole }: World['random'], most: number): Sessions {
  const all: string[] = [];
  return {
    all,
    keep(token) {
      if (all.length < most) all.push(token);
      else all[whole(0, most - 1)] = token;
    },
    some: () => all[whole(0, Math.max(0, all.length - 1))],
  };
}

/** Signs in, has any node verify it at once, and ends it sometimes: while others verify it, and verified again afterwards. */
export async function signIn(world: World, person: Person, memory: Memory, sessions: Sessions): Promise<void> {
  const { token } = person;
  if (token === undefined) return;
  const next = memory.nextOf(token.id);
  const answers = await Promise.all(together(world, person, codeOf(token, next), 'sign_in'));
  if (mayBeUsed(answers)) memory.used(token.id, next);
  for (const { body } of answers) {
    const access = body['access_token'];
    if (typeof access === 'string') await useSession(world, access, sessions);
  }
}

async function useSession(world: World, access: string, sessions: Sessions): Promise<void> {
  const verify = () => verifySession(world, access);
  await Promise.all([verify(), verify()]);
  if (!world.random.chance(40)) return sessions.keep(access);
  const end = () => world.ask('open', 'endSession', { access_token: access });
  await Promise.all([end(), verify(), end(), verify()]);
  await Promise.all([verify(), verify()]);
  sessions.keep(access);
}

/** Asks whether a session holds. */
export async function verifySession(world: World, access: string): Promise<void> {
  await world.ask('open', 'verifyUser', { access_token: access });
}

/** An older session: still there, or still ended. */
export async function verifyOld(world: World, sessions: Sessions): Promise<void> {
  const access = sessions.some();
  if (access !== undefined) await verifySession(world, access);
}
