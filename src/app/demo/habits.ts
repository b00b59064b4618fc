import { seededRandom } from "#kernel/ids.ts";

/** How one borrower pays: decided once from the seed and the label, so that the same seed gives the same two years. */
export interface Habit {
  /** Days after the due date that money comes; null: this installment is missed. */
  pays(installment: number): number | null;
}

/**
 * Borrowers labelled good pay on the day or a few days late, and miss an installment now and then, paying it with the next.
 * Borrowers labelled bad pay at first, get later, and stop for good after 2 to 8 installments; one in four of them comes back.
 */
export function habitOf(bad: boolean, seed: number, index: number): Habit {
  const random = seededRandom(seed * 7_919 + index * 104_729 + 17);
  const stops = bad ? 2 + random.integer(7) : Number.POSITIVE_INFINITY;
  const returns = bad && random.float() < 0.25 ? stops + 2 + random.integer(3) : Number.POSITIVE_INFINITY;
  const lateness = bad ? 6 : 2;
  const chance = Array.from({ length: 90 }, () => [random.float(), random.float()] as const);
  return {
    pays(installment) {
      const [miss, delay] = chance[installment % chance.length] ?? [0, 0];
      if (installment >= stops && installment < returns) return null;
      if (miss < (bad ? 0.12 : 0.015)) return null;
      return Math.floor(delay * delay * lateness * 2);
    },
  };
}
