import { civilToDay, dayToCivil, daysInMonth, daysInYear, isLeapYear, toDay, addMonthsToDay } from "./date.ts";
import type { CivilDate, Day, IsoDate } from "./date.ts";

/** Day-count conventions by their market names. `1/1` counts every period as one year. */
export const DAY_COUNT_CONVENTIONS = [
  "30/360_BOND", "30/360_US", "30/360_PSA", "30E/360", "30E+/360", "30E/360_ISDA", "30E/365",
  "ACT/360", "ACT/364", "ACT/365F", "ACT/365.25", "ACT/366", "ACT/365_ACTUAL", "ACT/365L",
  "ACT/ACT_ISDA", "ACT/ACT_ICMA", "ACT/ACT_AFB", "ACT/ACT_YEAR", "NL/365", "NL/360", "1/1",
] as const;

export type DayCountConvention = (typeof DAY_COUNT_CONVENTIONS)[number];

/** What some conventions need beside the two dates. */
export type DayCountContext = {
  /** 30E/360_ISDA: the last day of the contract. */
  readonly terminationDate?: IsoDate | null;
  /** ACT/365L, ACT/ACT_ICMA: end of the coupon period that `start` begins. */
  readonly periodEnd?: IsoDate | null;
  /** ACT/365L, ACT/ACT_ICMA: months between coupons. */
  readonly frequencyMonths?: number | null;
  /** ACT/ACT_ICMA: first and last day of the schedule, to know a first and a last period. */
  readonly scheduleStart?: IsoDate | null;
  readonly scheduleEnd?: IsoDate | null;
  /** ACT/ACT_ICMA: coupons fall on month ends. */
  readonly endOfMonth?: boolean | null;
};

/** Narrows text to a convention. */
export function isDayCountConvention(text: string): text is DayCountConvention {
  return (DAY_COUNT_CONVENTIONS as readonly string[]).includes(text);
}

/**
 * Days of a period as the convention counts them; the first day counts, the last does not.
 *
 * @throws RangeError  `end` is before `start`, or a date is malformed
 * @source             2006 ISDA Definitions, section 4.16; SIFMA Standard Securities Calculation Methods (30/360 US, PSA)
 * @example            dayCountDays("30/360_BOND", "2026-01-31", "2026-02-28") is 28
 */
export function dayCountDays(convention: DayCountConvention, start: IsoDate, end: IsoDate, context: DayCountContext = {}): number {
  const from = toDay(start);
  const to = toDay(end);
  if (to < from) throw new RangeError(`period ends ${end}, before it starts ${start}`);
  switch (convention) {
    case "30/360_BOND": case "30/360_US": case "30/360_PSA": case "30E/360": case "30E+/360": case "30E/360_ISDA": case "30E/365":
      return days360(convention, dayToCivil(from), dayToCivil(to), context.terminationDate === end);
    case "NL/365": case "NL/360": return to - from - leapDays(from, to);
    case "1/1": return 1;
    default: return to - from;
  }
}

/**
 * Length of a period in years as the convention counts it.
 *
 * @throws RangeError  `end` is before `start`; or the convention needs a context field that is missing
 * @source             2006 ISDA Definitions, section 4.16; ICMA Rule Book, rule 251; FBF Master Agreement 2013 (ACT/ACT_AFB)
 * @example            yearFraction("ACT/365F", "2026-01-01", "2026-01-31") is 30/365
 */
export function yearFraction(convention: DayCountConvention, start: IsoDate, end: IsoDate, context: DayCountContext = {}): number {
  const days = dayCountDays(convention, start, end, context);
  const from = toDay(start);
  const to = toDay(end);
  switch (convention) {
    case "30/360_BOND": case "30/360_US": case "30/360_PSA": case "30E/360": case "30E+/360": case "30E/360_ISDA":
    case "ACT/360": case "NL/360": return days / 360;
    case "30E/365": case "ACT/365F": case "NL/365": return days / 365;
    case "ACT/364": return days / 364;
    case "ACT/365.25": return days / 365.25;
    case "ACT/366": return days / 366;
    case "ACT/365_ACTUAL": return days / (leapDays(from, to) > 0 ? 366 : 365);
    case "ACT/365L": return days / lengthOf365L(from, context);
    case "ACT/ACT_ISDA": return actualIsda(from, to);
    case "ACT/ACT_ICMA": return actualIcma(from, to, context);
    case "ACT/ACT_AFB": return actualAfb(from, to);
    case "ACT/ACT_YEAR": return actualYear(from, to);
    case "1/1": return 1;
  }
}

type Thirty = "30/360_BOND" | "30/360_US" | "30/360_PSA" | "30E/360" | "30E+/360" | "30E/360_ISDA" | "30E/365";

