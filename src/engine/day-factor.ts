import { couponYears, isByCoupon } from "./coupon.ts";
import { byOwnYears, dayCountRatio } from "./day-count-ratio.ts";
import { dayToCivil } from "./date.ts";
import type { Day } from "./date.ts";
import type { LoanTerms } from "./terms.ts";

const BILLION = 1_000_000_000n;

/** Rate of a span of days as an exact fraction. `actual` is a year of 365 days under compatibility, else each part by its own year. */
export function dayFactor(terms: LoanTerms, yearlyPpb: bigint, from: Day, to: Day): { numerator: bigint; denominator: bigint } {
  const { daysInYear: basis, daysInMonth, dayCount } = terms.interest;
  if (dayCount !== undefined) {
    const years = isByCoupon(dayCount) ? couponYears(terms, dayCount, from, to) : dayCountRatio(dayCount, from, to);
    return { numerator: yearlyPpb * years.numerator, denominator: BILLION * years.denominator };
  }
  if (daysInMonth === 30) return { numerator: yearlyPpb * BigInt(days30(from, to)), denominator: BILLION * BigInt(basis === "actual" ? 360 : basis) };
  if (basis !== "actual" || terms.compatibility.annuity === "float64") {
    return { numerator: yearlyPpb * BigInt(to - from), denominator: BILLION * BigInt(basis === "actual" ? 365 : basis) };
  }
  const years = byOwnYears(from, to);
  return { numerator: yearlyPpb * years.numerator, denominator: BILLION * years.denominator };
}

/** Days between by 30-day months. @source ISDA 2006 section 4.16(f), 30/360 bond basis */
function days30(from: Day, to: Day): number {
  const a = dayToCivil(from);
  const b = dayToCivil(to);
  const d1 = Math.min(a.day, 30);
  const d2 = b.day === 31 && d1 === 30 ? 30 : b.day;
  return (b.year - a.year) * 360 + (b.month - a.month) * 30 + d2 - d1;
}
