import { addDays, addMonths, endOfMonth, isoDate, type IsoDate } from "#engine/index.ts";

export type ReportPeriod = "month" | "quarter" | "year";
/** When a report is due: so many days after its period, or the first such day of a year after it. */
export type DueRule = { readonly rule: "days_after"; readonly days: number } | { readonly rule: "on"; readonly month: number; readonly day: number };

const MONTHS: Readonly<Record<ReportPeriod, number>> = { month: 1, quarter: 3, year: 12 };

/**
 * The period that ends on a day, or null when none does.
 * @example  periodEnding("quarter", "2026-03-31") is 2026-01-01 to 2026-03-31
 */
export function periodEnding(period: ReportPeriod, end: IsoDate): { readonly from: IsoDate; readonly to: IsoDate } | null {
  if (end !== endOfMonth(end) || Number(end.slice(5, 7)) % MONTHS[period] !== 0) return null;
  return { from: addMonths(isoDate(`${end.slice(0, 7)}-01`), 1 - MONTHS[period]), to: end };
}

/** The last period that is over when the books are on `businessDate`. */
export function lastPeriod(period: ReportPeriod, businessDate: IsoDate): { readonly from: IsoDate; readonly to: IsoDate } {
  for (let end = addDays(isoDate(`${businessDate.slice(0, 7)}-01`), -1); ; end = addDays(isoDate(`${end.slice(0, 7)}-01`), -1)) {
    const found = periodEnding(period, end);
    if (found !== null) return found;
  }
}

/**
 * The day a report of a period must be with whoever receives it.
 * @example  dueDate({ rule: "on", month: 1, day: 31 }, "2025-12-31") is 2026-01-31
 */
export function dueDate(rule: DueRule, periodEnd: IsoDate): IsoDate {
  if (rule.rule === "days_after") return addDays(periodEnd, rule.days);
  const inYear = (year: number) => isoDate(`${year}-${String(rule.month).padStart(2, "0")}-${String(rule.day).padStart(2, "0")}`);
  const year = Number(periodEnd.slice(0, 4));
  return inYear(year) > periodEnd ? inYear(year) : inYear(year + 1);
}
