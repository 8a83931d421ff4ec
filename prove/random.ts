/** Numbers that look like chance, and are the same for the same seed. */
export interface Random {
  /** At least 0 and less than 1. */
  next(): number;
  /** A whole number of at least `from` and at most `to`. */
  whole(from: number, to: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** One of several, each as often as its weight says. */
  weighted<T extends { readonly weight: number }>(from: readonly T[]): T;
  /** True in so many cases of a hundred. */
  chance(percent: number): boolean;
}

/** The generator "mulberry32" (public domain, Tommy Ettinger): 32 bits of state are enough to choose what to do next. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  function weighted<T extends { readonly weight: number }>(from: readonly T[]): T {
    let left = next() * from.reduce((sum, { weight }) => sum + weight, 0);
    for (const one of from) {
      left -= one.weight;
      if (left < 0) return one;
    }
    throw new Error('there is nothing to choose from');
  }
  return {
    next,
    whole,
    weighted,
    pick: (from) => from[whole(0, from.length - 1)] ?? from[0],
    chance: (percent) => next() * 100 < percent,
  };
}
