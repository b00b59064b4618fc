import { drawPlan } from "./composed.ts";
import { toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { DrawnRow } from "./drawn.ts";
import type { Meter } from "./meter.ts";
import { dayText } from "./periods.ts";
import type { Period } from "./periods.ts";
import type { InstallmentState } from "./state.ts";
import { planInput } from "./structure.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { newRow } from "./work.ts";

/**
 * Payments of the rows still to come of a daily simple interest loan whose rate, payments or interest vary. Notes in the meter which days
 * make unpaid interest bear interest, and on which none runs.
 *
 * @param balance  principal these rows repay, minor units
 * @param unpaid   interest accrued and unpaid on `date`
 * @param given    a payment to keep instead of solving one; the number of rows then follows from it
 * @returns        the drawn rows, in order; more than were handed in when a kept payment needs them
 */
export function drawOpenRows(terms: LoanTerms, meter: Meter, open: readonly InstallmentState[], date: IsoDate, balance: Minor, unpaid: Minor, offset: number, given: Minor | null): DrawnRow[] {
  const start = toDay(date);
  const periods: Period[] = open.map((row, i) => ({ from: i === 0 ? start : toDay(row.fromDate), to: toDay(row.dueDate), due: toDay(row.dueDate) }));
  const daily = byDays(terms);
  const { noPrincipal, noInterest } = planInput(daily, []);
  const rows = drawPlan(given === null ? daily : { ...daily, installmentAmount: given }, {
    periods, lent: [{ day: start, amount: balance }], rates: meter.line, pauses: meter.pauses, foreseen: meter.pauses, start: meter.start, respread: new Set(), added: new Map(), skipped: new Map(),
    baseCount: periods.length, amounts: [], noPrincipal, noInterest, offset, unpaid,
  });
  meter.base = rows.find((row) => row.base !== null)?.base ?? meter.base;
  for (const day of meter.capitalises) if (day > start) meter.capitalises.delete(day);
  for (const row of rows) {
    if (row.principal < 0) meter.capitalises.add(row.due);
    if (row.rule.pays === "nothing" && row.rule.interest === "none" && !meter.pauses.some((p) => toDay(p.from) === row.from)) meter.pauses.push({ from: dayText(row.from), to: dayText(row.due) });
  }
  return rows;
}

/** Daily simple interest always counts days. */
export function byDays(terms: LoanTerms): LoanTerms {
  return terms.interest.calculation === "actual_days" ? terms : { ...terms, interest: { ...terms.interest, calculation: "actual_days" } };
}

/** A new row of a run for a drawn one. */
export function rowFor(drawn: DrawnRow): InstallmentState {
  return newRow("installment", dayText(drawn.from), dayText(drawn.due));
}
