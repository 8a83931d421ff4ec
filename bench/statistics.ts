/** The middle of some numbers; of an even count the lower middle. NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that `share` (0–1) of the numbers do not exceed: the nearest rank, never one between two. NaN of none. */
export function quantile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Least, middle and greatest. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** How far some numbers lie apart. */
export function spread(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}
