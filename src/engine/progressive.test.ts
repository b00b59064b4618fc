import assert from "node:assert/strict";
import { test } from "node:test";
import { advanceTo, buildSchedule, replay } from "./index.ts";
import type { LoanTermsInput } from "./index.ts";
import { Life, day, months, percent, plainTerms, refused } from "./testing/worked.ts";

/** Progressive loans by day: 1,200.00 from 2026-01-15 at 1 % a month, three rows of 408.03. */

const FOLLOWS = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const interest = { ratePpb: percent(12), recalculation: FOLLOWS };
const lifeOf = (more: Partial<LoanTermsInput> = {}) => new Life(plainTerms({ model: "progressive", interest, ...more }));
const second = (life: Life) => life.state.installments[1]?.due.interest;

test("overdue principal bears interest up to the day the end of day said, and no further", () => {
  const life = lifeOf().tell({ type: "interestRefreshed", valueDate: day("2026-02-25") });
  // Row 2: 1,200.00 for 10 days of 28, then 803.97 for 18: 4.29 and 5.17.
  assert.equal(second(life), 9_46);
  assert.equal(second(life.pay("2026-03-05", 1_00)), 9_46);
});

test("a rate changed by agreement on a loan that follows an index holds up to the next reset, whatever is fixed later", () => {
  const floating = { index: "BASE", marginPpb: 0, capPpb: null, floorPpb: null, firstReset: day("2026-03-15"), every: 1, unit: "months" } as const;
  const life = lifeOf({ ratePlan: { floating } }).tell({ type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-15") });
  assert.equal(second(life), 16_08);
  life.tell({ type: "indexFixed", index: "BASE", ratePpb: percent(6), valueDate: day("2026-03-10") });
  // 2 % of 803.97; then half a per cent of what is left.
  assert.equal(second(life), 16_08);
  assert.equal(life.state.installments[2]?.due.interest, 2_03);
});

test("the rate of a loan is that of the day it is seen on", () => {
  const { state } = lifeOf({ ratePlan: { steps: [{ date: day("2026-03-01"), ratePpb: percent(24) }] } });
  assert.deepEqual(["2026-02-28", "2026-03-01"].map((date) => advanceTo(state, day(date)).ratePpb), [percent(12), percent(24)]);
  assert.equal(replay(plainTerms({ model: "progressive" }), [], day("2026-01-15")).ratePpb, percent(12), "before anything is paid out, that of the terms");
});

test("interest becomes principal on its due date, but not on a loan that is given up by then", () => {
  const grace = { installments: months(4), grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" as const } };
  const kinds = (life: Life) => advanceTo(life.state, day("2026-02-20")).transactions.map((t) => t.type);
  assert.deepEqual(kinds(lifeOf(grace)), ["disbursement", "capitalization"]);
  assert.ok(!kinds(lifeOf(grace).tell({ type: "chargedOff", valueDate: day("2026-02-10") })).includes("capitalization"));
  assert.ok(!kinds(lifeOf(grace).tell({ type: "writtenOff", valueDate: day("2026-02-10") })).includes("capitalization"));
});

test("a payment below its interest is refused by name, and so are rows by hand that do not repay the loan", () => {
  const steps = (amount: number) => ({ model: "progressive" as const, payments: { steps: [{ installment: 1, amount }, { installment: 2, factorPpb: 1_000_000_000 }] } });
  assert.deepEqual(buildSchedule(plainTerms(steps(12_00))).rows.map((r) => r.principal)[0], 0);
  refused(() => buildSchedule(plainTerms(steps(11_99))), "terms.payment_below_interest");
  const custom = (first: number) => plainTerms({ model: "progressive", installments: months(2), interest: { ratePpb: percent(12), calculation: "actual_days" }, payments: { custom: [{ dueDate: day("2026-02-15"), principal: first }, { dueDate: day("2026-03-15"), principal: 700_00 }] } });
  assert.equal(buildSchedule(custom(500_00)).rows.length, 2);
  refused(() => buildSchedule(custom(500_01)), "terms.rows_not_adding_up");
  refused(() => buildSchedule(custom(499_99)), "terms.rows_not_adding_up");
  // Terms that add up, and less paid out than they say.
  refused(() => new Life(custom(500_00), 1_199_00), "terms.rows_not_adding_up");
  // An installment that is given, and nothing else agreed: what it leaves of its interest the last row asks for.
  assert.deepEqual(buildSchedule(plainTerms({ model: "progressive", installmentAmount: 5_00 })).rows.map((r) => [r.principal, r.interest]), [[0, 5_00], [0, 5_00], [1_200_00, 26_00]]);
});
