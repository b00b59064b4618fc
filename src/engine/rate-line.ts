import { toDay } from "./date.ts";
import type { Day } from "./date.ts";
import type { Fraction } from "./day-count-ratio.ts";
import type { IndexFixed, RateChanged } from "./events.ts";
import { dayFactor } from "./day-factor.ts";
import { dueBefore, periodsPerYear, stepDay } from "./periods.ts";
import type { Period } from "./periods.ts";
import type { InterestPause } from "./plan-terms.ts";
import type { LoanTerms } from "./terms.ts";

/** The rate from a day on. `keep`: whether the term or the installment stays when it begins; left out: as the terms say. */
export type RateFrom = { fromDay: Day; ratePpb: number; keep?: "term" | "installment" };

const BILLION = 1_000_000_000n;

/**
 * Rates of a loan in order of day: the agreed first rate and steps, fixings of the index at its resets, and changes by event.
 *
 * @param periods  regular periods, for steps by installment number
 * @param events   fixings and changes known so far
 * @example        12 % for six installments, then 18 %: two entries
 */
export function rateLine(terms: LoanTerms, periods: readonly Period[], start: Day, events: readonly (RateChanged | IndexFixed)[]): RateFrom[] {
  const first = { fromDay: start, ratePpb: terms.interest.ratePpb };
  if (terms.ratePlan === undefined && events.length === 0) return [first];
  const line: RateFrom[] = [];
  for (const step of terms.ratePlan?.steps ?? []) {
    const fromDay = "date" in step ? toDay(step.date) : (periods[step.installment - 1]?.from ?? null);
    if (fromDay !== null) line.push({ fromDay, ratePpb: step.ratePpb });
  }
  for (const event of events) if (event.type === "rateChanged") line.push({ fromDay: toDay(event.valueDate), ratePpb: event.ratePpb, keep: event.keep });
  addFixings(terms, line, periods.at(-1)?.to ?? start, events);
  // What began before the money was paid out is in force when it is.
  return [first, ...line.sort((a, b) => a.fromDay - b.fromDay).map((rate) => ({ ...rate, fromDay: Math.max(start, rate.fromDay) }))];
}

/** The newest fixing on or before each reset gives the rate from that day, within cap, floor and the most it may move. */
function addFixings(terms: LoanTerms, line: RateFrom[], end: Day, events: readonly (RateChanged | IndexFixed)[]): void {
  const floating = terms.ratePlan?.floating;
  if (!floating) return;
  const fixings = events.filter((e): e is IndexFixed => e.type === "indexFixed" && e.index === floating.index);
  for (let k = 0; ; k++) {
    const reset = stepDay(toDay(floating.firstReset), k, floating.every, floating.unit);
    if (reset >= end) return;
    const fixing = fixings.findLast((e) => toDay(e.valueDate) <= reset);
    if (!fixing) continue;
    const before = [...line].sort((a, b) => a.fromDay - b.fromDay).findLast((r) => r.fromDay < reset)?.ratePpb ?? terms.interest.ratePpb;
    const ratePpb = fixedRate(floating, fixing.ratePpb, before);
    if (ratePpb !== before) line.push({ fromDay: reset, ratePpb });
  }
}

/**
 * The rate a fixing gives: index plus margin, at most `maxChangePpb` away from the rate before, never beyond cap and floor.
 * @example  index 5.25 %, margin 2 %, cap 7 %: 7 %
 */
export function fixedRate(floating: { marginPpb: number; capPpb: number | null; floorPpb: number | null; maxChangePpb?: number }, indexPpb: number, beforePpb: number): number {
  const move = floating.maxChangePpb ?? Number.MAX_SAFE_INTEGER;
  const moved = Math.min(Math.max(indexPpb + floating.marginPpb, beforePpb - move), beforePpb + move);
  return Math.max(0, floating.floorPpb ?? 0, Math.min(moved, floating.capPpb ?? Number.MAX_SAFE_INTEGER));
}

/** The rate in force on a day. */
export function rateOn(line: readonly RateFrom[], day: Day): number {
  let ratePpb = line[0]?.ratePpb ?? 0;
  for (const rate of line) if (rate.fromDay <= day) ratePpb = rate.ratePpb;
  return ratePpb;
}

/**
 * What a balance bears in a year, times a billion: the balance times the rate of its band, or slice by slice.
 *
 * @param balance  in `unit`-ths of a minor unit; below zero bears the plain rate
 * @param unit     parts of a minor unit the balance is counted in
 * @example        150 with 10 % to 100 and 5 points more above, marginal: 100 × 10 % + 50 × 15 % = 17.5
 */
