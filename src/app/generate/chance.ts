import { seededRandom } from "#kernel/ids.ts";

/** Chance from a seed and a line: the same two always give the same loan, in whatever order and process they are made. */
export interface Chance {
  /** A whole number from 0 up to `below`, not counting it. */
  upTo(below: number): number;
  /** A whole number between two, both counting. */
  between(low: number, high: number): number;
  /** True in so many of a thousand cases. */
  happens(perMille: number): boolean;
  oneOf<T>(items: readonly T[]): T;
}

export function chanceOf(seed: number, line: number): Chance {
  const random = seededRandom(seed * 1_000_003 + line);
  return {
    upTo: (below) => random.integer(below), between: (low, high) => low + random.integer(high - low + 1), happens: (perMille) => random.integer(1_000) < perMille, oneOf: (items) => random.pick(items),
  };
}
