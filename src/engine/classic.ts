import { annuityFloat64, annuityPayment, levelPayment, periodRate, roundFloat, roundToMultiple } from "./annuity.ts";
import type { PeriodRate } from "./annuity.ts";
import { drawPlan } from "./composed.ts";
import type { Day } from "./date.ts";
import { dayFactor } from "./day-factor.ts";
import { periodsPerYear, stepDay } from "./periods.ts";
import type { Period } from "./periods.ts";
import type { InterestPause } from "./plan-terms.ts";
import { precomputedPlan } from "./precomputed.ts";
import type { RateFrom } from "./rate-line.ts";
import { divideRounded, mulDiv, safeNumber } from "./rounding.ts";
import { isPlanned, rowsAddedLater } from "./row-rules.ts";
import { EngineRefusal } from "./state.ts";
import type { LoanTerms, Minor } from "./terms.ts";

/** A planned row: amounts in minor units, days as numbers. `balance` is the principal left after it. */
export type PlanRow = { from: Day; due: Day; principal: Minor; interest: Minor; balance: Minor; brought?: { from: Day; amount: Minor } | null; earned?: { day: Day; amount: Minor }[] };

/** Money lent on a day, net of what a down payment repays the same day. */
export type Lent = { day: Day; amount: Minor };

/** What a classic schedule is drawn from. `rates` is in order of day; the first counts from the start. */
export type PlanInput = {
  periods: readonly Period[];
  lent: readonly Lent[];
  rates: readonly RateFrom[];
  /** Days without interest, agreed or by event. */
  pauses: readonly InterestPause[];
  /** Those of them that a payment is solved with: what an event tells later changes no payment, the last row gets smaller. */
  foreseen: readonly InterestPause[];
  /** Day the first money was paid out. */
  start: Day;
  /** Rows (by index) without principal, and whose interest is moved to the next row outside the grace. */
  /** With `at`: as it was known before a later change of terms skipped rows from beyond row `at` on. */
  noPrincipal: (index: number, at?: number) => boolean;
  noInterest: (index: number, at?: number) => boolean;
  /** How many rows a change of terms skips, by the first of them: as many follow at the end. */
  skipped: ReadonlyMap<number, number>;
  /** Rows (by index) from which what is left is spread again over the rows to come. */
  respread: ReadonlySet<number>;
  /** How many rows were added where what is left is spread again. */
  added: ReadonlyMap<number, number>;
  /** Number of rows the money is spread over as agreed: without rows added later. */
  baseCount: number;
  /** Given installment amounts, by the day they count from. */
  amounts: readonly { fromDay: Day; amount: Minor }[];
};

/** Everything about a rate that a period needs, worked out once. */
export type RateBasis = { yearly: bigint; perPeriod: PeriodRate };

const BILLION = 1_000_000_000n;

/**
 * Draws up a classic schedule: interest by period on the declining balance or flat on the amount lent, each rounded once; the
 * last row repays what is left.
 *
 * @throws EngineRefusal  terms.payment_below_interest when a row's given or computed payment does not cover its interest
 * @example  5,000.00 at 12 % in 18 months, whole currency units: 305.00 a month, last 303.22
 */
export function classicPlan(terms: LoanTerms, input: PlanInput): PlanRow[] {
  if (terms.interest.method === "precomputed") return precomputedPlan(terms, input);
  if (terms.interest.method === "flat") return flatPlan(terms, input);
  if (isPlanned(terms) || input.pauses.length > 0) return drawPlan(terms, { ...input, offset: 0 });
  const rows: PlanRow[] = [];
  const { periods, lent } = input;
  let balance = 0;
  let used = 0;
  let payment = 0;
  let basis = rateBasis(terms, input.rates[0]?.ratePpb ?? 0);
  let rateIndex = 0;
  let deferred = 0;
  let resolve = true;
  for (let i = 0; i < periods.length; i++) {
    const period = periods[i] as Period;
    const next = input.rates[rateIndex + 1];
    if (next && next.fromDay <= period.from) {
      rateIndex++;
      basis = rateBasis(terms, next.ratePpb);
      resolve = true;
    }
    if (input.respread.has(i)) resolve = true;
    const opening = balance;
    let added = 0;
    let extra = 0;
    while (used < lent.length) {
      const tranche = lent[used] as Lent;
      if (tranche.day >= period.due && i < periods.length - 1) break;
      if (tranche.day > period.from) extra += partInterest(terms, basis, tranche.amount, period, tranche.day);
      else added += tranche.amount;
      balance += tranche.amount;
      used++;
      resolve = true;
    }
    const bearing = opening + added;
    const interest = periodInterest(terms, basis, bearing, period, i) + extra + deferred;
    const isLast = i === periods.length - 1;
    const hasPrincipal = !input.noPrincipal(i);
    if (resolve && hasPrincipal) {
      payment = paymentFor(terms, input, basis, balance, i);
      resolve = false;
    }
    const paysInterest = !input.noInterest(i);
    deferred = paysInterest ? 0 : interest;
    const counted = i === 0 && terms.stub === "added_to_first" ? wholePeriodInterest(terms, basis, bearing, interest) : interest;
    let principal = isLast ? balance : hasPrincipal ? principalOf(terms, payment, balance, counted) : 0;
    const isGiven = terms.installmentAmount !== null || input.amounts.length > 0;
    if (isGiven && used === lent.length && joinsRow(terms, principal, balance - principal)) principal = balance;
    balance -= principal;
    rows.push({ from: period.from, due: period.due, principal, interest: paysInterest ? interest : 0, balance });
    if (isGiven && balance === 0 && used === lent.length) break;
  }
  const last = rows[rows.length - 1];
  if (last && deferred > 0) last.interest += deferred;
  return rows;
}

