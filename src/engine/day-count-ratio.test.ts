import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate, toDay } from "./date.ts";
import { dayCountRatio } from "./day-count-ratio.ts";
import type { DayCountConvention } from "./daycount.ts";

/** Years from one day to another, around 29 February 2024. */
function years(convention: DayCountConvention, from: string, to: string): number {
  const { numerator, denominator } = dayCountRatio(convention, toDay(isoDate(from)), toDay(isoDate(to)));
  return Number(numerator) / Number(denominator);
}

test("by ACT/365 (actual) a leap day counts that comes after the first day and no later than the last", () => {
  assert.equal(years("ACT/365_ACTUAL", "2024-02-28", "2024-02-29"), 1 / 366);
  assert.equal(years("ACT/365_ACTUAL", "2024-02-29", "2024-03-31"), 31 / 365);
  assert.equal(years("ACT/365_ACTUAL", "2024-01-01", "2024-02-28"), 58 / 365);
  assert.equal(years("ACT/365_ACTUAL", "2023-12-01", "2024-03-01"), 91 / 366, "in the year of the last day");
});

test("by AFB a leap day counts that is the first day or comes after it, and before the last", () => {
  assert.equal(years("ACT/ACT_AFB", "2024-02-29", "2024-06-30"), 122 / 366);
  assert.equal(years("ACT/ACT_AFB", "2024-01-01", "2024-02-29"), 59 / 365);
  assert.equal(years("ACT/ACT_AFB", "2024-01-01", "2024-03-01"), 60 / 366);
  assert.equal(years("ACT/ACT_AFB", "2023-03-01", "2024-03-01"), 1);
});

test("what two dates alone do not tell is refused", () => {
  for (const convention of ["1/1", "ACT/ACT_ICMA", "ACT/365L"] as const) assert.throws(() => years(convention, "2024-01-01", "2024-02-01"), /not counted from two dates alone/);
});