function days360(convention: Thirty, a: CivilDate, b: CivilDate, terminates: boolean): number {
  let [d1, d2] = [a.day, b.day];
  switch (convention) {
    case "30/360_BOND":
      if (d1 === 31) d1 = 30;
      if (d2 === 31 && d1 === 30) d2 = 30;
      break;
    case "30/360_US":
      if (lastOfFebruary(a) && lastOfFebruary(b)) d2 = 30;
      if (lastOfFebruary(a)) d1 = 30;
      if (d2 === 31 && d1 >= 30) d2 = 30;
      if (d1 === 31) d1 = 30;
      break;
    case "30/360_PSA":
      if (d1 === 31 || lastOfFebruary(a)) d1 = 30;
      if (d2 === 31 && d1 === 30) d2 = 30;
      break;
    case "30E/360":
      if (d1 === 31) d1 = 30;
      if (d2 === 31) d2 = 30;
      break;
    case "30E+/360":
      // An end on a 31st is the first of the next month, which is 31 days of this one.
      if (d1 === 31) d1 = 30;
      break;
    case "30E/360_ISDA": case "30E/365":
      if (lastOfMonth(a)) d1 = 30;
      if (lastOfMonth(b) && !(convention === "30E/360_ISDA" && b.month === 2 && terminates)) d2 = 30;
      break;
  }
  return 360 * (b.year - a.year) + 30 * (b.month - a.month) + (d2 - d1);
}

function lastOfMonth({ year, month, day }: CivilDate): boolean {
  return day === daysInMonth(year, month);
}

function lastOfFebruary(date: CivilDate): boolean {
  return date.month === 2 && lastOfMonth(date);
}

/** 29 Februaries after `from` and up to `to`. */
function leapDays(from: Day, to: Day): number {
  return leapDaysUpTo(to) - leapDaysUpTo(from);
}

/** 29 Februaries since the start of the calendar, that day included. */
function leapDaysUpTo(day: Day): number {
  const { year, month, day: dayOfMonth } = dayToCivil(day);
  const whole = month > 2 || (month === 2 && dayOfMonth === 29) ? year : year - 1;
  return Math.floor(whole / 4) - Math.floor(whole / 100) + Math.floor(whole / 400);
}

function lengthOf365L(from: Day, { frequencyMonths, periodEnd }: DayCountContext): number {
  if (!frequencyMonths || !periodEnd) throw new RangeError("ACT/365L needs frequencyMonths and periodEnd");
  const end = toDay(periodEnd);
  const long = frequencyMonths === 12 ? leapDays(from, end) > 0 : isLeapYear(dayToCivil(end).year);
  return long ? 366 : 365;
}

function actualIsda(from: Day, to: Day): number {
  const a = dayToCivil(from).year;
  const b = dayToCivil(to).year;
  if (a === b) return (to - from) / daysInYear(a);
  return (civilToDay(a + 1, 1, 1) - from) / daysInYear(a) + (b - a - 1) + (to - civilToDay(b, 1, 1)) / daysInYear(b);
}

/** Whole years back from the end; what is left over 366 when it holds a 29 February (start counted, end not), else 365. */
function actualAfb(from: Day, to: Day): number {
  let years = 0;
  let end = to;
  for (;;) {
    const earlier = addMonthsToDay(to, -12 * (years + 1));
    if (earlier < from) break;
    years++;
    end = earlier;
  }
  return years + (end - from) / (leapDays(from - 1, end - 1) > 0 ? 366 : 365);
}

function actualYear(from: Day, to: Day): number {
  let years = dayToCivil(to).year - dayToCivil(from).year;
  if (addMonthsToDay(from, 12 * years) > to) years--;
  const anniversary = addMonthsToDay(from, 12 * years);
  return years + (to - anniversary) / (addMonthsToDay(from, 12 * (years + 1)) - anniversary);
}

/** Start of the coupon period that holds `from`: a coupon date itself (cut short by a month end or not), or the one before it. */
function regularStart(from: Day, coupon: Day, months: number): Day {
  const low = addMonthsToDay(coupon, -months);
  const [a, b] = [dayToCivil(low), dayToCivil(from)];
  return from < low || (a.month === b.month && lastOfMonth(dayToCivil(coupon))) ? from : low;
}

function actualIcma(from: Day, to: Day, context: DayCountContext): number {
  const { frequencyMonths: months, periodEnd, scheduleStart, scheduleEnd, endOfMonth } = context;
  if (!months || !periodEnd) throw new RangeError("ACT/ACT_ICMA needs frequencyMonths and periodEnd");
  const coupon = toDay(periodEnd);
  if (to === from) return 0;
  const perYear = 12 / months;
  const isFirst = scheduleStart ? toDay(scheduleStart) === from : false;
  const isLast = scheduleEnd ? toDay(scheduleEnd) === coupon : false;
  if (!isFirst && !isLast) return (to - from) / (perYear * (coupon - regularStart(from, coupon, months)));
  const base = isFirst ? coupon : from;
  const baseDay = dayToCivil(base);
  const dayOfMonth = endOfMonth === true && lastOfMonth(baseDay) ? 31 : baseDay.day;
  const nominal = (k: number) => addMonthsToDay(base, k * months, dayOfMonth);
  let sum = 0;
  const direction = isFirst ? -1 : 1;
  for (let k = 0; ; k += direction) {
    const [low, high] = isFirst ? [nominal(k - 1), nominal(k)] : [nominal(k), nominal(k + 1)];
    const inPeriod = Math.min(to, high) - Math.max(from, low);
    if (inPeriod > 0) sum += inPeriod / (perYear * (high - low));
    if (isFirst ? low <= from : high >= to) return sum;
  }
}
