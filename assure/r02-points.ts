/** The moments of one transaction of the day at which its process may end. */
export const MOMENTS = ["claimed", "at work", "work done", "before commit", "commit on its way", "committed"] as const;
export type Moment = (typeof MOMENTS)[number];

/**
 * The name of a point of a day: which part of it (lender, date, step, shard; or its opening or finishing), and the moment in its transaction.
 * @example pointName("tn_bharat 2026-01-01 servicing.accrue 3", "committed") is "tn_bharat 2026-01-01 servicing.accrue 3: committed"
 */
export function pointName(part: string, moment: Moment): string {
  return `${part}: ${moment}`;
}

/** What a point has in common with those of the other shards: the lender, the step and the moment. */
export function kindOf(name: string): string {
  return name.replace(/ \d+(?=: )/, "");
}

/**
 * So many points out of all: first one of each kind (any shard of it), then more of them until there are enough. The random number decides which.
 *
 * @param integer  a whole number from 0 to below its argument
 */
export function choosePoints(all: readonly string[], count: number, integer: (below: number) => number): string[] {
  const shuffled = all.map((name) => ({ name, at: integer(1_000_000_000) })).sort((a, b) => a.at - b.at).map(({ name }) => name);
  const kinds = new Set<string>();
  const [firsts, others]: [string[], string[]] = [[], []];
  for (const name of shuffled) {
    (kinds.has(kindOf(name)) ? others : firsts).push(name);
    kinds.add(kindOf(name));
  }
  return [...firsts, ...others].slice(0, count);
}
