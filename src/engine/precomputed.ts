import { annuityPayment, periodRate } from "./annuity.ts";
import type { PlanInput, PlanRow } from "./classic.ts";
import { yearsOf, addFractions } from "./rate-line.ts";
import type { Fraction } from "./day-count-ratio.ts";
import { periodsPerYear } from "./periods.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import { EngineRefusal } from "./state.ts";
import type { LoanTerms, Minor } from "./terms.ts";

/**
 * A precomputed loan: the finance charge is fixed when the money is paid out and repaid with it in equal installments; the last takes what
 * rounding left. A row's interest is the part of the charge it earns, so what later rows hold is the rebate of a payoff.
 *
 * @throws EngineRefusal  terms.negative_amortization when an early row would earn more than it pays (long terms by the sum of digits)
 * @source   sum of digits n(n+1)/2: 15 U.S.C. 1615(b); add-on charge: rate × amount × years
 * @example  1,200.00 at 10 % add-on for 12 months: charge 120.00, 12 × 110.00, the first earns 12/78 of it: 18.46
 */
export function precomputedPlan(terms: LoanTerms, input: PlanInput): PlanRow[] {
  const lent = input.lent.reduce((sum, l) => sum + l.amount, 0);
  const count = input.periods.length;
  const charge = financeCharge(terms, input, lent);
  const payment = safeNumber(divideRounded(BigInt(lent + charge), BigInt(count), terms.rounding));
  const earned = terms.interest.rebate === "actuarial" ? actuarial(lent, charge, payment, count) : sumOfDigits(terms, charge, count);
  let balance = lent;
  return input.periods.map((period, i) => {
    const interest = earned[i] ?? 0;
    const principal = i === count - 1 ? balance : payment - interest;
    if (principal < 0) throw new EngineRefusal("terms.negative_amortization", `row ${i + 1} earns ${interest} but pays ${payment}`);
    balance -= principal;
    return { from: period.from, due: period.due, principal, interest, balance };
  });
}

/** The whole charge, minor units: add-on, or what level payments at the rate pay beyond the amount lent. */
function financeCharge(terms: LoanTerms, input: PlanInput, lent: Minor): Minor {
  const { ratePpb, chargeBy } = terms.interest;
  const count = input.periods.length;
  if (chargeBy === "annuity") {
    const perYear = periodsPerYear(terms.installments.every, terms.installments.unit, 365, terms.dates);
    const rate = periodRate(BigInt(ratePpb) * BigInt(perYear.denominator), 1_000_000_000n * BigInt(perYear.numerator));
    return annuityPayment(lent, rate, count, 0, terms.rounding) * count - lent;
  }
  const years = input.periods.reduce<Fraction>((sum, period, i) => addFractions(sum, yearsOf(terms, period, i, period.from, period.to)), { numerator: 0n, denominator: 1n });
  return safeNumber(divideRounded(BigInt(lent) * BigInt(ratePpb) * years.numerator, 1_000_000_000n * years.denominator, terms.rounding));
}

/** Row k of n earns n − k + 1 of the n(n+1)/2 digits; rounded on the sum so far, so that every payoff gets the exact rebate. */
function sumOfDigits(terms: LoanTerms, charge: Minor, count: number): Minor[] {
  const digits = BigInt(count) * BigInt(count + 1);
  let before = 0;
  return Array.from({ length: count }, (_v, i) => {
    const left = BigInt(count - i - 1);
    const so = charge - safeNumber(divideRounded(BigInt(charge) * left * (left + 1n), digits, terms.rounding));
    const own = so - before;
    before = so;
    return own;
  });
}

/** By the rate that the payments yield on the balance, found by halving; the last row takes what rounding left of the charge. */
function actuarial(lent: Minor, charge: Minor, payment: Minor, count: number): Minor[] {
  let [low, high] = [0, charge / lent + 1];
  for (let k = 0; k < 200; k++) {
    const middle = (low + high) / 2;
    const worth = (payment * -Math.expm1(-count * Math.log1p(middle))) / middle;
    if (worth > lent) low = middle;
    else high = middle;
  }
  let [balance, left] = [lent, charge];
  return Array.from({ length: count }, (_v, i) => {
    const own = i === count - 1 ? left : Math.min(left, Math.round(balance * low));
    balance -= payment - own;
    left -= own;
    return own;
  });
}
