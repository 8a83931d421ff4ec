import { expect, it } from 'vitest';
import { unleash } from '../../prove/nemesis.ts';
import type { Node } from '../../prove/nodes.ts';
import { createRandom } from '../../prove/random.ts';

it('says so when a blow cannot be struck: a run in which nothing bad happens would prove nothing', async () => {
  const blow = { weight: 1, strike: () => Promise.reject(new Error('the database does not start')) };
  const random = createRandom(1);
  const recorder = { write: () => {}, close: async () => {} };
  const world = { random, cut: () => {}, close: () => {}, ask: () => Promise.reject(new Error('nobody asks')) };
  const counts = { asked: 0, answered: 0, yes: 0, no: 0, failed: 0, unknown: 0 };
  const arrangement = { blows: () => [blow], calm: async () => {} };
  const node = { name: 'node-1' } as Node;
  const nemesis = unleash([node], arrangement, { world: { ...world, counts }, recorder, random });
  await expect.poll(() => nemesis.hasFailed(), { timeout: 60_000 }).toBe(true);
  await expect(nemesis.heal()).rejects.toThrow('the database does not start');
});
