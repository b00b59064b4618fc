import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSchedule } from "./index.ts";
import type { LoanTermsInput } from "./index.ts";
import type { ProgressiveRow } from "./progressive-book.ts";
import { nearestPayment, opensAnother } from "./progressive-plan.ts";
import { day, Life, months, percent, plainTerms } from "./testing/worked.ts";

/** What progressive rows go by beyond one payment at one rate. */

const FOLLOWS = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const own = { compatibility: { lastRowThresholdPpb: 0 } } as const;

/** The payment found, and how many were tried. */
function found(left: (payment: number) => number, guess: number, more: Partial<LoanTermsInput> = {}): [payment: number, tries: number] {
  let tries = 0;
  const payment = nearestPayment(plainTerms(more), guess, (p) => {
    tries++;
    return left(p);
  });
  return [payment, tries];
}

test("the payment that leaves next to nothing is found in few tries", () => {
  // 1,236.36 ÷ 3, and 1,236.36 ÷ 3.03.
  assert.deepEqual(found((p) => 1_236_36 - 3 * p, 800_00), [412_12, 4]);
  assert.deepEqual(found((p) => Math.round(1_236_36 - 3.03 * p), 800_00), [408_04, 4]);
  // A guess far too low is doubled until it is too high.
  assert.deepEqual(found((p) => Math.round(1_236_36 - 3.03 * p), 10), [408_04, 16]);
  // Where the line bends.
  assert.deepEqual(found((p) => (p < 300_00 ? 1_400_00 - 4 * p : 800_00 - 2 * p), 800_00), [400_00, 10]);
  assert.deepEqual(found((p) => Math.round(90_000_000 * Math.exp(-p / 20_000) - 5_000), 10_000), [195_961, 26]);
  // In whole tens, upward.
  assert.deepEqual(found((p) => 1_236_36 - 3 * p, 800_00, { payments: { multiple: { of: 10_00, rounding: "up" } } })[0], 420_00);
});

test("of two payments next to each other the one that leaves less is taken, and of two as near the lower", () => {
  const step = (above: number, below: number) => found((p) => (p < 3 ? above : -below), 4)[0];
  assert.deepEqual([step(2, 1), step(1, 2), step(2, 2)], [3, 2, 2]);
  assert.deepEqual(found((p) => 10 - p, 0)[0], 10, "a guess of nothing is one");
});

test("nothing left needs no payment, what no payment lowers gets none, and a debt beyond counting may still be repaid", () => {
  assert.deepEqual([found(() => 0, 800_00), found(() => -1, 800_00), found(() => 5_00, 800_00)], [[0, 1], [0, 1], [0, 2]]);
  assert.equal(found((p) => (p < 900_00 ? Number.MAX_SAFE_INTEGER : 1_500_00 - p), 800_00)[0], 1_500_00);
  // Lower and lower, never to nothing: given up beyond 2^50.
  assert.equal(found((p) => 1 + 1 / (1 + p), 2 ** 49)[1], 4);
});

test("what a payment leaves after the last row opens another one, unless it is the balloon or joins the last", () => {
  const last = { interest: 4_00, principal: 500_00 } as ProgressiveRow;
  const opens = (payment: number, more: Partial<LoanTermsInput> = own) => opensAnother(plainTerms(more), last, payment);
  assert.deepEqual([opens(404_00), opens(504_00), opens(503_99), opens(504_01)], [true, false, true, false]);
  // A payment that is all interest repays nothing, ever.
  assert.deepEqual([opens(4_00), opens(3_99), opens(4_01)], [false, false, true]);
  assert.deepEqual([opens(404_00, { ...own, balloon: 100_00 }), opens(403_99, { ...own, balloon: 100_00 })], [false, true]);
  // Less than half of the payment's principal joins it, unless agreed otherwise: 166.66 of 333.34, and 166.67 of 333.33.
  assert.deepEqual([opens(337_34, {}), opens(337_33, {})], [false, true]);
});

test("a payment that stays over a rate that rises needs more rows: each pays it, the last what is left", () => {
  // 88.85 at 1 % a month, then at 2 %: 13 rows, the last 65.41.
  const agreed = buildSchedule(plainTerms({ model: "progressive", principal: 1_000_00, installments: months(12), ratePlan: { onChange: "term", steps: [{ installment: 2, ratePpb: percent(24) }] } })).rows;
  assert.deepEqual([agreed.length, ...new Set(agreed.slice(0, 12).map((r) => r.total)), agreed.at(-1)?.total], [13, 88_85, 65_41]);
  // By an index: 408.03 at 1 %, then at 5 % on 803.97, 436.14 and 49.92.
  const floating = { index: "BASE", marginPpb: 0, capPpb: null, floorPpb: null, firstReset: day("2026-02-15"), every: 1, unit: "months" } as const;
  const { state } = new Life(plainTerms({ model: "progressive", ...own, interest: { ratePpb: percent(12), recalculation: FOLLOWS }, ratePlan: { floating, onChange: "term" } })).tell({ type: "indexFixed", index: "BASE", ratePpb: percent(60), valueDate: day("2026-02-10") });
  assert.deepEqual(state.installments.map((r) => [r.dueDate, r.due.principal, r.due.interest]), [["2026-02-15", 396_03, 12_00], ["2026-03-15", 367_83, 40_20], ["2026-04-15", 386_22, 21_81], ["2026-05-15", 49_92, 2_50]]);
});

test("of interest that becomes principal, what was paid before its day does not", () => {
  for (const grace of [{ principalInstallments: 1, interestInstallments: 1, interest: "capitalise" as const }]) {
    const life = new Life(plainTerms({ model: "progressive", installments: months(4), grace, interest: { ratePpb: percent(12), recalculation: FOLLOWS } })).pay("2026-02-01", 5_00).pay("2026-02-15", 1);
    // 12.00 less 5.00; the cent of 15 February is the next row's.
    assert.deepEqual([life.state.installments[0]?.due.principal, life.state.installments[0]?.paid.interest], [-7_00, 12_00]);
    assert.equal(life.state.outstanding.principal, 1_206_99);
  }
});
