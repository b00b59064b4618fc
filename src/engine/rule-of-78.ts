import { divideRounded } from "./rounding.ts";
import type { Rounding } from "./rounding.ts";

/**
 * Share of a precomputed finance charge that is earned after some months: the sum of the digits of those months over the sum of all.
 *
 * @throws RangeError  months outside 0 … term, or no whole numbers
 * @source             15 U.S.C. 1615(b) names the method; sum of digits n(n+1)/2
 * @example            ruleOf78Earned(12, 3) is 33/78
 */
export function ruleOf78Earned(termMonths: number, elapsedMonths: number): number {
  check(termMonths, elapsedMonths);
  const left = termMonths - elapsedMonths;
  return 1 - (left * (left + 1)) / (termMonths * (termMonths + 1));
}

/**
 * Unearned finance charge to give back when a precomputed loan is paid off: charge × u(u+1) ÷ n(n+1).
 *
 * @param chargeMinor  finance charge in minor units
 * @returns            refund in minor units
 * @throws RangeError  months outside 0 … term, or no whole numbers
 * @source             15 U.S.C. 1615(b) names the method (federal law bars it above 61 months)
 * @example            100.00, 9 of 12 months left: 57.69
 */
export function ruleOf78Refund(chargeMinor: bigint, termMonths: number, unearnedMonths: number, rounding: Rounding = "half-up"): bigint {
  check(termMonths, unearnedMonths);
  return divideRounded(chargeMinor * BigInt(unearnedMonths * (unearnedMonths + 1)), BigInt(termMonths * (termMonths + 1)), rounding);
}

function check(term: number, months: number): void {
  if (!Number.isInteger(term) || !Number.isInteger(months) || term < 1 || months < 0 || months > term) {
    throw new RangeError(`${months} months of a term of ${term}`);
  }
}