export function yearlyInterest(terms: LoanTerms, balance: bigint, ratePpb: number, unit: bigint): bigint {
  const tiers = terms.ratePlan?.tiers;
  if (!tiers || balance <= 0n) return balance * BigInt(ratePpb);
  let sum = 0n;
  for (const band of tiers.bands) {
    const [above, upTo] = [BigInt(band.above) * unit, band.upTo === null ? null : BigInt(band.upTo) * unit];
    if (balance <= above) continue;
    const rate = BigInt(Math.max(0, ratePpb + band.plusPpb));
    if (tiers.on === "marginal") sum += ((upTo === null || balance < upTo ? balance : upTo) - above) * rate;
    else if (upTo === null || balance <= upTo) return balance * rate;
  }
  return sum;
}

/** The rate a whole balance bears, with its band; for slices their average, rounded down. For telling, not for computing. */
export function effectiveRate(terms: LoanTerms, balance: number, ratePpb: number): number {
  return balance <= 0 ? ratePpb : Number(yearlyInterest(terms, BigInt(balance), ratePpb, 1n) / BigInt(balance));
}

/** Years of part of a period: by days, or as its share of one of the year's equal periods. */
export function yearsOf(terms: LoanTerms, period: Period, index: number, from: Day, to: Day): Fraction {
  const { interest, installments, dates } = terms;
  if (interest.calculation === "actual_days") return yearsWithin(terms, period.from, from, to);
  const perYear = periodsPerYear(installments.every, installments.unit, interest.daysInYear === "actual" ? 365 : interest.daysInYear, dates);
  const whole = wholeDays(terms, period.from, period.to, index === 0);
  return { numerator: BigInt((to - from) * perYear.denominator), denominator: BigInt(whole * perYear.numerator) };
}

/** Days of the whole period that a period's days are counted against: where the first one is broken, of the period that ends with it. */
export function wholeDays(terms: LoanTerms, from: Day, to: Day, isFirst: boolean): number {
  const isBroken = isFirst && terms.interest.partialPeriods && (terms.firstDueDate !== null || terms.dates !== undefined);
  return to - (isBroken ? dueBefore(terms, to) : from);
}

/**
 * Years from one day to another as part of a period: what is counted from its start to the one less what is counted to the other, so that
 * parts always add up to the whole, also where months count thirty days.
 */
export function yearsWithin(terms: LoanTerms, start: Day, from: Day, to: Day): Fraction {
  const whole = dayFactor(terms, 1n, start, to);
  const before = from > start ? dayFactor(terms, 1n, start, from) : { numerator: 0n, denominator: whole.denominator };
  const years = addFractions(whole, { numerator: -before.numerator, denominator: before.denominator });
  return { numerator: years.numerator, denominator: years.denominator / BILLION };
}

/** Days within [from, to] on which something about the interest changes: rates, pauses, compounding. Sorted, both ends included. */
export function cutsBetween(terms: LoanTerms, line: readonly RateFrom[], pauses: readonly InterestPause[], start: Day, from: Day, to: Day): Day[] {
  const days = new Set([from, to]);
  const add = (day: Day) => { if (day > from && day < to) days.add(day); };
  for (const rate of line) add(rate.fromDay);
  for (const pause of pauses) {
    add(toDay(pause.from));
    add(toDay(pause.to));
  }
  for (const day of compoundingDays(terms, start, from, to)) add(day);
  return [...days].sort((a, b) => a - b);
}

/** Days in from < day ≤ to on which unpaid interest begins to bear interest. */
export function compoundingDays(terms: LoanTerms, start: Day, from: Day, to: Day): Day[] {
  const { compounding } = terms.interest;
  if (!compounding) return [];
  const days: Day[] = [];
  const span = { days: 1, weeks: 7, months: 28, years: 365 }[compounding.unit] * compounding.every;
  // No step is shorter than its span except February's, so counting may start just before `from`.
  const longest = { days: 1, weeks: 7, months: 31, years: 366 }[compounding.unit] * compounding.every;
  for (let k = Math.max(1, Math.floor((from - start) / longest)); k <= Math.ceil((to - start) / span) + 1; k++) {
    const day = stepDay(start, k, compounding.every, compounding.unit);
    if (day > to) break;
    if (day > from) days.push(day);
  }
  return days;
}

/** Whether no interest runs on a day. */
export function isInterestPaused(pauses: readonly InterestPause[], day: Day): boolean {
  return pauses.some((pause) => toDay(pause.from) <= day && day < toDay(pause.to));
}

/** Sum of two fractions; cheap when their denominators agree. */
export function addFractions(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  return { numerator: a.numerator * b.denominator + b.numerator * a.denominator, denominator: a.denominator * b.denominator };
}
