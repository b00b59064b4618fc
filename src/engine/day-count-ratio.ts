import { addMonthsToDay, civilToDay, daysInYear, dayToCivil, fromDay } from "./date.ts";
import type { Day } from "./date.ts";
import { dayCountDays } from "./daycount.ts";
import type { DayCountConvention } from "./daycount.ts";

/** A number as an exact fraction; the denominator is positive. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

/** Conventions a loan's interest may be counted by. The others count by coupons (`coupon.ts`), or by whole periods alone (1/1). */
export const LOAN_DAY_COUNTS = [
  "30/360_BOND", "30/360_US", "30/360_PSA", "30E/360", "30E+/360", "30E/360_ISDA", "30E/365", "ACT/360", "ACT/364", "ACT/365F", "ACT/365.25",
  "ACT/366", "ACT/365_ACTUAL", "ACT/ACT_ISDA", "ACT/ACT_AFB", "ACT/ACT_YEAR", "NL/365", "NL/360",
] as const satisfies readonly DayCountConvention[];

/** Whether a convention may count a loan's interest. */
export function isLoanDayCount(convention: DayCountConvention): boolean {
  return (LOAN_DAY_COUNTS as readonly string[]).includes(convention);
}

/**
 * Years from one day to another as an exact fraction: {@link import("./daycount.ts").yearFraction} without its rounding to a double.
 *
 * @throws RangeError  `to` is before `from`; or a convention outside {@link LOAN_DAY_COUNTS}
 * @source             2006 ISDA Definitions, section 4.16; FBF Master Agreement 2013 (ACT/ACT_AFB)
 * @example            dayCountRatio("ACT/360", day of 2011-12-28, day of 2012-02-29) is 63/360
 */
export function dayCountRatio(convention: DayCountConvention, from: Day, to: Day): Fraction {
  const days = dayCountDays(convention, fromDay(from), fromDay(to));
  switch (convention) {
    case "30/360_BOND": case "30/360_US": case "30/360_PSA": case "30E/360": case "30E+/360": case "30E/360_ISDA": case "ACT/360": case "NL/360": return over(days, 360);
    case "30E/365": case "ACT/365F": case "NL/365": return over(days, 365);
    case "ACT/364": return over(days, 364);
    case "ACT/365.25": return over(days * 4, 1461);
    case "ACT/366": return over(days, 366);
    case "ACT/365_ACTUAL": return over(days, holdsLeapDay(from + 1, to + 1) ? 366 : 365);
    case "ACT/ACT_ISDA": return byOwnYears(from, to);
    case "ACT/ACT_AFB": return backFromEnd(from, to);
    case "ACT/ACT_YEAR": return fromAnniversary(from, to);
    default: throw new RangeError(`${convention} is not counted from two dates alone`);
  }
}

function over(numerator: number, denominator: number): Fraction {
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

/** Whether a 29 February lies in from ≤ day < to. */
function holdsLeapDay(from: Day, to: Day): boolean {
  const first = dayToCivil(from).year;
  for (let year = first; year <= dayToCivil(to).year; year++) {
    const leapDay = civilToDay(year, 3, 1) - 1;
    if (daysInYear(year) === 366 && leapDay >= from && leapDay < to) return true;
  }
  return false;
}

/** Days of leap years over 366, the others over 365: each part by its own year. */
export function byOwnYears(from: Day, to: Day): Fraction {
  let leap = 0;
  for (let day = from; day < to;) {
    const { year } = dayToCivil(day);
    const end = Math.min(to, civilToDay(year + 1, 1, 1));
    if (daysInYear(year) === 366) leap += end - day;
    day = end;
  }
  return over((to - from - leap) * 366 + leap * 365, 365 * 366);
}

function backFromEnd(from: Day, to: Day): Fraction {
  let years = 0;
  while (addMonthsToDay(to, -12 * (years + 1)) >= from) years++;
  const end = addMonthsToDay(to, -12 * years);
  const length = holdsLeapDay(from, end) ? 366 : 365;
  return over(years * length + end - from, length);
}

function fromAnniversary(from: Day, to: Day): Fraction {
  let years = dayToCivil(to).year - dayToCivil(from).year;
  if (addMonthsToDay(from, 12 * years) > to) years--;
  const anniversary = addMonthsToDay(from, 12 * years);
  const length = addMonthsToDay(from, 12 * (years + 1)) - anniversary;
  return over(years * length + to - anniversary, length);
}
