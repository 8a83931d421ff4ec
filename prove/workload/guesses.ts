import type { Person } from '../crowd.ts';
import type { World } from '../world.ts';
import type { Memory } from './memory.ts';
import { codeOf } from './tokens.ts';

/** Guesses at once; the limit is five. */
const guesses = [3, 8, 16] as const;

/** Wrong codes by many at once, the right one among them or behind them. */
export async function guess(world: World, person: Person, memory: Memory): Promise<void> {
  const { token, user, realm } = person;
  if (token === undefined) return;
  const { random } = world;
  const next = memory.nextOf(token.id);
  const near = new Set(Array.from({ length: 60 }, (_, ahead) => codeOf(token, next + ahead)));
  const wrong = () => {
    for (;;) {
      const otp = String(random.whole(0, 10 ** token.digits - 1)).padStart(token.digits, '0');
      if (!near.has(otp)) return otp;
    }
  };
  const ask = (otp: string) => world.ask(realm, 'otp_token_auth', { username: user, otp });
  const asks = Array.from({ length: random.pick(guesses) }, () => ask(wrong()));
  if (random.chance(20)) asks.push(ask(codeOf(token, next)));
  const answers = await Promise.all(asks);
  const last = random.chance(60) ? [await ask(codeOf(token, next))] : [];
  if ([...answers, ...last].some(({ status }) => status === 200 || status === 0)) memory.used(token.id, next);
}
