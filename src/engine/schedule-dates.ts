import { adjustDay } from "./calendar.ts";
import type { BusinessDayRule, Calendar } from "./calendar.ts";
import { addMonthsToDay, civilToDay, dayToCivil, daysInMonth, fromDay, toDay, weekdayOf } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";

/** Where the dates of a series fall. `DAY_n` is a day of the month (capped at its end), `DAY_MON` … a weekday, `IMM` the third Wednesday, `SFE` the second Friday. */
export type RollConvention = "NONE" | "EOM" | "IMM" | "SFE" | `DAY_${number}` | `DAY_${Weekday}`;
type Weekday = "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN";
const WEEKDAYS: readonly Weekday[] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/** Time between two dates of a series. */
export type Frequency = { readonly months: number } | { readonly days: number };

/** Where a period of odd length may sit. `SMART` is long when the short one would be under seven days. */
export const STUB_RULES = ["NONE", "SHORT_INITIAL", "LONG_INITIAL", "SMART_INITIAL", "SHORT_FINAL", "LONG_FINAL", "SMART_FINAL", "BOTH"] as const;
export type StubRule = (typeof STUB_RULES)[number];

/** A series of dates. `null` in `stub` or `roll` is "as the dates themselves say". */
export type ScheduleRequest = {
  readonly start: IsoDate;
  readonly end: IsoDate;
  readonly frequency: Frequency | null;
  readonly stub: StubRule | null;
  readonly roll: RollConvention | null;
  readonly firstRegular: IsoDate | null;
  readonly lastRegular: IsoDate | null;
  readonly rule: BusinessDayRule;
  readonly calendar: Calendar;
};

const MAX_DATES = 20_000;

/** Narrows text to a roll convention. @example isRollConvention("DAY_30") */
export function isRollConvention(text: string): text is RollConvention {
  return /^(NONE|EOM|IMM|SFE|DAY_([1-9]|[12]\d|3[01])|DAY_(MON|TUE|WED|THU|FRI|SAT|SUN))$/.test(text);
}

/**
 * A date moved to where its month (or week) puts it: month end, the n-th, the next such weekday.
 * @throws RangeError  an unknown convention
 * @example            rollDate("EOM", "2014-02-01") is 2014-02-28
 */
export function rollDate(roll: RollConvention, date: IsoDate): IsoDate {
  return fromDay(rollDay(roll, toDay(date)));
}

/** The roll date after a date: months later, then rolled. @example nextRollDate("EOM", "2014-08-30", { months: 1 }) is 2014-09-30 */
export function nextRollDate(roll: RollConvention, date: IsoDate, frequency: Frequency): IsoDate {
  return fromDay(advance(roll, toDay(date), frequency, true));
}

/** The roll date before a date. @example previousRollDate("EOM", "2014-03-01", { months: 1 }) is 2014-02-28 */
export function previousRollDate(roll: RollConvention, date: IsoDate, frequency: Frequency): IsoDate {
  return fromDay(advance(roll, toDay(date), frequency, false));
}

function rollDay(roll: RollConvention, day: Day): Day {
  if (roll === "NONE") return day;
  const { year, month } = dayToCivil(day);
  if (roll === "IMM") return nthWeekday(year, month, 3, 3);
  if (roll === "SFE") return nthWeekday(year, month, 5, 2);
  const wanted = dayOfMonth(roll);
  if (wanted !== null) return civilToDay(year, month, Math.min(wanted, daysInMonth(year, month)));
  const weekday = WEEKDAYS.findIndex((w) => roll === `DAY_${w}`) + 1;
  if (weekday === 0) throw new RangeError(`unknown roll convention: ${roll}`);
  return day + ((weekday - weekdayOf(day) + 7) % 7);
}

/** Day of the month of a convention; 31 is month end; `null` where none. */
function dayOfMonth(roll: RollConvention): number | null {
  if (roll === "EOM") return 31;
  const match = /^DAY_(\d{1,2})$/.exec(roll);
  return match ? Number(match[1]) : null;
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): Day {
  const first = civilToDay(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1);
}

function add(day: Day, frequency: Frequency, forward: boolean): Day {
  const length = "months" in frequency ? frequency.months : frequency.days;
  const signed = forward ? length : -length;
  return "months" in frequency ? addMonthsToDay(day, signed) : day + signed;
}

/** Rolling may lead back to the day itself or past it, when the step is shorter than a month (or a week): then the roll date beyond is meant. */
function advance(roll: RollConvention, day: Day, frequency: Frequency, forward: boolean): Day {
  const rolled = rollDay(roll, add(day, frequency, forward));
  if (forward ? rolled > day : rolled < day) return rolled;
  return isWeekly(roll) ? rolled - 7 : rollDay(roll, add(day, { months: 1 }, forward));
}

function isWeekly(roll: RollConvention): boolean {
  return WEEKDAYS.some((w) => roll === `DAY_${w}`);
}

/**
 * The dates of a series: as they nominally fall, and moved to business days.
 *
 * Explicit stubs run from `start` to `firstRegular` and from `lastRegular` to `end`; the part between rolls forward, or back when
 * the stub is at the start. A month-end roll is advice: it holds when the date it starts from is a month end, or the business day
 * before one.
 *
 * @throws RangeError  `end` is not after `start`; the regular dates are out of order; a stub where none may be; over 20,000 dates
 * @source             stub and roll terms of 2006 ISDA Definitions, sections 4.10 to 4.12
 * @example            monthly from 2014-06-04 to 2014-09-17 with SHORT_INITIAL: 06-04, 06-17, 07-17, 08-17, 09-17
 */
