import assert from "node:assert/strict";
import { test } from "node:test";
import { fromDay, isoDate, toDay } from "./date.ts";
import { planDayAfter, planDayBefore, planDays } from "./date-plan.ts";
import type { DatePlan } from "./plan-terms.ts";
import { refused } from "./testing/worked.ts";

/** Due dates by a calendar of 2026: 1 January is a Thursday, February has 28 days. */

const on = (text: string) => toDay(isoDate(text));
const days = (plan: DatePlan, start: string, count: number, every = 1, first: string | null = null) => planDays(plan, every, on(start), first === null ? null : on(first), count).map((d) => fromDay(d).slice(5)).join(" ");
const TWICE: DatePlan = { kind: "semi_monthly", days: [31, 15] };
const END: DatePlan = { kind: "month_end" };
const FRIDAY: DatePlan = { kind: "nth_weekday", nth: 2, weekday: 5 };
const LAST_THURSDAY: DatePlan = { kind: "nth_weekday", nth: -1, weekday: 4 };

test("two days a month: from the first of them after the payout, month by month, exactly as many as asked", () => {
  assert.equal(days(TWICE, "2026-01-20", 4), "01-31 02-15 02-28 03-15");
  assert.equal(days(TWICE, "2026-01-15", 3), "01-31 02-15 02-28", "the payout's own day is no due date");
  assert.equal(days(TWICE, "2026-01-14", 1), "01-15");
  assert.equal(days(TWICE, "2026-01-31", 2), "02-15 02-28");
  assert.equal(days(TWICE, "2026-01-20", 4, 2), "01-31 03-15 03-31 05-15", "every other month");
  assert.equal(days(TWICE, "2026-01-20", 2, 1, "2026-02-28"), "02-28 03-15", "from the date agreed on");
  assert.equal(days(TWICE, "2026-01-20", 0), "");
});

test("month ends and weekdays: in the month one period after the payout, or from the date agreed", () => {
  assert.equal(days(END, "2026-01-20", 3), "02-28 03-31 04-30");
  assert.equal(days(END, "2026-01-31", 2), "02-28 03-31");
  assert.equal(days(END, "2026-01-20", 2, 3), "04-30 07-31");
  assert.equal(days(END, "2026-01-20", 2, 1, "2026-01-31"), "01-31 02-28");
  assert.equal(days(FRIDAY, "2026-01-20", 3), "02-13 03-13 04-10");
  assert.equal(days(LAST_THURSDAY, "2026-01-20", 3), "02-26 03-26 04-30");
  assert.equal(days({ kind: "nth_weekday", nth: 1, weekday: 4 }, "2025-12-05", 1), "01-01");
  assert.equal(days(FRIDAY, "2026-01-30", 2), "02-13 03-13");
  assert.equal(days({ kind: "nth_weekday", nth: 1, weekday: 1 }, "2026-01-31", 2), "02-02 03-02");
});

test("a first due date that is none of the plan's is refused", () => {
  for (const [plan, first] of [[TWICE, "2026-02-27"], [END, "2026-02-27"], [FRIDAY, "2026-02-06"], [FRIDAY, "2026-02-14"]] as const) refused(() => days(plan, "2026-01-20", 2, 1, first), "terms.malformed", first);
});

test("the date of a plan before and after one of its dates", () => {
  const around = (plan: DatePlan, day: string, every = 1) => [planDayBefore(plan, every, on(day)), planDayAfter(plan, every, on(day))].map((d) => fromDay(d)).join(" ");
  assert.equal(around(TWICE, "2026-02-15"), "2026-01-31 2026-02-28");
  assert.equal(around(TWICE, "2026-02-28"), "2026-02-15 2026-03-15");
  assert.equal(around(TWICE, "2026-02-28", 2), "2026-02-15 2026-04-15");
  assert.equal(around(END, "2026-02-28"), "2026-01-31 2026-03-31");
  assert.equal(around(END, "2026-02-28", 3), "2025-11-30 2026-05-31");
  assert.equal(around(FRIDAY, "2026-02-13"), "2026-01-09 2026-03-13");
  assert.equal(around(FRIDAY, "2026-02-01"), "2026-01-09 2026-03-13", "a day moved by the calendar belongs to its month");
  assert.equal(around(FRIDAY, "2026-02-20"), "2026-01-09 2026-03-13");
});
