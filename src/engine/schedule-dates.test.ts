import assert from "node:assert/strict";
import { test } from "node:test";
import { calendar } from "./calendar.ts";
import { addDays, isoDate } from "./date.ts";
import { isRollConvention, nextRollDate, previousRollDate, rollDate, scheduleDates } from "./schedule-dates.ts";
import type { RollConvention, ScheduleRequest, StubRule } from "./schedule-dates.ts";

const roll = (to: RollConvention, date: string) => rollDate(to, isoDate(date));
const next = (to: RollConvention, date: string, frequency: { months: number } | { days: number }) => nextRollDate(to, isoDate(date), frequency);
const previous = (to: RollConvention, date: string, frequency: { months: number } | { days: number }) => previousRollDate(to, isoDate(date), frequency);

test("a convention is told from what only looks like one", () => {
  for (const text of ["NONE", "EOM", "IMM", "SFE", "DAY_1", "DAY_19", "DAY_30", "DAY_31", "DAY_MON", "DAY_SUN"]) assert.ok(isRollConvention(text), text);
  for (const text of ["", "none", "XEOM", "EOMX", "XDAY_3", "DAY_3X", "DAY_0", "DAY_32", "DAY_311", "DAY_MONX"]) assert.ok(!isRollConvention(text), text);
  for (const text of ["DAY_311", "XDAY_3", "DAY_XYZ", "EOMX"]) assert.throws(() => roll(text as RollConvention, "2026-01-01"), /unknown roll convention/, text);
});

