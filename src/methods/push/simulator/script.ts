/** What a stand-in says in the place of its usual answer, the first to the next request. */
export interface Script<R> {
  next(): R | undefined;
  add(...replies: readonly R[]): void;
}

/** An empty script. */
export function createScript<R>(): Script<R> {
  const waiting: R[] = [];
  return { next: () => waiting.shift(), add: (...replies) => void waiting.push(...replies) };
}