/** With a given amount, a small remainder joins the row instead of opening another one. */
function joinsRow(terms: LoanTerms, principal: Minor, remainder: Minor): boolean {
  return principal > 0 && remainder > 0 && remainder < mulDiv(principal, terms.compatibility.lastRowThresholdPpb, 1_000_000_000, "floor");
}

/** Principal of a row that is not the last. */
function principalOf(terms: LoanTerms, payment: Minor, balance: Minor, interest: Minor): Minor {
  switch (terms.amortization) {
    case "interest_only": case "bullet": return 0;
    case "equal_principal": return Math.min(payment, balance);
    case "equal_installments": {
      const principal = payment - interest;
      if (principal < 0) throw new EngineRefusal("terms.payment_below_interest", `payment ${payment} is below interest ${interest}`);
      return Math.min(principal, balance);
    }
  }
}

/** The payment (equal installments) or the principal share (equal principal) from row `index` on. */
export function paymentFor(terms: LoanTerms, input: PlanInput, basis: RateBasis, balance: Minor, index: number): Minor {
  const period = input.periods[index] as Period;
  let given: Minor | null = terms.installmentAmount;
  for (const amount of input.amounts) if (amount.fromDay <= period.due) given = amount.amount;
  if (given !== null) return given;
  let count = 0;
  for (let i = index; i < input.periods.length; i++) if (!input.noPrincipal(i)) count++;
  // Rows added by a later change do not count before it.
  for (const from of input.respread) if (from > index) count -= input.added.get(from) ?? 0;
  count = Math.max(1, count);
  const { rounding, compatibility, balloon } = terms;
  const multiple = installmentMultiple(terms);
  const multipleRounding = terms.payments?.multiple?.rounding ?? rounding;
  if (terms.amortization === "equal_principal") {
    return safeNumber(divideRounded(BigInt(balance - balloon), BigInt(count), rounding));
  }
  if (terms.amortization !== "equal_installments") return 0;
  if (compatibility.annuity === "float64") {
    const exact = annuityFloat64(balance, floatPeriodRate(terms, basis), count);
    return roundFloat(exact, multiple ?? 1, rounding);
  }
  if (terms.interest.calculation === "equal_periods") {
    return roundToMultiple(annuityPayment(balance, basis.perPeriod, count, balloon, rounding), multiple, multipleRounding);
  }
  const factors = input.periods.slice(index, input.periods.length - rowsAddedLater(input, index)).map((p) => dayFactor(terms, basis.yearly, p.from, p.to));
  return roundToMultiple(levelPayment(balance, factors, balloon, rounding), multiple, multipleRounding);
}

/** Minor units payments are rounded to a multiple of; `null`: none. */
export function installmentMultiple(terms: LoanTerms): Minor | null {
  return terms.payments?.multiple?.of ?? terms.compatibility.installmentMultiple;
}

/** Rate of a period as other systems' floating-point annuity takes it: always 30-day months. */
function floatPeriodRate(terms: LoanTerms, basis: RateBasis): number {
  const { every, unit } = terms.installments;
  const yearly = Number(basis.yearly) / 1e9;
  if (terms.interest.calculation === "equal_periods") {
    const perYear = periodsPerYear(every, unit, classicYearDays(terms), terms.dates);
    return (yearly * perYear.denominator) / perYear.numerator;
  }
  const days = unit === "months" ? 30 * every : unit === "weeks" ? 7 * every : unit === "years" ? 360 * every : every;
  return (yearly / classicYearDays(terms)) * days;
}

/** Classic schedules take a year of 365 days where the terms say `actual`, leap years included, under compatibility. */
function classicYearDays(terms: LoanTerms): number {
  return terms.interest.daysInYear === "actual" ? 365 : terms.interest.daysInYear;
}

/** Works out a rate for the terms' periods and days. */
export function rateBasis(terms: LoanTerms, ratePpb: number): RateBasis {
  const { every, unit } = terms.installments;
  const yearly = BigInt(ratePpb);
  const perYear = periodsPerYear(every, unit, classicYearDays(terms), terms.dates);
  return {
    yearly,
    perPeriod: periodRate(yearly * BigInt(perYear.denominator), BILLION * BigInt(perYear.numerator)),
  };
}

