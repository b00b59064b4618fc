import { addMonths, dayToCivil, daysBetween, toDay } from "#engine/index.ts";
import type { IsoDate } from "#engine/index.ts";
import type { ProductDefinition } from "../definition.ts";

export interface AprInput {
  /** What the borrower has in hand, minor units. */
  readonly netMinor: number;
  readonly disbursementDate: IsoDate;
  readonly rows: readonly { readonly dueDate: IsoDate; readonly total: number }[];
}

/**
 * Yearly cost as the regime counts it, in parts per billion.
 * India: the internal rate of return of the installments over the amount in hand, by equal months, times twelve.
 * United States: unit-period actuarial method, the first period broken into whole months and a part of thirty days.
 *
 * @source RBI, "Key Facts Statement (KFS) for Loans & Advances", 15 April 2024, annex; 12 CFR 1026 appendix J (b)(5), (b)(8)
 */
export function aprPpb(regime: ProductDefinition["regime"], input: AprInput): number {
  const times = regime === "IN_RBI" ? input.rows.map((_row, i) => ({ whole: i + 1, part: 0 })) : input.rows.map((row) => unitPeriods(input.disbursementDate, row.dueDate));
  const presentValue = (monthly: number) => input.rows.reduce((sum, row, i) => {
    const time = times[i] as { whole: number; part: number };
    return sum + row.total / ((1 + time.part * monthly) * (1 + monthly) ** time.whole);
  }, 0);
  let low = 0;
  let high = 1;
  if (presentValue(0) <= input.netMinor) return 0;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (presentValue(middle) > input.netMinor) low = middle;
    else high = middle;
  }
  return Math.round(((low + high) / 2) * 12 * 1_000_000) * 1000;
}

/** Whole months counted back from the due date, and the days left over as a part of thirty. */
function unitPeriods(from: IsoDate, due: IsoDate): { whole: number; part: number } {
  const [a, b] = [dayToCivil(toDay(from)), dayToCivil(toDay(due))];
  let whole = (b.year - a.year) * 12 + b.month - a.month;
  if (addMonths(due, -whole) < from) whole--;
  return { whole, part: daysBetween(from, addMonths(due, -whole)) / 30 };
}
