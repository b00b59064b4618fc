import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSchedule } from "./index.ts";
import { Life, day, months, percent, plainTerms } from "./testing/worked.ts";

/** What shapes a progressive schedule: 1,200.00 from 2026-01-15 at 1 % a month. */

const FOLLOWS = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const floating = { index: "BASE", marginPpb: 0, capPpb: null, floorPpb: null, firstReset: day("2026-02-15"), every: 1, unit: "months" } as const;
const rowsOf = (life: Life) => life.state.installments.map((r) => [r.dueDate, r.due.principal, r.due.interest]);

test("a fixing that comes after another for the same reset takes its place, and the payment is solved at it", () => {
  const life = () => new Life(plainTerms({ model: "progressive", interest: { ratePpb: percent(12), recalculation: FOLLOWS }, ratePlan: { floating } }));
  const fixed = (one: Life, rate: number, date: string) => one.tell({ type: "indexFixed", index: "BASE", ratePpb: percent(rate), valueDate: day(date) });
  const twice = rowsOf(fixed(fixed(life(), 36, "2026-02-01"), 24, "2026-02-10"));
  assert.deepEqual(twice, rowsOf(fixed(life(), 24, "2026-02-10")));
  // 803.97 at 2 % a month in two rows: 414.08.
  assert.deepEqual(twice.slice(1), [["2026-03-15", 398_00, 16_08], ["2026-04-15", 405_97, 8_12]]);
});

test("rows put off stand empty, as many follow, and each pays as before but the last", () => {
  const { state } = new Life(plainTerms({ model: "progressive", installments: months(3), interest: { ratePpb: percent(12), recalculation: FOLLOWS } })).tell({ type: "deferred", installments: 2, interest: "none", valueDate: day("2026-02-20") });
  // Five days of the second had run: their 1.44 wait for the first row that pays, beside its 8.04.
  assert.deepEqual(state.installments.map((r) => [r.dueDate, r.due.principal, r.due.interest]), [
    ["2026-02-15", 396_03, 12_00], ["2026-03-15", 0, 0], ["2026-04-15", 0, 0], ["2026-05-15", 398_55, 9_48], ["2026-06-15", 405_42, 4_05],
  ]);
});

test("payments that grow go on growing in rows that a rising rate adds", () => {
  const rows = (model: "classic" | "progressive") => buildSchedule(plainTerms({
    model, principal: 12_000_00, installments: months(8), compatibility: { lastRowThresholdPpb: 0 }, payments: { graduated: { every: 1, percentPpb: percent(3), times: null } }, ratePlan: { steps: [{ installment: 2, ratePpb: percent(48) }], onChange: "term" },
  })).rows.map((r) => [r.principal, r.interest]);
  const progressive = rows("progressive");
  assert.deepEqual(progressive, rows("classic"));
  // 1,413.09 × 1.03, to the seventh power in the eighth row; the ninth takes what is left.
  assert.deepEqual(progressive.slice(7), [[1_610_92, 127_00], [1_563_99, 62_56]]);
});
