import { addMonthsToDay, civilToDay, dayToCivil, isLeapYear, toDay } from "./date.ts";
import type { Day } from "./date.ts";
import type { Fraction } from "./day-count-ratio.ts";
import type { LoanTerms } from "./terms.ts";

/** Conventions that count a day by the coupon it falls in. For a loan its agreed installments are the coupons. */
export const COUPON_DAY_COUNTS = ["ACT/ACT_ICMA", "ACT/365L"] as const;

/** Whether a convention counts by coupons. */
export function isByCoupon(convention: string): convention is (typeof COUPON_DAY_COUNTS)[number] {
  return (COUPON_DAY_COUNTS as readonly string[]).includes(convention);
}

/** Why a loan has no coupons to count by; `null` where it has. */
export function withoutCoupons({ installments, dates, payments }: LoanTerms): string | null {
  if (installments.unit === "days" || installments.unit === "weeks") return "coupons are counted in months, these installments are not";
  if (dates !== undefined && dates.kind !== "month_end") return "coupons fall on one day of the month, these due dates do not";
  return payments?.custom ? "rows given by hand have no coupon" : null;
}

/**
 * Years from one day to another, each day by the coupon that holds it. Coupons are counted both ways from the agreed first due
 * date, or from the first day where none is agreed; a short or long first or last period is the sum of the parts of coupons it
 * covers, and a due date moved by a calendar moves no coupon. So parts always add up to the whole.
 *
 * @throws RangeError  `to` is before `from`
 * @source             ICMA Rule Book, rule 251.1 (iii) and 2006 ISDA Definitions, section 4.16(c) (ACT/ACT_ICMA); ICMA, ACT/365L: a
 *                     year is 366 days where the coupon ends in a leap year, a yearly coupon where it holds a 29 February
 * @example            monthly on the 15th: any whole month is 1/12, 2026-01-15 to 2026-01-31 is 16 ÷ (12 × 31)
 */
export function couponYears(terms: LoanTerms, convention: (typeof COUPON_DAY_COUNTS)[number], from: Day, to: Day): Fraction {
  if (to < from) throw new RangeError(`a span ends ${to}, before it starts ${from}`);
  const months = terms.installments.every * (terms.installments.unit === "years" ? 12 : 1);
  const first = firstDay(terms);
  const agreed = terms.firstDueDate === null ? first : toDay(terms.firstDueDate);
  const pinned = terms.dates ? 31 : dayToCivil(agreed).day;
  const nominal = (k: number): Day => addMonthsToDay(agreed, k * months, pinned);
  const anchor = nominal(0);
  const isIcma = convention === "ACT/ACT_ICMA";
  // Days by what a day is one part of: a few lengths at most, so that the sum stays a small fraction.
  const daysOf = new Map<number, number>();
  for (let k = couponOf(from, anchor, months, nominal), day = from; day < to; k++) {
    // By ACT/365L all that comes before the first due date is one coupon, however long.
    const isFirst = !isIcma && nominal(k) < anchor;
    const [low, high] = isFirst ? [Math.min(first, from), anchor] : [nominal(k), nominal(k + 1)];
    const parts = isIcma ? high - low : yearOf(low, high, months);
    const end = Math.min(to, high);
    daysOf.set(parts, (daysOf.get(parts) ?? 0) + end - day);
    day = end;
  }
  let sum: Fraction = { numerator: 0n, denominator: 1n };
  for (const [parts, days] of daysOf) {
    // By ICMA a coupon of m months is m twelfths of a year, whatever its days.
    const share = isIcma ? { numerator: BigInt(days * months), denominator: BigInt(12 * parts) } : { numerator: BigInt(days), denominator: BigInt(parts) };
    sum = { numerator: sum.numerator * share.denominator + share.numerator * sum.denominator, denominator: sum.denominator * share.denominator };
  }
  return sum;
}

/** From when interest is agreed to run. */
function firstDay(terms: LoanTerms): Day {
  return toDay(terms.countFrom === "submission" && terms.submittedDate !== null ? terms.submittedDate : terms.disbursementDate);
}

/** Number of the coupon that holds a day; number 0 begins on the anchor. */
function couponOf(day: Day, anchor: Day, months: number, nominal: (k: number) => Day): number {
  const [a, b] = [dayToCivil(anchor), dayToCivil(day)];
  let k = Math.floor(((b.year - a.year) * 12 + b.month - a.month) / months);
  while (nominal(k) > day) k--;
  return k;
}

/** Days of the year of a coupon by ACT/365L. */
function yearOf(low: Day, high: Day, months: number): number {
  const { year } = dayToCivil(high);
  if (months !== 12) return isLeapYear(year) ? 366 : 365;
  for (let y = dayToCivil(low).year; y <= year; y++) {
    if (!isLeapYear(y)) continue;
    const leapDay = civilToDay(y, 2, 29);
    if (leapDay > low && leapDay <= high) return 366;
  }
  return 365;
}
