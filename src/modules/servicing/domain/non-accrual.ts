import type { ProductDefinition } from "#modules/products/index.ts";
import type { FactAmounts } from "./posting.ts";
import type { Position } from "./position.ts";

/** Why a loan's interest is not taken into income: by its own delay, or by that of another loan of its borrower. */
export type NonAccrual = "own" | "borrower";

/**
 * Whether a loan's interest stands in suspense on a day.
 *
 * @param was   how it stood before
 * @param days  days past due
 * @param ages  end of day's look: nobody else puts a loan there
 * @source      RBI, Master Circular "Prudential norms on Income Recognition, Asset Classification and Provisioning": interest of a non-performing
 *              asset is income when it is realised (3.1, 3.2); it is upgraded when all arrears are paid (4.2.5); by borrower, not by facility (4.2.7)
 */
export function nonAccrualOf(was: NonAccrual | null, { delinquency: { nonAccrual: rule } }: Pick<ProductDefinition, "delinquency">, days: number, ages: boolean): NonAccrual | null {
  if (rule === undefined) return null;
  if (days >= rule.fromDays && (ages || was !== null)) return "own";
  if (was !== "own") return was;
  const isCured = rule.until === "arrears_paid" ? days === 0 : true;
  // Whether another loan of the borrower still holds it there, end of day knows.
  return !isCured ? "own" : rule.wholeBorrower ? "borrower" : null;
}

/** The class of a loan whose interest is suspended: not better than where that begins, whatever its own days. */
export function suspendedClass({ delinquency: { nonAccrual: rule, classes } }: Pick<ProductDefinition, "delinquency">, own: { readonly dpd: number; readonly class: string | null }): string | null {
  return rule === undefined || own.dpd >= rule.fromDays ? own.class : (classes.find((c) => c.fromDays === rule.fromDays)?.code ?? own.class);
}

/**
 * What happens to suspended interest between two positions: it grows and is released to income with the balance, except where a loss or a
 * waiver uses it up: that much was never income, and is no expense. Minor units, of the loan's interest in suspense before and after.
 */
export function suspenseFacts(before: number, after: number, positions: { readonly before: Position; readonly after: Position }): FactAmounts[] {
  const change = after - before;
  const [a, b] = [positions.before.totals, positions.after.totals];
  const lost = usedBy(change, b.lost.interest - a.lost.interest);
  const waived = usedBy(change + lost, b.waived.interest - a.waived.interest);
  const facts: FactAmounts[] = [
    { fact: "suspense_used", amounts: { total: lost + waived, lost, waived } },
    { fact: "interest_suspended", amounts: { total: change + lost + waived } },
  ];
  return facts.filter(({ amounts }) => Object.values(amounts).some((amount) => amount !== 0));
}

/** How much of a fall of the suspense is explained by interest that was given up, or of a rise by interest that was not after all. */
function usedBy(change: number, givenUp: number): number {
  if (change < 0 && givenUp > 0) return Math.min(-change, givenUp);
  return change > 0 && givenUp < 0 ? Math.max(-change, givenUp) : 0;
}
