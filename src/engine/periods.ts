import { planDayAfter, planDayBefore, planDays } from "./date-plan.ts";
import { addMonthsToDay, dayToCivil, fromDay, toDay, weekdayOf } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";
import type { DatePlan } from "./plan-terms.ts";
import { EngineRefusal } from "./state.ts";
import type { CalendarTerms, LoanTerms, PeriodUnit } from "./terms.ts";

/** One period of a schedule, in day numbers: interest runs from `from` (counted) to `to` (not counted); money is due on `due`. */
export type Period = { from: Day; to: Day; due: Day };

/**
 * The day `count` steps of `every` units after `day`. `dayOfMonth` pins the day of a monthly series (31 comes back after
 * February).
 */
export function stepDay(day: Day, count: number, every: number, unit: PeriodUnit, dayOfMonth?: number): Day {
  const steps = count * every;
  switch (unit) {
    case "days": return day + steps;
    case "weeks": return day + steps * 7;
    case "months": return addMonthsToDay(day, steps, dayOfMonth);
    case "years": return addMonthsToDay(day, steps * 12, dayOfMonth);
  }
}

/**
 * The regular periods of a loan, as agreed. Dates are counted from the first due date, never from one another.
 *
 * @param start  payout day, from which interest runs
 * @throws EngineRefusal  terms.maturity_before_first_due when the first due date is not after `start`
 * @example      monthly from 2024-01-31: due 2024-02-29, 2024-03-31, …
 */
export function periodsOf(terms: LoanTerms, start: Day, count = terms.installments.count): Period[] {
  const { every, unit } = terms.installments;
  const custom = terms.payments?.custom;
  const seed = terms.countFrom === "submission" && terms.submittedDate !== null ? toDay(terms.submittedDate) : start;
  const given = terms.firstDueDate === null ? null : toDay(terms.firstDueDate);
  const anchor = given ?? seed;
  const pinned = dayToCivil(anchor).day;
  const offset = given === null ? 1 : 0;
  const planned = custom ? custom.map((row) => toDay(row.dueDate)) : terms.dates ? planDays(terms.dates, every, seed, given, count) : null;
  const periods: Period[] = [];
  let from = Math.min(start, seed);
  for (let i = 0; i < count; i++) {
    const counted = planned?.[i] ?? stepDay(anchor, i + offset, every, unit, pinned);
    const due = rollDay(counted, terms.calendar);
    const to = terms.calendar.movesInterest ? due : counted;
    if (to <= from) throw new EngineRefusal("terms.maturity_before_first_due", `due ${fromDay(to)} is not after ${fromDay(from)}`);
    periods.push({ from, to, due });
    from = to;
  }
  return terms.fixedLengthDays === null ? periods : endAfter(periods, start + terms.fixedLengthDays);
}

/**
 * The period after the last of a list: the next one of the loan's own series while the list follows it, else one step after the last due
 * date. Either way the day of the month stays, however short a month between was.
 *
 * @example after 2026-10-31 and 2026-11-30: to and due 2026-12-31
 */
export function periodAfter(terms: LoanTerms, rows: readonly { readonly from: Day; readonly due: Day }[]): { to: Day; due: Day } {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) throw new RangeError("a period follows another");
  if (terms.dates) return endingOn(planDayAfter(terms.dates, terms.installments.every, last.due));
  if (terms.fixedLengthDays === null && !terms.payments?.custom) {
    const [before, next] = periodsOf(terms, first.from, rows.length + 1).slice(-2);
    if (before?.due === last.due && next) return { to: next.to, due: next.due };
  }
  const { every, unit } = terms.installments;
  return endingOn(stepDay(last.due, 1, every, unit, dayOfSeries(terms, rows)));
}

const endingOn = (day: Day): { to: Day; due: Day } => ({ to: day, due: day });

/** The day of the month that the last due dates are counted by: a short month shows less than it is. */
function dayOfSeries(terms: LoanTerms, rows: readonly { readonly due: Day }[]): number {
  const { every, unit } = terms.installments;
  const last = rows.at(-1)?.due ?? 0;
  let pinned = dayToCivil(last).day;
  rows.slice(-12).forEach(({ due }, i, tail) => {
    const { day } = dayToCivil(due);
    if (day > pinned && stepDay(due, tail.length - 1 - i, every, unit, day) === last) pinned = day;
  });
  return pinned;
}

/** Where a whole period that ends on a day begins, by the terms' own dates. */
export function dueBefore(terms: LoanTerms, due: Day): Day {
  const { every, unit } = terms.installments;
  return terms.dates ? planDayBefore(terms.dates, every, due) : stepDay(due, -1, every, unit);
}

/** Makes the last period end on a day, leaving out periods that would start on or after it. */
function endAfter(periods: readonly Period[], end: Day): Period[] {
  const kept = periods.filter((p, i) => i === 0 || p.from < end);
  const last = kept.pop();
  if (!last || last.from >= end) throw new EngineRefusal("terms.maturity_before_first_due", "the fixed length is over before the first period");
  return [...kept, { from: last.from, to: end, due: end }];
}

/** The day a due date really falls on. @source ISDA 2006 section 4.12 for the meaning of the conventions */
export function rollDay(day: Day, calendar: CalendarTerms): Day {
  if (calendar.roll === "none" || isBusinessDay(day, calendar)) return day;
  const step = calendar.roll === "preceding" ? -1 : 1;
  let rolled = day;
  for (let tries = 0; !isBusinessDay(rolled, calendar); tries++) {
    if (tries > 366) throw new EngineRefusal("terms.malformed", "no business day within a year");
    rolled += step;
  }
  if (calendar.roll === "modified_following" && dayToCivil(rolled).month !== dayToCivil(day).month) {
    return rollDay(day, { ...calendar, roll: "preceding" });
  }
  return rolled;
}

function isBusinessDay(day: Day, calendar: CalendarTerms): boolean {
  return !calendar.weekend.includes(weekdayOf(day)) && (calendar.holidays.length === 0 || !calendar.holidays.includes(fromDay(day)));
}

/** Periods in a year: 12 for one month, 24 for two days of each month, 26 for two weeks (52 weeks a year), `yearDays` ÷ days for days. As a fraction. */
export function periodsPerYear(every: number, unit: PeriodUnit, yearDays: number, dates?: DatePlan): { numerator: number; denominator: number } {
  if (dates?.kind === "semi_monthly") return { numerator: 24, denominator: every };
  switch (unit) {
    case "days": return { numerator: yearDays, denominator: every };
    case "weeks": return { numerator: 52, denominator: every };
    case "months": return { numerator: 12, denominator: every };
    case "years": return { numerator: 1, denominator: every };
  }
}

const texts = new Map<Day, IsoDate>();

/** `fromDay` remembered: schedules ask for the same few thousand days again and again. */
export function dayText(day: Day): IsoDate {
  const known = texts.get(day);
  if (known !== undefined) return known;
  const text = fromDay(day);
  if (texts.size > 50_000) texts.clear();
  texts.set(day, text);
  return text;
}
