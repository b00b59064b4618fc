import { addMonthsToDay, dayToCivil, daysInMonth, toDay } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";
import { solveYield } from "./yield.ts";
import type { Flow } from "./yield.ts";

/** An amount on a day. All amounts of one question share a unit; minor units keep them exact. */
export type DatedAmount = { readonly date: IsoDate; readonly amount: number };

/** The common period of a transaction. `term`: the whole term is one unit-period. */
export type UnitPeriod = { readonly kind: "day" | "week" | "semimonth" | "month" | "year" | "term"; readonly multiple: number };

/** Time in unit-periods: full ones and the odd part of one. */
export type UnitPeriodSpan = { readonly full: number; readonly fraction: number };

/**
 * Time between two days in unit-periods. Full periods are measured back from the later day; odd days are what is left at the start.
 *
 * @param anchorDay    day of the month on which the series falls (31: month ends); by default that of `to`
 * @throws RangeError  `to` is before `from`, or the multiple is not a positive whole number
 * @source             12 CFR 1026, Appendix J, (b)(5): unit-periods and odd days
 * @example            months from 2026-01-10 to 2026-02-15: one full and 5/30
 */
export function unitPeriodSpan(from: IsoDate, to: IsoDate, unit: UnitPeriod, anchorDay?: number): UnitPeriodSpan {
  return span(toDay(from), toDay(to), unit, anchorDay);
}

function span(from: Day, to: Day, { kind, multiple }: UnitPeriod, anchorDay?: number): UnitPeriodSpan {
  if (to < from) throw new RangeError("a flow lies before the first advance");
  if (!Number.isInteger(multiple) || multiple < 1) throw new RangeError(`not a multiple: ${multiple}`);
  switch (kind) {
    case "term": return { full: to === from ? 0 : 1, fraction: 0 };
    case "day": return inUnits(to - from, multiple);
    case "week": return inUnits(to - from, 7 * multiple);
    case "semimonth": {
      const { months, left } = monthsBack(from, to, anchorDay);
      return inUnits(30 * months + left, 15 * multiple);
    }
    case "year": return yearSpan(from, to, anchorDay, multiple);
    case "month": {
      if (multiple % 12 === 0) return yearSpan(from, to, anchorDay, multiple / 12);
      const { months, left } = monthsBack(from, to, anchorDay);
      return inUnits(30 * months + left, 30 * multiple);
    }
  }
}

/** Days into units, without a loss by floating point: 30 of 30 is one full. */
function inUnits(days: number, unitDays: number): UnitPeriodSpan {
  const full = Math.floor(days / unitDays);
  return { full, fraction: (days - full * unitDays) / unitDays };
}

function yearSpan(from: Day, to: Day, anchorDay: number | undefined, multiple: number): UnitPeriodSpan {
  const { months } = monthsBack(from, to, anchorDay);
  const years = Math.floor(months / 12);
  const at = back(to, 12 * years, anchorDay);
  const rest = monthsBack(from, at, anchorDay);
  const fraction = rest.left === 0 ? rest.months / 12 : (at - from) / 365;
  const full = Math.floor(years / multiple);
  return { full, fraction: (years - full * multiple + fraction) / multiple };
}

function back(to: Day, months: number, anchorDay: number | undefined): Day {
  const { year, month, day } = dayToCivil(to);
  const anchor = anchorDay ?? day;
  return addMonthsToDay(to, -months, day === Math.min(anchor, daysInMonth(year, month)) ? anchor : day);
}

/** Full months back from `to`, and the days left at the start. */
function monthsBack(from: Day, to: Day, anchorDay: number | undefined): { months: number; left: number } {
  const [a, b] = [dayToCivil(from), dayToCivil(to)];
  const calendar = (b.year - a.year) * 12 + b.month - a.month;
  const months = back(to, calendar, anchorDay) < from ? calendar - 1 : calendar;
  return { months, left: back(to, months, anchorDay) - from };
}

/**
 * The day of the month a series falls on: 31 when all fall on month ends, 29 or 30 when February alone cuts them short.
 * @source 12 CFR 1026, Appendix J, (b)(5)(iv) and its comment on month ends
 * @example seriesDay(["2026-01-30", "2026-02-28", "2026-03-30"]) is 30
 */
export function seriesDay(dates: readonly IsoDate[]): number {
  const civil = dates.map((d) => dayToCivil(toDay(d)));
  if (civil.length > 0 && civil.every((c) => c.day === daysInMonth(c.year, c.month))) return 31;
  return civil.reduce((largest, c) => Math.max(largest, c.day), 0);
}

/**
 * The unit-period of a transaction: its most frequent interval, at most a year; of equally frequent ones the smaller.
 * One advance with one payment: the term, at most a year.
 *
 * @throws RangeError  no advance or no payment
 * @source             12 CFR 1026, Appendix J, (b)(4)
 * @example            an advance on 01-10 and payments on 02-10, 03-10 …: { kind: "month", multiple: 1 }
 */
