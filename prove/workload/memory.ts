/** What clients remember of the tokens: which codes are or may be used. */
export interface Memory {
  /** The counter or step behind the last that may be used; 0 at first. */
  nextOf(token: string): number;
  used(token: string, counter: number): void;
  /** The last of them that may be used, oldest first. */
  usedOf(token: string): readonly number[];
}

/** How many counters of one token are remembered. */
const remembered = 30;

/** Nothing is used yet. */
export function createMemory(): Memory {
  const byToken = new Map<string, number[]>();
  const usedOf = (token: string) => byToken.get(token) ?? [];
  return {
    usedOf,
    nextOf: (token) => Math.max(-1, ...usedOf(token)) + 1,
    used(token, counter) {
      byToken.set(token, [...usedOf(token).slice(1 - remembered), counter]);
    },
  };
}