test("a date rolls to its month's end, day, third Wednesday or second Friday, or to the next such weekday", () => {
  assert.equal(roll("NONE", "2026-01-05"), "2026-01-05");
  assert.deepEqual(["2024-02-01", "2026-02-28", "2026-04-30"].map((d) => roll("EOM", d)), ["2024-02-29", "2026-02-28", "2026-04-30"]);
  assert.deepEqual([roll("DAY_30", "2026-02-03"), roll("DAY_30", "2026-03-31"), roll("DAY_5", "2026-03-31")], ["2026-02-28", "2026-03-30", "2026-03-05"]);
  // January 2026 begins on a Thursday, July 2026 on a Wednesday, May 2026 on a Friday.
  assert.deepEqual(["2026-01-31", "2026-07-01", "2026-05-01"].map((d) => roll("IMM", d)), ["2026-01-21", "2026-07-15", "2026-05-20"]);
  assert.deepEqual(["2026-01-01", "2026-05-31", "2026-08-01"].map((d) => roll("SFE", d)), ["2026-01-09", "2026-05-08", "2026-08-14"]);
  // 2026-01-07 is a Wednesday.
  const days = (["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const).map((day) => roll(`DAY_${day}`, "2026-01-07"));
  assert.deepEqual(days, ["2026-01-12", "2026-01-13", "2026-01-07", "2026-01-08", "2026-01-09", "2026-01-10", "2026-01-11"]);
});

test("the roll dates after and before a date lie on either side of it, even where the step is shorter than the convention's own", () => {
  assert.equal(next("EOM", "2014-08-30", { months: 1 }), "2014-09-30");
  assert.equal(previous("EOM", "2014-03-01", { months: 1 }), "2014-02-28");
  assert.equal(next("DAY_15", "2026-01-31", { months: 3 }), "2026-04-15");
  assert.equal(previous("DAY_15", "2026-01-31", { months: 3 }), "2025-10-15");
  assert.equal(next("DAY_MON", "2026-01-05", { days: 7 }), "2026-01-12");
  assert.equal(next("DAY_MON", "2026-01-06", { days: 7 }), "2026-01-19", "a week later, then on to the Monday");
  assert.equal(previous("DAY_MON", "2026-01-05", { days: 7 }), "2025-12-29");
  assert.equal(previous("DAY_MON", "2026-01-05", { days: 3 }), "2025-12-29", "three days before is a Friday, whose Monday is the day itself");
  assert.equal(previous("DAY_TUE", "2026-01-05", { days: 3 }), "2025-12-30", "rolled past the day it came from");
  assert.equal(next("DAY_MON", "2026-01-05", { months: 1 }), "2026-02-09");
  assert.equal(next("IMM", "2026-01-21", { days: 7 }), "2026-02-18", "a week later January's Wednesday is behind");
  assert.equal(next("IMM", "2026-01-24", { days: 7 }), "2026-02-18");
  assert.equal(previous("EOM", "2026-01-31", { days: 7 }), "2025-12-31");
  assert.equal(previous("DAY_20", "2026-01-20", { days: 7 }), "2025-12-20");
  assert.equal(next("NONE", "2026-01-30", { days: 30 }), "2026-03-01");
  assert.equal(previous("NONE", "2026-03-01", { days: 30 }), "2026-01-30");
});

type Ask = Partial<Omit<ScheduleRequest, "start" | "end" | "firstRegular" | "lastRegular">> & { firstRegular?: string; lastRegular?: string };

function ask(start: string, end: string, { firstRegular, lastRegular, ...over }: Ask = {}) {
  return scheduleDates({
    start: isoDate(start), end: isoDate(end), frequency: { months: 1 }, stub: null, roll: null, rule: "NO_ADJUST", calendar: calendar("SAT_SUN", []),
    firstRegular: firstRegular === undefined ? null : isoDate(firstRegular), lastRegular: lastRegular === undefined ? null : isoDate(lastRegular), ...over,
  });
}
/** Months and days of the dates of 2026; other years in full. */
const dates = (start: string, end: string, over?: Ask) => ask(start, end, over).unadjusted.map((d) => d.replace("2026-", "")).join(" ");
const stub = (rule: StubRule, over: Ask = {}): Ask => ({ stub: rule, ...over });

test("a series ends after it starts, its regular dates lie within it and in order", () => {
  assert.throws(() => ask("2026-01-15", "2026-01-15"), /not after it starts/);
  assert.throws(() => ask("2026-01-15", "2026-01-14"), /not after it starts/);
  for (const over of [{ firstRegular: "2026-01-14" }, { lastRegular: "2026-06-16" }, { firstRegular: "2026-03-15", lastRegular: "2026-02-15" }]) assert.throws(() => ask("2026-01-15", "2026-06-15", over), /out of order/, JSON.stringify(over));
  assert.equal(dates("2026-01-15", "2026-04-15", { firstRegular: "2026-01-15", lastRegular: "2026-04-15" }), "01-15 02-15 03-15 04-15", "the ends themselves are no stubs");
  assert.equal(dates("2026-01-15", "2026-04-15", { firstRegular: "2026-02-10", lastRegular: "2026-02-10" }), "01-15 02-10 04-15");
  assert.equal(dates("2026-01-15", "2026-04-15", { frequency: null }), "01-15 04-15", "once");
  assert.equal(dates("2026-01-15", "2026-04-15", { frequency: null, firstRegular: "2026-02-01" }), "01-15 02-01 04-15");
});

test("what is left over is a stub, short or long, at the start or the end", () => {
  assert.equal(dates("2026-06-04", "2026-09-17", stub("SHORT_INITIAL")), "06-04 06-17 07-17 08-17 09-17");
  assert.equal(dates("2026-06-04", "2026-09-17", stub("LONG_INITIAL")), "06-04 07-17 08-17 09-17");
  assert.equal(dates("2026-06-04", "2026-09-17", stub("SHORT_FINAL")), "06-04 07-04 08-04 09-04 09-17");
  assert.equal(dates("2026-06-04", "2026-09-17", stub("LONG_FINAL")), "06-04 07-04 08-04 09-17");
  assert.equal(dates("2026-06-04", "2026-08-04", stub("LONG_FINAL")), "06-04 07-04 08-04", "nothing is left over");
  assert.equal(dates("2026-06-04", "2026-08-04", stub("LONG_INITIAL")), "06-04 07-04 08-04");
  assert.equal(dates("2026-06-04", "2026-06-20", stub("LONG_INITIAL")), "06-04 06-20");
  assert.equal(dates("2026-06-04", "2026-06-20", stub("LONG_FINAL")), "06-04 06-20");
  for (const rule of ["NONE", "BOTH"] as const) assert.throws(() => ask("2026-06-04", "2026-09-17", stub(rule)), /a stub is left/, rule);
  assert.throws(() => ask("2026-06-04", "2026-09-17"), /a stub is left/);
});

test("a smart stub is long under seven days, short from seven on", () => {
  assert.equal(dates("2026-06-11", "2026-08-17", stub("SMART_INITIAL")), "06-11 07-17 08-17", "six days");
  assert.equal(dates("2026-06-10", "2026-08-17", stub("SMART_INITIAL")), "06-10 06-17 07-17 08-17", "seven days");
  assert.equal(dates("2026-06-11", "2026-08-17", stub("SMART_FINAL")), "06-11 07-11 08-17");
  assert.equal(dates("2026-06-10", "2026-08-17", stub("SMART_FINAL")), "06-10 07-10 08-10 08-17");
});

test("a stub told by its date takes the place of the rule's own; a smart one may then leave another at the other end", () => {
  assert.equal(dates("2026-01-10", "2026-04-25", stub("SHORT_INITIAL", { firstRegular: "2026-01-25" })), "01-10 01-25 02-25 03-25 04-25");
  assert.throws(() => ask("2026-01-10", "2026-04-20", stub("SHORT_INITIAL", { firstRegular: "2026-01-25" })), /a stub is left/);
  assert.equal(dates("2026-01-10", "2026-04-10", stub("SHORT_FINAL", { lastRegular: "2026-03-10" })), "01-10 02-10 03-10 04-10");
  assert.throws(() => ask("2026-01-10", "2026-04-20", stub("SHORT_FINAL", { lastRegular: "2026-03-15" })), /a stub is left/);
  assert.equal(dates("2026-01-10", "2026-03-28", stub("SMART_INITIAL", { firstRegular: "2026-01-25" })), "01-10 01-25 02-25 03-28", "three days are joined to the month before");
  assert.equal(dates("2026-01-10", "2026-04-05", stub("SMART_INITIAL", { firstRegular: "2026-01-25" })), "01-10 01-25 02-25 03-25 04-05");
  assert.equal(dates("2026-01-22", "2026-04-10", stub("SMART_FINAL", { lastRegular: "2026-03-25" })), "01-22 02-25 03-25 04-10");
  assert.equal(dates("2026-01-12", "2026-04-10", stub("SMART_FINAL", { lastRegular: "2026-03-25" })), "01-12 01-25 02-25 03-25 04-10");
  assert.throws(() => ask("2026-01-10", "2026-05-10", stub("SMART_INITIAL", { firstRegular: "2026-01-25", lastRegular: "2026-04-20" })), /a stub is left/, "with both told there is no third");
  assert.equal(dates("2026-01-10", "2026-03-20", stub("BOTH", { firstRegular: "2026-01-25", lastRegular: "2026-02-25" })), "01-10 01-25 02-25 03-20");
  // Too short for a regular period: the dates told stay.
  assert.equal(dates("2026-01-10", "2026-02-20", stub("LONG_INITIAL", { lastRegular: "2026-01-25" })), "01-10 01-25 02-20");
  assert.equal(dates("2026-01-10", "2026-02-10", stub("LONG_FINAL", { firstRegular: "2026-01-25" })), "01-10 01-25 02-10");
});

test("without a rule the end that does not fall on the roll has the stub; where neither or a told one does, none may be left", () => {
  const on15: Ask = { roll: "DAY_15" };
  assert.equal(dates("2026-01-03", "2026-03-15", on15), "01-03 01-15 02-15 03-15");
  assert.equal(dates("2026-01-15", "2026-03-20", on15), "01-15 02-15 03-15 03-20");
  assert.throws(() => ask("2026-01-03", "2026-03-20", on15), /a stub is left/);
  assert.equal(dates("2026-01-03", "2026-04-15", { ...on15, firstRegular: "2026-02-10" }), "01-03 02-10 03-15 04-15");
  assert.throws(() => ask("2026-01-15", "2026-04-03", { ...on15, lastRegular: "2026-03-10" }), /a stub is left/);
  assert.equal(dates("2026-01-03", "2026-04-20", stub("SHORT_INITIAL", on15)), "01-03 01-15 02-15 03-15 04-20", "a roll told is kept to");
  assert.throws(() => ask("2026-01-03", "2026-03-15", { roll: "NONE" }), /a stub is left/);
});

test("month ends: advice that holds where the series stands on one", () => {
  assert.equal(dates("2026-01-15", "2026-04-30", { roll: "EOM" }), "01-15 02-28 03-31 04-30");
  assert.equal(dates("2026-02-28", "2026-06-30", { roll: "EOM", stub: "NONE" }), "02-28 03-31 04-30 05-31 06-30");
  assert.equal(dates("2026-02-28", "2026-06-30", stub("NONE")), "02-28 03-30 04-30 05-30 06-30", "not told, the later day of the two");
  assert.equal(dates("2026-01-30", "2026-04-30", { roll: "EOM", stub: "NONE" }), "01-30 02-28 03-30 04-30");
  assert.equal(dates("2026-01-31", "2026-03-31", { roll: "EOM", stub: "NONE" }), "01-31 02-28 03-31");
  assert.equal(dates("2026-01-10", "2026-04-30", { roll: "EOM", stub: "SHORT_INITIAL" }), "01-10 01-31 02-28 03-31 04-30");
  assert.equal(dates("2026-02-28", "2026-05-10", { roll: "EOM", stub: "SHORT_FINAL" }), "02-28 03-31 04-30 05-10");
  assert.equal(dates("2026-02-28", "2026-05-10", { roll: "NONE", stub: "SHORT_FINAL" }), "02-28 03-28 04-28 05-10");
  assert.throws(() => ask("2026-01-10", "2026-04-15", stub("NONE")), /a stub is left/);
});

test("under a month-end roll the last period may close some days early, but in the month of its roll date", () => {
  const eom = (months: number): Ask => ({ roll: "EOM", stub: "NONE", frequency: { months } });
  assert.equal(dates("2026-07-31", "2026-10-30", eom(1)), "07-31 08-31 09-30 10-30");
  assert.throws(() => ask("2026-01-31", "2026-04-30", eom(2)), /a stub is left/, "the next is of May");
  assert.throws(() => ask("2026-01-31", "2027-01-31", eom(24)), /a stub is left/, "the next is of January, a year later");
  assert.throws(() => ask("2026-01-31", "2026-04-30", { stub: "NONE", roll: "DAY_31", frequency: { months: 2 } }), /a stub is left/);
});

test("weeks and days are counted, not rolled to a day of the month", () => {
  assert.equal(dates("2026-01-05", "2026-01-26", { frequency: { days: 7 } }), "01-05 01-12 01-19 01-26");
  assert.equal(dates("2026-01-05", "2026-01-28", { frequency: { days: 7 }, stub: "SHORT_INITIAL" }), "01-05 01-07 01-14 01-21 01-28");
  assert.equal(dates("2026-01-05", "2026-01-30", { frequency: { days: 7 }, roll: "DAY_WED", stub: "SHORT_FINAL" }), "01-05 01-14 01-21 01-28 01-30");
  assert.equal(dates("2026-01-29", "2026-02-02", { frequency: { days: 2 }, roll: "EOM", stub: "NONE" }), "01-29 01-31 02-02");
});

test("a date that is the business day of a roll date means the roll date; dates are then moved as the rule says", () => {
  const moved: Ask = { rule: "FOLLOWING", roll: "DAY_15" };
  // 2026-02-15, 2026-03-15 are Sundays; 2026-08-15 is a Saturday.
  const { unadjusted, adjusted } = ask("2026-02-16", "2026-05-15", moved);
  assert.deepEqual(unadjusted, ["2026-02-15", "2026-03-15", "2026-04-15", "2026-05-15"]);
  assert.deepEqual(adjusted, ["2026-02-16", "2026-03-16", "2026-04-15", "2026-05-15"]);
  assert.equal(ask("2026-02-17", "2026-05-15", moved).unadjusted[0], "2026-02-17", "one day later is meant as it is");
  assert.equal(ask("2026-06-01", "2026-08-01", { rule: "FOLLOWING" }).unadjusted[0], "2026-06-01", "no roll, so not the Sunday before");
  assert.deepEqual(ask("2026-01-30", "2026-02-27", { rule: "PRECEDING", roll: "EOM" }).unadjusted, ["2026-01-31", "2026-02-28"]);
});

test("at most twenty thousand dates", () => {
  const daily = (days: number) => ask("1970-01-01", addDays(isoDate("1970-01-01"), days), { frequency: { days: 1 } }).unadjusted.length;
  assert.equal(daily(20_000), 20_001);
  assert.throws(() => daily(20_001), /more than 20000 dates/);
});
