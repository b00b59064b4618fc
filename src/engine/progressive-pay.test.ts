import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, payoff } from "./index.ts";
import type { LoanTermsInput } from "./index.ts";
import { Life, day, months, percent, plainTerms } from "./testing/worked.ts";

/** Money on progressive loans: 1,200.00 from 2026-01-15 at 1 % a month, three rows of 408.03. */

const FOLLOWS = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const lifeOf = (more: Partial<LoanTermsInput> = {}) => new Life(plainTerms({ model: "progressive", interest: { ratePpb: percent(12), recalculation: FOLLOWS }, ...more }));

test("money ahead stands in the next row where buckets say where it goes, and comes on top of it as a prepayment", () => {
  const order = ["past_due_interest", "past_due_principal", "due_interest", "due_principal", "in_advance_interest", "in_advance_principal"] as const;
  const buckets = { strategy: "configurable" as const, direction: "horizontal" as const, future: { default: "next_installment" as const }, order: [...order] };
  const second = (more: Partial<LoanTermsInput>) => {
    const row = lifeOf({ prepayment: "reduce_term", ...more }).pay("2026-02-15", 600_00).state.installments[1];
    return row && [row.due.principal + row.due.interest, row.paid.principal + row.paid.interest];
  };
  // 191.97 beyond the 408.03 that are due.
  assert.deepEqual(second({ allocation: buckets, compatibility: { chargesEnter: "by_date" } }), [408_03, 191_97]);
  assert.deepEqual(second({}), [600_00, 191_97]);
});

test("interest given up before it is earned is not asked for, nor is it taken off principal", () => {
  const { state } = lifeOf().tell({ type: "interestWaived", amount: 5_00, valueDate: day("2026-01-16") }).pay("2026-01-20", 100_00);
  assert.deepEqual(state.transactions.at(-1)?.parts, { principal: 100_00, interest: 0, fee: 0, penalty: 0 });
  // 5 days of 1,200.00 and 26 of 1,100.00, less 5.00.
  assert.deepEqual([state.installments[0]?.due.interest, state.installments[0]?.waived.interest], [1_94 + 9_23, 5_00]);
});

test("interest given up before it becomes principal does not become it", () => {
  const life = lifeOf({ installments: months(4), grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } }).tell({ type: "interestWaived", amount: 5_00, valueDate: day("2026-02-01") });
  assert.deepEqual([life.state.installments[0]?.due.principal, life.state.installments[0]?.due.interest], [-7_00, 12_00]);
});

test("money that the payer's bank takes back, once and again, bears interest from each day on", () => {
  const life = lifeOf().pay("2026-02-15", 408_03);
  for (const [date, amount] of [["2026-02-20", 100_00], ["2026-02-25", 50_00]] as const) life.tell({ type: "chargedBack", paymentId: "e2", amount, valueDate: day(date) });
  const closing = payoff(life.state, day("2026-03-15"));
  // 803.97 for 5 days of 28, 903.97 for 5, 953.97 for 18: 1.44, 1.61 and 6.13.
  assert.deepEqual([closing.principal, closing.interest], [953_97, 9_18]);
  assert.equal(apply(life.state, { type: "paymentReceived", kind: "repayment", payoff: true, amount: closing.total, id: "off", sequence: 99, valueDate: day("2026-03-15"), businessDate: day("2026-03-15") }).status, "closed_paid");
});
