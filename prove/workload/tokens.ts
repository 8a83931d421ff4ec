import { codeAt, stepAt } from '../codes.ts';
import type { Person } from '../crowd.ts';
import type { TokenLine } from '../history.ts';
import type { Answer, World } from '../world.ts';
import type { Memory } from './memory.ts';

/** How many requests with one code are sent at once. */
const burst = [2, 3, 4, 6] as const;

/** A code by counter, by several clients at once on any nodes; with it codes that were used, and codes far ahead. */
export async function useCounters(world: World, person: Person, memory: Memory): Promise<void> {
  const { token } = person;
  if (token === undefined) return;
  const next = memory.nextOf(token.id);
  const asks = together(world, person, codeOf(token, next), 'otp_token_auth');
  if (next > 0 && world.random.chance(30))
    asks.push(use(world, person, codeOf(token, world.random.whole(0, next - 1))));
  if (world.random.chance(15)) asks.push(use(world, person, codeOf(token, next + world.random.whole(150, 400))));
  const answers = await Promise.all(asks);
  if (mayBeUsed(answers)) memory.used(token.id, next);
}

/** The same by the clock: the code of now, of the step before and the one after, of long ago and far ahead. */
export async function useSteps(world: World, person: Person, memory: Memory): Promise<void> {
  const { token } = person;
  if (token === undefined) return;
  const { random } = world;
  const now = stepAt(Date.now(), token.periodSeconds);
  const step = now + random.pick([0, 0, 0, 1, -1]);
  const asks = together(world, person, codeOf(token, step), 'otp_token_auth');
  const old = memory.nextOf(token.id) - 1;
  if (old >= 0 && random.chance(40)) asks.push(use(world, person, codeOf(token, old)));
  if (random.chance(15)) asks.push(use(world, person, codeOf(token, now + random.pick([-30, -6, 6, 30]))));
  if (mayBeUsed(await Promise.all(asks))) memory.used(token.id, step);
}

/** Some code that was used before, again: whether it is still known to be used after all that has happened. */
export async function replay(world: World, person: Person, memory: Memory): Promise<void> {
  const { token } = person;
  const used = token === undefined ? [] : memory.usedOf(token.id);
  if (token === undefined || used.length === 0) return;
  await use(world, person, codeOf(token, used[world.random.whole(0, used.length - 1)] as number));
}

/** The code of a token. */
export function codeOf({ secret, digits }: TokenLine, counter: number): string {
  return codeAt(Buffer.from(secret, 'hex'), counter, digits);
}

/** The same code, by several clients at once. */
export function together(world: World, person: Person, otp: string, operation: string): Promise<Answer>[] {
  return Array.from({ length: world.random.pick(burst) }, () => use(world, person, otp, operation));
}

function use(world: World, { realm, user }: Person, otp: string, operation = 'otp_token_auth'): Promise<Answer> {
  return world.ask(realm, operation, { username: user, otp });
}

/** Somebody was told yes, or nobody knows. */
export function mayBeUsed(answers: readonly Answer[]): boolean {
  return answers.some(({ status }) => status === 200 || status === 0);
}
