import { dayToCivil, fromDay, toDay, weekdayOf } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";

/** What happens to a date that falls on a day without business. */
export const BUSINESS_DAY_RULES = [
  "NO_ADJUST", "FOLLOWING", "PRECEDING", "MODIFIED_FOLLOWING", "MODIFIED_PRECEDING", "MODIFIED_FOLLOWING_BI_MONTHLY", "NEAREST",
] as const;

export type BusinessDayRule = (typeof BUSINESS_DAY_RULES)[number];

/** Days without business: weekdays (1 is Monday, 7 Sunday) and single days. */
export type Calendar = { readonly weekend: readonly number[]; readonly holidays: ReadonlySet<Day> };

/** Weekends by name. `NO_HOLIDAYS` has none. */
export const WEEKENDS: Readonly<Record<string, readonly number[]>> = {
  SAT_SUN: [6, 7], FRI_SAT: [5, 6], THU_FRI: [4, 5], SUN: [7], FRI: [5], NO_HOLIDAYS: [], NONE: [],
};

/** Nobody closes for longer; a calendar that does is a mistake. */
const LONGEST_CLOSURE = 60;

/** Narrows text to a rule. */
export function isBusinessDayRule(text: string): text is BusinessDayRule {
  return (BUSINESS_DAY_RULES as readonly string[]).includes(text);
}

/**
 * A calendar from a named weekend and a list of holidays.
 * @throws RangeError  an unknown weekend, or a malformed date
 * @example            calendar("SAT_SUN", ["2026-12-25"])
 */
export function calendar(weekend: string, holidays: readonly IsoDate[] = []): Calendar {
  const days = WEEKENDS[weekend];
  if (days === undefined) throw new RangeError(`unknown weekend: ${JSON.stringify(weekend)}`);
  return { weekend: days, holidays: new Set(holidays.map(toDay)) };
}

/** Whether a day is open for business. @example isBusinessDay(calendar("SAT_SUN"), "2026-01-03") is false, a Saturday */
export function isBusinessDay(at: Calendar, date: IsoDate): boolean {
  return isOpen(at, toDay(date));
}

function isOpen({ weekend, holidays }: Calendar, day: Day): boolean {
  return !weekend.includes(weekdayOf(day)) && !holidays.has(day);
}

/**
 * A date moved to a business day by a rule; one that is a business day already stays.
 *
 * @throws RangeError  no business day within 60 days
 * @source             2006 ISDA Definitions, section 4.12; NEAREST: a Sunday or Monday goes forward, any other day back
 * @example            adjustToBusinessDay("MODIFIED_FOLLOWING", calendar("SAT_SUN"), "2014-08-31") is 2014-08-29
 */
export function adjustToBusinessDay(rule: BusinessDayRule, at: Calendar, date: IsoDate): IsoDate {
  return fromDay(adjustDay(rule, at, toDay(date)));
}

/** {@link adjustToBusinessDay} on day numbers. */
export function adjustDay(rule: BusinessDayRule, at: Calendar, day: Day): Day {
  if (rule === "NO_ADJUST" || isOpen(at, day)) return day;
  switch (rule) {
    case "FOLLOWING": return step(at, day, 1);
    case "PRECEDING": return step(at, day, -1);
    case "MODIFIED_FOLLOWING": return unless(step(at, day, 1), day, sameMonth, () => step(at, day, -1));
    case "MODIFIED_PRECEDING": return unless(step(at, day, -1), day, sameMonth, () => step(at, day, 1));
    case "MODIFIED_FOLLOWING_BI_MONTHLY": return unless(step(at, day, 1), day, sameHalfMonth, () => step(at, day, -1));
    case "NEAREST": return step(at, day, weekdayOf(day) === 7 || weekdayOf(day) === 1 ? 1 : -1);
  }
}

/**
 * The date `count` business days later (earlier if negative); 0 gives the date itself.
 * @throws RangeError  no business day within 60 days
 * @example            addBusinessDays(calendar("SAT_SUN"), "2026-01-02", 1) is 2026-01-05
 */
export function addBusinessDays(at: Calendar, date: IsoDate, count: number): IsoDate {
  let day = toDay(date);
  for (let left = Math.abs(count); left > 0; left--) day = step(at, day, count > 0 ? 1 : -1);
  return fromDay(day);
}

function unless(moved: Day, day: Day, allowed: (a: Day, b: Day) => boolean, otherwise: () => Day): Day {
  return allowed(moved, day) ? moved : otherwise();
}

function step(at: Calendar, day: Day, direction: 1 | -1): Day {
  for (let moved = 1; moved <= LONGEST_CLOSURE; moved++) if (isOpen(at, day + direction * moved)) return day + direction * moved;
  throw new RangeError(`no business day within ${LONGEST_CLOSURE} days of ${fromDay(day)}`);
}

function sameMonth(a: Day, b: Day): boolean {
  return dayToCivil(a).month === dayToCivil(b).month;
}

function sameHalfMonth(a: Day, b: Day): boolean {
  return sameMonth(a, b) && dayToCivil(a).day <= 15 === dayToCivil(b).day <= 15;
}