export function chooseUnitPeriod(advances: readonly DatedAmount[], payments: readonly DatedAmount[]): UnitPeriod {
  const days = [...new Set([...advances, ...payments].map((f) => toDay(f.date)))].sort((a, b) => a - b);
  if (advances.length === 0 || payments.length === 0 || days.length < 2) throw new RangeError("needs an advance and a later payment");
  const [first = 0, last = 0] = [days[0], days[days.length - 1]];
  if (days.length === 2) return addMonthsToDay(first, 12) <= last ? { kind: "month", multiple: 12 } : { kind: "term", multiple: 1 };
  const anchor = seriesDay(payments.map((p) => p.date));
  const counts = new Map<string, { unit: UnitPeriod; size: number; count: number }>();
  for (let i = 1; i < days.length; i++) {
    const { unit, size } = intervalOf(days[i - 1] ?? 0, days[i] ?? 0, anchor);
    const key = `${unit.kind}${unit.multiple}`;
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { unit, size, count: 1 });
  }
  const best = [...counts.values()].reduce((a, b) => (b.count > a.count || (b.count === a.count && b.size < a.size) ? b : a));
  return best.count === 1 ? averageInterval(days) : best.unit;
}

function intervalOf(from: Day, to: Day, anchor: number): { unit: UnitPeriod; size: number } {
  const size = to - from;
  const { months, left } = monthsBack(from, to, anchor);
  if (left === 0) return { unit: { kind: "month", multiple: Math.min(12, months) }, size };
  if (size >= 365) return { unit: { kind: "month", multiple: 12 }, size };
  if (size % 7 === 0) return { unit: { kind: "week", multiple: size / 7 }, size };
  if (size >= 13 && size <= 16) return { unit: { kind: "semimonth", multiple: 1 }, size };
  return { unit: { kind: "day", multiple: size }, size };
}

/** No interval occurs twice: the average, rounded to whole months when there is one, else to days. */
function averageInterval(days: readonly Day[]): UnitPeriod {
  const average = ((days[days.length - 1] ?? 0) - (days[0] ?? 0)) / (days.length - 1);
  const months = Math.round(average / (365 / 12));
  return months >= 1 ? { kind: "month", multiple: Math.min(12, months) } : { kind: "day", multiple: Math.round(average) };
}

/**
 * Unit-periods a year. For `term` the length of the term decides: whole months as 12 ÷ months, else 365 ÷ days.
 * @source  12 CFR 1026, Appendix J, (b)(5)
 * @example two weeks: 26
 */
export function unitPeriodsPerYear({ kind, multiple }: UnitPeriod, from: IsoDate, to: IsoDate): number {
  switch (kind) {
    case "day": return 365 / multiple;
    case "week": return 52 / multiple;
    case "semimonth": return 24 / multiple;
    case "month": return 12 / multiple;
    case "year": return 1 / multiple;
    case "term": {
      const { months, left } = monthsBack(toDay(from), toDay(to), undefined);
      return left === 0 ? 12 / months : 365 / (toDay(to) - toDay(from));
    }
  }
}

/**
 * The annual percentage rate by the actuarial method: advances and payments have equal value at the start of the transaction,
 * each discounted by (1 + fraction·i)(1 + i)^full; the rate is i times the unit-periods of a year.
 *
 * @param advances  what the borrower gets, less prepaid finance charge; payments are not negative either
 * @param unit      by default {@link chooseUnitPeriod}
 * @returns         a fraction a year (0.1225 is 12.25 %), unrounded; `null` when no rate solves the equation
 * @throws RangeError  no advance, no payment, or a flow before the first advance
 * @source          12 CFR 1026, Appendix J, (b)(8); example (c)(1)(i)
 * @example         5,000.00 on 1978-01-10, 24 × 230.00 monthly from 1978-02-10: 9.69 %
 */
export function aprRegulationZ(advances: readonly DatedAmount[], payments: readonly DatedAmount[], unit: UnitPeriod = chooseUnitPeriod(advances, payments)): number | null {
  const start = advances.map((a) => a.date).toSorted()[0];
  const end = payments.map((p) => p.date).toSorted().at(-1);
  if (start === undefined || end === undefined) throw new RangeError("needs an advance and a payment");
  const anchor = seriesDay(payments.map((p) => p.date));
  const from = toDay(start);
  const flow = (sign: 1 | -1) => ({ date, amount }: DatedAmount): Flow => {
    const { full, fraction } = span(from, toDay(date), unit, anchor);
    return { amount: sign * amount, periods: full, odd: fraction };
  };
  const rate = solveYield([...advances.map(flow(1)), ...payments.map(flow(-1))]);
  return rate === null ? null : rate * unitPeriodsPerYear(unit, start, end);
}
