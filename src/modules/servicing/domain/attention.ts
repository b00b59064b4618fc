import { addDays, addMonths, daysPastDue, owedTotal, type IsoDate, type LoanState } from "#engine/index.ts";
import type { ProductDefinition } from "#modules/products/index.ts";

/**
 * The next business date, from `from` on, whose end of day has something to do for a loan: a row falls due, a reminder is due,
 * a bucket or class is entered, a late fee or a month of penal charge falls due, the loan is to be charged off. Null: nothing
 * ever happens by itself. Too early is harmless, too late is not.
 */
export function attentionDate(state: LoanState, definition: ProductDefinition, from: IsoDate): IsoDate | null {
  if (state.status !== "active" || state.chargedOffDate !== null) return null;
  const days: IsoDate[] = [];
  let oldest: IsoDate | undefined;
  for (const row of state.installments) {
    if (owedTotal(row) <= 0) continue;
    oldest ??= row.dueDate;
    // Before a due date, who is not past due is reminded without a look at the loan: see end-of-day/remind.ts.
    for (const { daysFromDue } of definition.reminders) if (daysFromDue >= 0 || oldest < from) days.push(addDays(row.dueDate, daysFromDue));
    days.push(row.dueDate);
    if (row.dueDate >= from) break; // rows after the next one come up when it is their turn
    if (definition.lateFee !== null) days.push(addDays(row.dueDate, definition.lateFee.graceDays + 1));
    if (definition.penalCharge !== null) days.push(...monthEnds(row.dueDate, from));
  }
  if (oldest !== undefined && oldest < from) {
    const { buckets, graceDays, classes, chargeOffDays } = definition.delinquency;
    const passed = daysPastDue(state, from);
    const starts = [...buckets.map((b) => b.from + graceDays), ...classes.map((c) => c.fromDays), ...(chargeOffDays === null ? [] : [chargeOffDays])];
    for (const start of starts) if (start > passed) days.push(addDays(oldest, start - 1));
  }
  const ahead = days.filter((day) => day >= from);
  return ahead.length === 0 ? null : ahead.reduce((a, b) => (a < b ? a : b));
}

/** Days on which a month since a due date is over, of those not long past. */
function monthEnds(dueDate: IsoDate, from: IsoDate): IsoDate[] {
  const ends: IsoDate[] = [];
  for (let month = 1; month < 600; month++) {
    const end = addMonths(dueDate, month);
    ends.push(end);
    if (end >= from) break;
  }
  return ends;
}
