import { addMonthsToDay, civilToDay, dayToCivil, daysInMonth, daysInYear, toDay } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";
import { solveYield } from "./yield.ts";

/** An amount at a time in years from the first drawdown. */
export type TimedAmount = { readonly years: number; readonly amount: number };

/** How whole periods are counted before the days that are left: the period of the payments. */
export type PeriodUnit = "month" | "week" | "year" | "day";

/**
 * Time in years by the EU directives: whole periods back from the later day (a month is 1/12, a week 1/52, a year 1), the days left at
 * the start over 365, or 366 when the year that ends with them holds a 29 February. Yearly payments count days only.
 *
 * @throws RangeError  `to` is before `from`
 * @source             Directive 2008/48/EC, Annex I, part I(c); EC guidelines on APRC, Markt/2014/107/H3
 * @example            2019-01-31 to 2019-03-01 by months is 1/12 + 1/365
 */
export function yearsEu(from: IsoDate, to: IsoDate, unit: PeriodUnit = "month"): number {
  const [a, b] = ordered(from, to);
  if (unit === "year" || unit === "day") {
    const years = wholeBack(a, b, 12);
    const at = back(a, b, 12 * years);
    return a === at ? years : (b - a) / 365;
  }
  const whole = unit === "month" ? wholeBack(a, b, 1) : Math.floor((b - a) / 7);
  const at = unit === "month" ? back(a, b, whole) : b - 7 * whole;
  return whole / (unit === "month" ? 12 : 52) + (at - a) / (at - addMonthsToDay(at, -12));
}

/**
 * Time in years by the UK rules: whole months (1/12) or weeks (1/52) forward from the first drawdown, the days left over the length
 * of the calendar year they lie in.
 *
 * @throws RangeError  `to` is before `from`
 * @source             FCA Handbook, CONC App 1.2.5 R
 * @example            2020-01-01 to 2020-01-23 by weeks is 3/52 + 1/366
 */
export function yearsUk(from: IsoDate, to: IsoDate, unit: PeriodUnit = "month"): number {
  const [a, b] = ordered(from, to);
  const step = unit === "year" ? 12 : 1;
  let whole = 0;
  let at = a;
  if (unit === "week") {
    whole = Math.floor((b - a) / 7);
    at = a + 7 * whole;
  } else if (unit !== "day") {
    while (addMonthsToDay(a, (whole + 1) * step) <= b) whole++;
    at = addMonthsToDay(a, whole * step);
  }
  return whole / (unit === "week" ? 52 : 12 / step) + byCalendarYear(at, b);
}

function ordered(from: IsoDate, to: IsoDate): [Day, Day] {
  const [a, b] = [toDay(from), toDay(to)];
  if (b < a) throw new RangeError(`${to} is before ${from}`);
  return [a, b];
}

function wholeBack(a: Day, b: Day, step: number): number {
  const [x, y] = [dayToCivil(a), dayToCivil(b)];
  const whole = Math.floor(((y.year - x.year) * 12 + y.month - x.month) / step);
  return back(a, b, whole * step) < a ? whole - 1 : whole;
}

/** Months back from `b`; where `b` closes a month too short for the drawdown's day, that day comes back. */
function back(a: Day, b: Day, months: number): Day {
  const [first, last] = [dayToCivil(a), dayToCivil(b)];
  const isMonthEnd = last.day === daysInMonth(last.year, last.month);
  return addMonthsToDay(b, -months, isMonthEnd ? Math.max(first.day, last.day) : last.day);
}

function byCalendarYear(from: Day, to: Day): number {
  let sum = 0;
  for (let at = from; at < to;) {
    const { year } = dayToCivil(at);
    const end = Math.min(to, civilToDay(year + 1, 1, 1));
    sum += (end - at) / daysInYear(year);
    at = end;
  }
  return sum;
}

/**
 * The annual percentage rate of charge: the X of Σ drawdown·(1+X)^−t = Σ payment·(1+X)^−s, charges being payments.
 *
 * @param drawdowns  what the borrower gets, in one unit with `payments`; both not negative
 * @returns          a fraction (0.126862 is 12.6862 %), unrounded; `null` when no rate solves the equation
 * @throws RangeError  no drawdown, no payment, or a number that is not finite
 * @source           Directive 2008/48/EC, Annex I, part I; Directive 2014/17/EU, Annex I; FCA CONC App 1.2.6 R
 * @example          1,000 now against 1,200 after 546 days (of 365): 12.96 %
 */
export function aprEffective(drawdowns: readonly TimedAmount[], payments: readonly TimedAmount[]): number | null {
  if (drawdowns.length === 0 || payments.length === 0) throw new RangeError("needs a drawdown and a payment");
  return solveYield([
    ...drawdowns.map(({ years, amount }) => ({ amount, periods: years })),
    ...payments.map(({ years, amount }) => ({ amount: -amount, periods: years })),
  ]);
}

/**
 * A rate in per cent as it is disclosed: to `decimals` places, a five rounds up.
 * @source  Directive 2008/48/EC, Annex I, part I(d)
 * @example roundPercent(0.12650000, 1) is 12.7
 */
export function roundPercent(rate: number, decimals: number): number {
  const scale = 10 ** decimals;
  // A decimal 5 may sit a hair below itself in binary.
  return Math.floor(rate * 100 * scale + 0.5 + 1e-9) / scale;
}
