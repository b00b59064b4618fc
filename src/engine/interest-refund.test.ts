import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, interestRefundOf } from "./index.ts";
import type { EventDraft, LoanTermsInput } from "./index.ts";
import { day, Life, months, percent, plainTerms, refused } from "./testing/worked.ts";

/** 1,200.00 from 2026-01-15 at one per mille a day. */
const START = day("2026-01-15");
const on = (days: number) => addDays(START, days);
const paidOut = (amount = 1_200_00, more: Partial<LoanTermsInput> = {}) => new Life(plainTerms({
  model: "daily_simple", interest: { ratePpb: percent(36.5) }, installments: months(12), tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 0 }, ...more,
}), amount);
const refund = (amount: number, days: number, kind: "merchant_refund" | "payout_refund" = "merchant_refund"): EventDraft => ({ type: "paymentReceived", kind, amount, valueDate: on(days) });
const pay = (amount: number, days: number): EventDraft => ({ type: "paymentReceived", kind: "repayment", amount, valueDate: on(days) });
const of = (life: Life, id: string) => { const draft = interestRefundOf(life.state, id); return draft?.type === "paymentReceived" ? draft.amount : draft; };

test("interest on what is given back, for the days it was lent; nothing on the day it was lent", () => {
  const life = paidOut().tell(refund(200_00, 30, "payout_refund"));
  assert.deepEqual(interestRefundOf(life.state, "e2"), { type: "paymentReceived", kind: "interest_refund", amount: 6_00, valueDate: on(30) });
  assert.equal(of(paidOut().tell(refund(200_00, 0)), "e2"), null);
  assert.equal(of(paidOut().tell(refund(1_200_00, 30)), "e2"), 36_00, "all of it: as if nothing had been lent");
  assert.equal(of(paidOut(1_200_00, { interest: { ratePpb: 0 } }).tell(refund(200_00, 30)), "e2"), null);
});

test("the last payout is the one that is lower, then the one before", () => {
  // 200.00 lent for 20 days and 100.00 of the first 1,000.00 for 30: 4.00 + 3.00.
  const life = paidOut(1_000_00).tell({ type: "disbursed", amount: 200_00, valueDate: on(10) }).tell(refund(300_00, 30));
  assert.equal(of(life, "e3"), 7_00);
  assert.equal(of(paidOut(1_000_00).tell({ type: "disbursed", amount: 200_00, valueDate: on(10) }).tell(refund(150_00, 30)), "e3"), 3_00);
  assert.equal(of(paidOut(1_000_00).tell({ type: "disbursed", amount: 200_00, valueDate: on(10) }).tell(refund(200_00, 30)), "e3"), 4_00);
});

test("interest already paid or given up counts as earned; what happens after the refund does not", () => {
  // 24.00 paid for 20 days. Without the 200.00, 20.00 of it had been interest and 4.00 principal: 36.00 less 20.00 + 10 × 0.996.
  assert.equal(of(paidOut().tell(pay(24_00, 20)).tell(refund(200_00, 30)), "e3"), 6_04);
  assert.equal(of(paidOut().tell(refund(200_00, 30)).tell(pay(500_00, 40)), "e2"), 6_00);
  assert.equal(of(paidOut().tell({ type: "interestWaived", amount: 10_00, valueDate: on(30) }).tell(refund(200_00, 30)), "e3"), 6_00);
  // 32.00 given up of 36.00; with 1,000.00 lent all of 30.00.
  assert.equal(of(paidOut().tell({ type: "interestWaived", amount: 32_00, valueDate: on(30) }).tell(refund(200_00, 30)), "e3"), 6_00);
  // The payment of the twentieth day bounced later: then it never was.
  assert.equal(of(paidOut().tell(pay(24_00, 20)).tell(refund(200_00, 30)).tell({ type: "reversed", eventId: "e2", valueDate: on(40) }), "e3"), 6_00);
  assert.equal(of(paidOut().tell({ type: "accrualPosted", interest: 30_00, fee: 0, penalty: 0, valueDate: on(25) }).tell(refund(200_00, 30)), "e3"), 6_00);
});

test("of two refunds each has its own interest, the second on what the first left", () => {
  const life = paidOut().tell(refund(200_00, 10)).tell(refund(100_00, 30));
  assert.equal(of(life, "e2"), 2_00);
  // The first pays 12.00 of interest and 188.00: 12.00 + 20 × 1.012. With 1,100.00 lent 11.00 and 189.00: 11.00 + 20 × 0.911.
  assert.equal(of(life, "e3"), 3_02);
  const undone = paidOut().tell(refund(200_00, 10)).tell({ type: "reversed", eventId: "e2", valueDate: on(12) }).tell(refund(200_00, 10));
  assert.equal(of(undone, "e4"), 2_00);
});

test("what is no refund, or no longer stands, has none", () => {
  const life = paidOut().tell(pay(24_00, 20)).tell(refund(200_00, 30)).tell({ type: "reversed", eventId: "e3", valueDate: on(31) }).tell({ type: "paymentReceived", kind: "goodwill_credit", amount: 10_00, valueDate: on(32) });
  for (const id of ["e1", "e2", "e3", "e4", "e5", "e9"]) refused(() => interestRefundOf(life.state, id), "event.target_not_found", id);
});