export function scheduleDates(request: ScheduleRequest): { unadjusted: IsoDate[]; adjusted: IsoDate[] } {
  const start = nominal(request, request.start);
  const end = nominal(request, request.end);
  const first = request.firstRegular === null ? start : nominal(request, request.firstRegular);
  const last = request.lastRegular === null ? end : nominal(request, request.lastRegular);
  if (end <= start) throw new RangeError(`schedule ends ${request.end}, not after it starts ${request.start}`);
  if (first < start || last > end || last < first) throw new RangeError("regular dates are out of order");
  const middle = request.frequency === null || first === last ? [first, last] : regularDates(request, request.frequency, first, last, first > start, last < end);
  const dates = [...new Set([start, ...middle, end])];
  return { unadjusted: dates.map(fromDay), adjusted: dates.map((d) => fromDay(adjustDay(request.rule, request.calendar, d))) };
}

/** A given date may be the business day of a roll date: then the roll date is meant. */
function nominal(request: ScheduleRequest, date: IsoDate): Day {
  const day = toDay(date);
  const wanted = dayOfMonth(request.roll ?? "NONE");
  if (wanted === null) return day;
  const { year, month } = dayToCivil(day);
  const rolled = civilToDay(year, month, Math.min(wanted, daysInMonth(year, month)));
  return adjustDay(request.rule, request.calendar, rolled) === day ? rolled : day;
}

function regularDates(request: ScheduleRequest, frequency: Frequency, first: Day, last: Day, stubAtStart: boolean, stubAtEnd: boolean): Day[] {
  const stub = remainingStub(request, first, last, stubAtStart, stubAtEnd);
  const roll = rollOf(request, frequency, stub, first, last);
  return stub.endsWith("_INITIAL") ? rollBack(roll, frequency, stub, first, last) : rollForward(roll, frequency, stub, first, last);
}

/** The stub still to be made between the regular dates. */
function remainingStub({ stub, roll }: ScheduleRequest, first: Day, last: Day, atStart: boolean, atEnd: boolean): StubRule {
  if (stub === "BOTH") return "NONE";
  if (atStart && atEnd) return "NONE";
  if (stub === null) {
    if (atStart || atEnd || roll === null || roll === "EOM") return "NONE";
    const [startFits, endFits] = [rollDay(roll, first) === first, rollDay(roll, last) === last];
    if (startFits === endFits) return "NONE";
    return endFits ? "SHORT_INITIAL" : "SHORT_FINAL";
  }
  const smart = stub.startsWith("SMART_");
  if (atStart && stub.endsWith("_INITIAL")) return smart ? "SMART_FINAL" : "NONE";
  if (atEnd && stub.endsWith("_FINAL")) return smart ? "SMART_INITIAL" : "NONE";
  return stub;
}

function rollOf(request: ScheduleRequest, frequency: Frequency, stub: StubRule, first: Day, last: Day): RollConvention {
  const given = request.roll;
  if (given !== null && given !== "NONE" && given !== "EOM") return given;
  if (!("months" in frequency)) return "NONE";
  const [a, b] = [dayToCivil(first), dayToCivil(last)];
  const monthEnd = (c: typeof a) => c.day === daysInMonth(c.year, c.month);
  if (stub === "NONE" && a.day !== b.day && (monthEnd(a) || monthEnd(b))) {
    return given === "EOM" ? "EOM" : `DAY_${Math.max(a.day, b.day)}`;
  }
  const anchor = stub.endsWith("_INITIAL") ? b : a;
  return given === "EOM" && monthEnd(anchor) ? "EOM" : `DAY_${anchor.day}`;
}

function rollBack(roll: RollConvention, frequency: Frequency, stub: StubRule, first: Day, last: Day): Day[] {
  const dates = [last];
  let day = advance(roll, last, frequency, false);
  for (; day > first; day = advance(roll, day, frequency, false)) push(dates, day);
  const nearest = dates[dates.length - 1] ?? last;
  if (day !== first && dates.length > 1 && isLong(stub, nearest - first)) dates.pop();
  return [first, ...dates.reverse()];
}

function rollForward(roll: RollConvention, frequency: Frequency, stub: StubRule, first: Day, last: Day): Day[] {
  const dates = [first];
  let day = advance(roll, first, frequency, true);
  for (; day < last; day = advance(roll, day, frequency, true)) push(dates, day);
  const nearest = dates[dates.length - 1] ?? first;
  if (day !== last) {
    if (stub === "NONE" && !(roll === "EOM" && endsInSameMonth(day, last))) throw new RangeError(`a stub is left before ${fromDay(last)} where none is allowed`);
    if (dates.length > 1 && isLong(stub, last - nearest)) dates.pop();
  }
  return [...dates, last];
}

function isLong(stub: StubRule, days: number): boolean {
  return stub.startsWith("LONG_") || (stub.startsWith("SMART_") && days < 7);
}

/** A month-end roll may close a day early: 30 October for 31 October. */
function endsInSameMonth(a: Day, b: Day): boolean {
  const [x, y] = [dayToCivil(a), dayToCivil(b)];
  return x.year === y.year && x.month === y.month;
}

function push(dates: Day[], day: Day): void {
  if (dates.length >= MAX_DATES) throw new RangeError(`more than ${MAX_DATES} dates`);
  dates.push(day);
}
