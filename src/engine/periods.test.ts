import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSchedule } from "./index.ts";
import { dueDates, percent, plainTerms, refused, rowsOf, day } from "./testing/worked.ts";
import { dayText, dueBefore, periodAfter, periodsOf, periodsPerYear, rollDay, stepDay } from "./periods.ts";
import { fromDay, toDay } from "./date.ts";
import type { CalendarTerms, LoanTerms } from "./terms.ts";

const weekend: CalendarTerms = { weekend: [6, 7], holidays: [], roll: "following", movesInterest: false };

test("due dates are counted from the payout, the application or the agreed first date, by days, weeks, months and years", () => {
  assert.equal(dueDates({}), "02-15 03-15 04-15");
  assert.equal(dueDates({ disbursementDate: day("2026-01-31") }), "02-28 03-31 04-30", "the day of the month comes back after February");
  assert.equal(dueDates({ installments: { count: 3, every: 10, unit: "days" } }), "01-25 02-04 02-14");
  assert.equal(dueDates({ installments: { count: 3, every: 2, unit: "weeks" } }), "01-29 02-12 02-26");
  assert.equal(dueDates({ installments: { count: 2, every: 1, unit: "years" } }), "2027-01-15 2028-01-15");
  assert.equal(dueDates({ firstDueDate: day("2026-02-05") }), "02-05 03-05 04-05");
  const submitted = { submittedDate: day("2026-01-10") };
  assert.equal(dueDates(submitted), "02-15 03-15 04-15");
  assert.equal(dueDates({ ...submitted, countFrom: "submission" }), "02-10 03-10 04-10");
  assert.equal(dueDates({ countFrom: "submission" }), "02-15 03-15 04-15", "no application day is known");
});

test("the first due date comes after the day interest runs from", () => {
  refused(() => dueDates({ firstDueDate: day("2026-01-15") }), "terms.maturity_before_first_due");
  refused(() => dueDates({ firstDueDate: day("2026-01-14") }), "terms.maturity_before_first_due");
  assert.equal(dueDates({ firstDueDate: day("2026-01-16") }), "01-16 02-16 03-16");
});

test("a fixed length ends the last period on its day and leaves out periods that would begin on or after it", () => {
  assert.equal(dueDates({ fixedLengthDays: 100 }), "02-15 03-15 04-25", "stretched");
  assert.equal(dueDates({ fixedLengthDays: 80 }), "02-15 03-15 04-05", "shortened");
  // The third period begins on 2026-03-15, 59 days on.
  assert.equal(dueDates({ fixedLengthDays: 60 }), "02-15 03-15 03-16");
  assert.equal(dueDates({ fixedLengthDays: 59 }), "02-15 03-15");
  assert.equal(dueDates({ fixedLengthDays: 10 }), "01-25");
  const rows = rowsOf({ fixedLengthDays: 80, amortization: "equal_principal", interest: { ratePpb: percent(36.5), calculation: "actual_days" } });
  assert.deepEqual(rows.map((r) => r[2]), [31 * 120, 28 * 80, 21 * 40], "interest of the days there are");
  for (const none of [0, -1]) refused(() => dueDates({ fixedLengthDays: none, interest: { ratePpb: 0 } }), "terms.maturity_before_first_due");
});

test("a due date on a weekend or holiday moves as the calendar says", () => {
  const from = (disbursementDate: string, calendar: CalendarTerms) => dueDates({ disbursementDate: day(disbursementDate), calendar });
  // 2026-02-15 and 2026-03-15 are Sundays, 2026-04-15 a Wednesday.
  assert.equal(from("2026-01-15", { ...weekend, roll: "none" }), "02-15 03-15 04-15");
  assert.equal(from("2026-01-15", weekend), "02-16 03-16 04-15");
  assert.equal(from("2026-01-15", { ...weekend, roll: "preceding" }), "02-13 03-13 04-15");
  assert.equal(from("2026-01-15", { ...weekend, roll: "modified_following" }), "02-16 03-16 04-15");
  assert.equal(from("2026-01-15", { ...weekend, holidays: [day("2026-02-16"), day("2026-04-15")] }), "02-17 03-16 04-16");
  // 2026-01-31 and 2026-02-28 are Saturdays.
  assert.equal(from("2025-12-31", weekend), "02-02 03-02 03-31");
  assert.equal(from("2025-12-31", { ...weekend, roll: "modified_following" }), "01-30 02-27 03-31");
});

test("interest runs to the date as counted or as moved", () => {
  const interest = { ratePpb: percent(36.5), calculation: "actual_days" as const };
  const first = (movesInterest: boolean) => rowsOf({ amortization: "equal_principal", interest, calendar: { ...weekend, movesInterest } })[0]?.[2];
  assert.equal(first(false), 31 * 120);
  assert.equal(first(true), 32 * 120);
});

test("a year without a business day is refused, a long holiday is not", () => {
  refused(() => buildSchedule(plainTerms({ calendar: { ...weekend, weekend: [1, 2, 3, 4, 5, 6, 7] } })), "terms.malformed");
  const start = toDay(day("2026-01-05"));
  const closed = (days: number): CalendarTerms => ({ weekend: [], holidays: Array.from({ length: days }, (_v, k) => fromDay(start + k)), roll: "following", movesInterest: false });
  assert.equal(rollDay(start, closed(367)), start + 367);
  refused(() => rollDay(start, closed(368)), "terms.malformed");
  assert.equal(rollDay(start + 1, { ...closed(2), roll: "preceding" }), start - 1);
});

