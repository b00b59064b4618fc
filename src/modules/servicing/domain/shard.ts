/** How many shards there are at most; a lender's end of day takes them in as many runs as it is set to. */
export const SHARDS = 1024;
/** Loans with following numbers lie in one shard, and so on the same pages. */
const RUN = 256n;

/** The shard of the loan with this number. */
export function shardOf(number: bigint): number {
  return Number((number / RUN) % BigInt(SHARDS));
}

/**
 * First and last shard of one of `parts` runs of shards.
 * @example shardsOf(1, 4) is [256, 511]
 */
export function shardsOf(part: number, parts: number): readonly [number, number] {
  return [Math.floor((part * SHARDS) / parts), Math.floor(((part + 1) * SHARDS) / parts) - 1];
}
