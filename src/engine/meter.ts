import { dayFactor } from "./day-factor.ts";
import { toDay } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";
import type { Fraction } from "./day-count-ratio.ts";
import type { IndexFixed, RateChanged } from "./events.ts";
import type { Period } from "./periods.ts";
import type { InterestPause } from "./plan-terms.ts";
import { compoundingDays, cutsBetween, isInterestPaused, rateLine, rateOn, yearlyInterest, yearsWithin } from "./rate-line.ts";
import type { RateFrom } from "./rate-line.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import { EngineRefusal } from "./state.ts";
import { isPlanned } from "./row-rules.ts";
import type { LoanTerms, Minor } from "./terms.ts";

/** Interest by the day is carried in millionths of a minor unit. */
export const MICRO = 1_000_000n;
const BILLION = 1_000_000_000n;

/** What the interest of a daily loan goes by, as far as it is known at a point of its history. */
export type Meter = {
  /** Whether terms or events ask for more than one rate at a time; the rest is as it always was. */
  planned: boolean;
  periods: Period[];
  start: Day;
  events: (RateChanged | IndexFixed)[];
  line: RateFrom[];
  pauses: InterestPause[];
  /** Days on which all unpaid interest begins to bear interest, besides those of the terms' compounding. */
  capitalises: Set<Day>;
  /** The base payment last solved. */
  base: Minor | null;
};

/** A meter before anything is paid out. */
export function newMeter(terms: LoanTerms): Meter {
  return { planned: isPlanned(terms) || terms.interest.dayCount !== undefined, periods: [], start: 0, events: [], line: [], pauses: [...(terms.interest.pauses ?? [])], capitalises: new Set(), base: null };
}

/** The meter as it stands; what is noted on the copy does not show on it. */
export function copyMeter(meter: Meter): Meter {
  return { ...meter, events: [...meter.events], pauses: [...meter.pauses], capitalises: new Set(meter.capitalises) };
}

/** Notes a fixing or change of rate. */
export function noteRate(terms: LoanTerms, meter: Meter, event: RateChanged | IndexFixed): void {
  meter.events.push(event);
  meter.line = rateLine(terms, meter.periods, meter.start, meter.events);
}

/** Unpaid interest in millionths, and how much of it (in minor units) bears interest. */
export type Running = { micro: bigint; compounded: Minor };

/**
 * Lets interest run on a balance between two days.
 *
 * @param ratePpb  rate of a loan without a plan; `null` stops the interest of any loan
 * @source         2006 ISDA Definitions, section 4.16, by the terms' day count
 * @example        10,000.00 at 18.25 % for one day: 5.00
 */
export function runInterest(terms: LoanTerms, meter: Meter, balance: Minor, ratePpb: number | null, from: IsoDate, to: IsoDate, running: Running): void {
  if (to <= from || ratePpb === null) return;
  if (!meter.planned) {
    if (balance > 0) running.micro += microOf(dayFactor(terms, BigInt(balance) * BigInt(ratePpb), toDay(from), toDay(to)));
    return;
  }
  const [first, last] = [toDay(from), toDay(to)];
  const cuts = new Set(cutsBetween(terms, meter.line, meter.pauses, meter.start, first, last));
  for (const day of meter.capitalises) if (day > first && day < last) cuts.add(day);
  for (const { to: day } of meter.periods) if (day > first && day < last) cuts.add(day);
  const days = [...cuts].sort((a, b) => a - b);
  const compounds = new Set(compoundingDays(terms, meter.start, first, last));
  for (let k = 1; k < days.length; k++) {
    const [start, end] = [days[k - 1] as Day, days[k] as Day];
    if (balance >= 0 && !isInterestPaused(meter.pauses, start)) {
      const yearly = yearlyInterest(terms, BigInt(balance + running.compounded), rateOn(meter.line, start), 1n);
      const years = yearsWithin(terms, periodStart(meter, start), start, end);
      running.micro += microOf({ numerator: yearly * years.numerator, denominator: BILLION * years.denominator });
    }
    if (compounds.has(end) || meter.capitalises.has(end)) running.compounded = countable(divideRounded(running.micro, MICRO, terms.rounding));
  }
}

/** Interest that grows on interest without end is refused by name, before it is more than can be counted. */
function countable(minor: bigint): number {
  if (minor > BigInt(Number.MAX_SAFE_INTEGER) / 4n) throw new EngineRefusal("terms.negative_amortization", "unpaid interest grows without end");
  return safeNumber(minor);
}

function microOf({ numerator, denominator }: Fraction): bigint {
  return divideRounded(numerator * MICRO, denominator, "half-even");
}

/** Where the period that holds a day begins; after the last one, where that ended. */
function periodStart(meter: Meter, day: Day): Day {
  let start = meter.start;
  for (const period of meter.periods) {
    if (period.to > day) break;
    start = period.to;
  }
  return start;
}

/** The rate in force on a day, for showing. */
export function rateNow(meter: Meter, fallback: number, day: IsoDate): number {
  return meter.planned && meter.line.length > 0 ? rateOn(meter.line, toDay(day)) : fallback;
}
