import { addMonthsToDay, civilToDay, dayToCivil, daysInMonth, weekdayOf } from "./date.ts";
import type { Day } from "./date.ts";
import type { DatePlan } from "./plan-terms.ts";
import { EngineRefusal } from "./state.ts";

/**
 * Due dates of a plan, in order, not yet moved by a calendar. Without a first due date, semi-monthly series start at the first of their
 * days after `start`; the others in the month one period after it.
 *
 * @param every   months from one date to the next; semi-monthly series take every such month's two days
 * @param start   day the money is paid out
 * @param first   the agreed first due date, which begins the series; `null`: as above
 * @returns       `count` days
 * @throws EngineRefusal  terms.malformed when `first` is no date of the plan
 * @example       semi-monthly on 15 and 31 from 2026-01-20: 01-31, 02-15, 02-28, …
 */
export function planDays(plan: DatePlan, every: number, start: Day, first: Day | null, count: number): Day[] {
  const perMonth = plan.kind === "semi_monthly" ? 2 : 1;
  const anchor = first ?? (plan.kind === "semi_monthly" ? start + 1 : addMonthsToDay(start, every));
  const days: Day[] = [];
  // One month more than needed: the first may hold one date alone.
  for (let month = 0; month <= Math.ceil(count / perMonth); month++) days.push(...daysOfMonth(plan, addMonthsToDay(firstOfMonth(anchor), month * every)));
  const usable = plan.kind === "semi_monthly" || first !== null ? days.filter((day) => day >= anchor) : days.filter((day) => day > start);
  if (first !== null && usable[0] !== first) throw new EngineRefusal("terms.malformed", "the first due date is not one of the dates agreed");
  return usable.slice(0, count);
}

/** The date of the plan before one of its dates: where a whole period ending there begins. */
export function planDayBefore(plan: DatePlan, every: number, day: Day): Day {
  const month = firstOfMonth(day);
  const within = daysOfMonth(plan, month).findLast((d) => d < day);
  if (plan.kind === "semi_monthly" && within !== undefined) return within;
  return daysOfMonth(plan, addMonthsToDay(month, -every)).at(-1) ?? day;
}

/** The date of the plan after a day that is one of its dates. */
export function planDayAfter(plan: DatePlan, every: number, day: Day): Day {
  const month = firstOfMonth(day);
  const within = daysOfMonth(plan, month).find((d) => d > day);
  if (plan.kind === "semi_monthly" && within !== undefined) return within;
  return daysOfMonth(plan, addMonthsToDay(month, every))[0] ?? day;
}

function firstOfMonth(day: Day): Day {
  const { year, month } = dayToCivil(day);
  return civilToDay(year, month, 1);
}

/** Dates of the plan in the month of a day, in order. */
function daysOfMonth(plan: DatePlan, within: Day): Day[] {
  const { year, month } = dayToCivil(within);
  const last = daysInMonth(year, month);
  const at = (day: number) => civilToDay(year, month, Math.min(day, last));
  switch (plan.kind) {
    case "month_end": return [at(last)];
    case "semi_monthly": return [at(Math.min(...plan.days)), at(Math.max(...plan.days))];
    case "nth_weekday": {
      if (plan.nth === -1) return [at(last) - ((weekdayOf(at(last)) - plan.weekday + 7) % 7)];
      const first = civilToDay(year, month, 1);
      return [first + ((plan.weekday - weekdayOf(first) + 7) % 7) + 7 * (plan.nth - 1)];
    }
  }
}