/** Interest of a whole period on one balance, rounded once. */
function periodInterest(terms: LoanTerms, basis: RateBasis, balance: Minor, period: Period, index: number): Minor {
  const { rounding, interest } = terms;
  if (balance === 0) return 0;
  if (interest.calculation === "actual_days") {
    const factor = dayFactor(terms, basis.yearly, period.from, period.to);
    return exactInterest(terms, balance, factor);
  }
  const rate = basis.perPeriod;
  if (index === 0 && interest.partialPeriods && terms.firstDueDate !== null) {
    const regular = stepDay(period.to, -1, terms.installments.every, terms.installments.unit);
    const days = period.to - period.from;
    const whole = period.to - regular;
    if (days !== whole) {
      return safeNumber(divideRounded(BigInt(balance) * BigInt(rate.numerator) * BigInt(days), BigInt(rate.denominator) * BigInt(whole), rounding));
    }
  }
  return mulDiv(balance, rate.numerator, rate.denominator, rounding);
}

/** Interest on a balance for part of a period, rounded once. A whole period by equal periods is not counted in days. */
export function segmentInterest(terms: LoanTerms, basis: RateBasis, balance: Minor, period: Period, from: Day, to: Day): Minor {
  if (balance === 0) return 0;
  if (terms.interest.calculation === "actual_days") return exactInterest(terms, balance, dayFactor(terms, basis.yearly, from, to));
  const { numerator, denominator } = basis.perPeriod;
  if (from === period.from && to === period.to) return mulDiv(balance, numerator, denominator, terms.rounding);
  return safeNumber(divideRounded(BigInt(balance) * BigInt(numerator) * BigInt(to - from), BigInt(denominator) * BigInt(period.to - period.from), terms.rounding));
}

/** What the first period would bear if it were a regular one: a broken period's difference is then added to the installment. */
function wholePeriodInterest(terms: LoanTerms, basis: RateBasis, balance: Minor, interest: Minor): Minor {
  if (terms.firstDueDate === null || terms.interest.calculation !== "equal_periods" || terms.grace.interestInstallments > 0) return interest;
  return mulDiv(balance, basis.perPeriod.numerator, basis.perPeriod.denominator, terms.rounding);
}

/** Interest on money lent inside a period, from that day on. */
function partInterest(terms: LoanTerms, basis: RateBasis, amount: Minor, period: Period, from: Day): Minor {
  if (terms.interest.calculation === "actual_days") return exactInterest(terms, amount, dayFactor(terms, basis.yearly, from, period.to));
  const { numerator, denominator } = basis.perPeriod;
  if (!terms.interest.partialPeriods) return mulDiv(amount, numerator, denominator, terms.rounding);
  const days = BigInt(period.to - from);
  const whole = BigInt(period.to - period.from);
  return safeNumber(divideRounded(BigInt(amount) * BigInt(numerator) * days, BigInt(denominator) * whole, terms.rounding));
}

function exactInterest(terms: LoanTerms, balance: Minor, factor: { numerator: bigint; denominator: bigint }): Minor {
  return safeNumber(divideRounded(BigInt(balance) * factor.numerator, factor.denominator, terms.rounding));
}

/**
 * Flat: interest on the whole amount lent for the whole term, the same in each row. Money lent later raises the share of the rows
 * due after it; the last row takes what is left.
 */
function flatPlan(terms: LoanTerms, input: PlanInput): PlanRow[] {
  const { periods, lent } = input;
  let basis = rateBasis(terms, input.rates[0]?.ratePpb ?? 0);
  const multiple = installmentMultiple(terms);
  const rows: PlanRow[] = [];
  let [balance, total, used, share, rate] = [0, 0, 0, 0, 0];
  let left = input.baseCount;
  let isRespread = false;
  let deferred = 0;
  for (const [i, period] of periods.entries()) {
    const isLast = i === periods.length - 1;
    const before = used;
    for (let next = input.rates[rate + 1]; next && next.fromDay <= period.from; next = input.rates[rate + 1]) {
      rate++;
      basis = rateBasis(terms, next.ratePpb);
    }
    for (let next = lent[used]; next && (next.day <= period.due || isLast); next = lent[used]) {
      used++;
      total += next.amount;
      balance += next.amount;
    }
    if (input.respread.has(i)) {
      isRespread = true;
      left = periods.length - i;
    }
    if (used > before || input.respread.has(i)) share = flatShare((isRespread ? balance : total) - terms.balloon, Math.max(1, left), multiple, terms);
    const earned = periodInterest(terms, basis, total, period, i) + deferred;
    const exact = input.noInterest(i) && !isLast ? 0 : earned;
    deferred = earned - exact;
    const whole = multiple === null ? exact : roundToMultiple(exact, multiple, terms.rounding);
    const principal = isLast ? balance : input.noPrincipal(i) ? 0 : Math.min(share + whole - exact, balance);
    balance -= principal;
    rows.push({ from: period.from, due: period.due, principal, interest: exact, balance });
  }
  return rows;
}

function flatShare(total: Minor, count: number, multiple: Minor | null, terms: LoanTerms): Minor {
  const unit = multiple ?? 1;
  return safeNumber(divideRounded(BigInt(total), BigInt(count) * BigInt(unit), terms.rounding)) * unit;
}