test("where a whole period that ends on a day begins; days as text, asked again", () => {
  const terms = plainTerms({ installments: { count: 3, every: 2, unit: "months" } });
  const at = (text: string) => toDay(day(text));
  assert.equal(dueBefore(terms, at("2026-04-30")), at("2026-02-28"));
  const monthEnd = plainTerms({ dates: { kind: "month_end" } });
  assert.equal(dueBefore(monthEnd, at("2026-02-28")), at("2026-01-31"));
  assert.equal(stepDay(at("2026-02-28"), 1, 1, "months", 31), at("2026-03-31"));
  for (const text of ["2026-01-31", "2026-01-31", "2024-02-29"] as const) assert.equal(dayText(at(text)), text);
});

test("a row added at the end goes on with the series: the 31st comes back after a short month", () => {
  const at = (text: string) => toDay(day(text));
  const list = (...dates: string[]) => dates.map((text, i) => ({ from: at(dates[i - 1] ?? "2026-08-31"), due: at(text) }));
  const added = (terms: LoanTerms, rows: { from: number; due: number }[]) => fromDay(periodAfter(terms, rows).due);
  const monthly = plainTerms({ installments: { count: 3, every: 1, unit: "months" } });
  assert.equal(added(monthly, list("2026-09-30", "2026-10-31", "2026-11-30")), "2026-12-31", "paid out on 31 August");
  assert.equal(added(plainTerms({ installments: { count: 3, every: 1, unit: "months" }, firstDueDate: day("2026-09-30") }), list("2026-09-30", "2026-10-30", "2026-11-30")), "2026-12-30", "the first due date says the 30th");
  assert.equal(added(monthly, list("2026-09-30", "2026-10-29", "2026-11-29")), "2026-12-29", "moved to the 29th in October");
  assert.equal(added(monthly, list("2026-09-15", "2026-10-31", "2026-11-30")), "2026-12-31", "moved to the 31st in October");
  assert.equal(added(monthly, list("2026-10-31", "2026-11-15")), "2026-12-15", "moved to the 15th in November");
  assert.equal(added(plainTerms({ installments: { count: 3, every: 2, unit: "months" } }), list("2026-10-31", "2026-12-31")), "2027-02-28", "every other month");
  assert.equal(added(plainTerms({ dates: { kind: "month_end" } }), list("2026-10-31", "2026-11-30")), "2026-12-31", "month ends");
  assert.equal(added(plainTerms({ installments: { count: 2, every: 2, unit: "weeks" } }), list("2026-09-14", "2026-09-28")), "2026-10-12", "fortnights");
});

test("where rows were moved off the loan's own series, the day that the last twelve agree with goes on", () => {
  const at = (text: string) => toDay(day(text));
  const after = (every: number, ...dates: string[]) => fromDay(periodAfter(plainTerms({ installments: { count: 3, every, unit: "months" } }), dates.map((text, i) => ({ from: at(dates[i - 1] ?? "2024-08-07"), due: at(text) }))).due);
  assert.equal(after(1, "2026-10-31", "2026-11-30"), "2026-12-31");
  assert.equal(after(1, "2026-09-15", "2026-10-31", "2026-11-30"), "2026-12-31", "moved to the 31st in October");
  assert.equal(after(1, "2026-10-31", "2026-11-15"), "2026-12-15", "moved back in November");
  assert.equal(after(2, "2026-12-31", "2027-02-28"), "2027-04-30", "every other month");
  assert.equal(after(1, "2025-08-31", "2025-09-30", "2025-10-30", "2025-11-30", "2025-12-30", "2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30", "2026-05-30", "2026-06-30", "2026-07-30", "2026-08-30", "2026-09-30"), "2026-10-30", "the 31st is more than a year ago");
});

test("a row added falls on a business day like the others, and the next is counted from the agreed day", () => {
  const terms = plainTerms({ installments: { count: 2, every: 1, unit: "months" }, calendar: { ...weekend, roll: "following", movesInterest: false } });
  const start = toDay(day("2026-03-10"));
  const rows = periodsOf(terms, start);
  const next = periodAfter(terms, rows);
  assert.equal(fromDay(rows.at(-1)?.due ?? 0), "2026-05-11", "10 May 2026 is a Sunday");
  assert.deepEqual([fromDay(next.to), fromDay(next.due)], ["2026-06-10", "2026-06-10"]);
  assert.throws(() => periodAfter(terms, []), RangeError);
});

test("periods in a year: 365 or 360 ÷ days, 52 ÷ weeks, 12 ÷ months, and two dates a month are 24", () => {
  assert.deepEqual(periodsPerYear(10, "days", 360), { numerator: 360, denominator: 10 });
  assert.deepEqual(periodsPerYear(2, "weeks", 360), { numerator: 52, denominator: 2 });
  assert.deepEqual(periodsPerYear(3, "months", 360), { numerator: 12, denominator: 3 });
  assert.deepEqual(periodsPerYear(1, "years", 360), { numerator: 1, denominator: 1 });
  assert.deepEqual(periodsPerYear(1, "months", 365, { kind: "semi_monthly", days: [1, 15] }), { numerator: 24, denominator: 1 });
  assert.deepEqual(periodsPerYear(1, "months", 365, { kind: "month_end" }), { numerator: 12, denominator: 1 });
});
