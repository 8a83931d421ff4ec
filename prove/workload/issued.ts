import type { Person } from '../crowd.ts';
import type { Answer, World } from '../world.ts';

/** Has a code made, which replaces the one before, and uses both: the new one by several at once. */
export async function useIssued(world: World, { realm, user }: Person): Promise<void> {
  const use = (otp: string) => world.ask(realm, 'issued_auth', { username: user, otp });
  const codes: string[] = [];
  for (let times = world.random.whole(1, 2); times > 0; times -= 1) {
    const { body } = await world.ask(realm, 'issue_code', { username: user });
    if (typeof body['otp'] === 'string') codes.push(body['otp']);
  }
  const newest = codes.at(-1);
  if (newest === undefined) return;
  const asks: Promise<Answer>[] = Array.from({ length: world.random.whole(2, 5) }, () => use(newest));
  if (world.random.chance(50)) asks.push(...codes.slice(0, -1).map(use));
  await Promise.all(asks);
  if (world.random.chance(50)) await use(newest);
}
