import { addDays, addMonths, daysBetween, endOfMonth, isoDate } from "#engine/date.ts";

/** A span of business dates, both days inclusive. */
export interface Span { readonly from: string; readonly to: string }

/** First month of the financial year where nothing else was set. @source Income-tax Act 1961 (IN), section 3; calendar year elsewhere */
const FIRST_MONTH: Readonly<Record<string, number>> = { IN: 4 };

/** The month a lender's financial year begins with: its own setting `fiscalYearStartMonth`, else its country's custom. */
export function fiscalYearStartMonth(tenant: { readonly country: string; readonly settings: unknown }): number {
  const own = (tenant.settings as { fiscalYearStartMonth?: unknown } | null)?.fiscalYearStartMonth;
  return typeof own === "number" && Number.isInteger(own) && own >= 1 && own <= 12 ? own : (FIRST_MONTH[tenant.country] ?? 1);
}

/** First day of the financial year a day is in. @example fiscalYearStart("2026-02-10", 4) is "2025-04-01" */
export function fiscalYearStart(day: string, startMonth: number): string {
  const year = Number(day.slice(0, 4)) - (Number(day.slice(5, 7)) < startMonth ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${String(startMonth).padStart(2, "0")}-01`;
}

/**
 * The span that one compares with: as many whole months before when the span is whole months, else as many days.
 * @example  previousSpan of 2026-01-01 to 2026-03-31 is 2025-10-01 to 2025-12-31
 */
export function previousSpan(span: Span): Span {
  const [from, to] = [isoDate(span.from), isoDate(span.to)];
  const wholeMonths = span.from.endsWith("-01") && endOfMonth(to) === to;
  if (!wholeMonths) return { from: addDays(from, -(daysBetween(from, to) + 1)), to: addDays(from, -1) };
  const months = (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7)) + 1;
  return { from: addMonths(from, -months), to: addDays(from, -1) };
}

/** The month a day is in, up to that day. */
export function monthToDate(day: string): Span {
  return { from: `${day.slice(0, 8)}01`, to: day };
}
