import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate, toDay } from "./date.ts";
import { dayFactor } from "./day-factor.ts";
import type { InterestTerms } from "./terms.ts";
import { plainTerms } from "./testing/worked.ts";

/** Days over years of a span, times a rate of 1 part per billion: the fraction itself. */
function years(from: string, to: string, interest: Partial<InterestTerms>, annuity: "exact" | "float64" = "exact"): number {
  const { numerator, denominator } = dayFactor(plainTerms({ interest: { ratePpb: 0, ...interest }, compatibility: { annuity } }), 1_000_000_000n, toDay(isoDate(from)), toDay(isoDate(to)));
  return Number(numerator) / Number(denominator);
}

test("actual days over 360, 364 or 365, or each part over its own year", () => {
  assert.equal(years("2023-12-22", "2024-01-21", { daysInYear: 360 }), 30 / 360);
  assert.equal(years("2023-12-22", "2024-01-21", { daysInYear: 364 }), 30 / 364);
  assert.equal(years("2023-12-22", "2024-01-21", { daysInYear: 365 }), 30 / 365);
  assert.ok(Math.abs(years("2023-12-22", "2024-01-21", { daysInYear: "actual" }) - (10 / 365 + 20 / 366)) < 1e-15);
  assert.equal(years("2023-12-22", "2024-01-21", { daysInYear: "actual" }, "float64"), 30 / 365, "as another system counted it");
  assert.equal(years("2023-12-22", "2024-01-21", { daysInYear: 360 }, "float64"), 30 / 360);
});

test("months of thirty days: the 31st is the 30th at the start, and at the end only after such a start", () => {
  const thirty = { daysInMonth: 30 as const, daysInYear: 360 as const };
  assert.equal(years("2025-11-15", "2026-02-15", thirty), 90 / 360);
  assert.equal(years("2026-01-31", "2026-03-31", thirty), 60 / 360);
  assert.equal(years("2026-01-30", "2026-03-31", thirty), 60 / 360);
  assert.equal(years("2026-01-29", "2026-03-31", thirty), 62 / 360);
  assert.equal(years("2026-01-31", "2026-02-28", thirty), 28 / 360);
  assert.equal(years("2026-03-31", "2026-04-30", thirty), 30 / 360);
  assert.equal(years("2026-01-15", "2027-02-20", thirty), 395 / 360);
  assert.equal(years("2026-01-15", "2026-02-15", { ...thirty, daysInYear: "actual" }), 30 / 360);
  assert.equal(years("2026-01-15", "2026-02-15", { ...thirty, daysInYear: 365 }), 30 / 365);
});

test("a market convention goes before both", () => {
  assert.equal(years("2026-01-15", "2026-02-15", { dayCount: "ACT/360", daysInYear: 365, daysInMonth: 30 }), 31 / 360);
});
