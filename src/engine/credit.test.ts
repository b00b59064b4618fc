import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day } from "./testing/worked.ts";

/** Money taken back or paid back, on the loan of 1,200.00 whose first payment of 408.03 holds 12.00 of interest. */

const ORDER: Partial<LoanTermsInput> = { chargebackOrder: ["interest", "fee", "penalty", "principal"] };
const charge = (amount: number, date: string, component: "fee" | "penalty" = "fee", code = "fee"): EventDraft => ({ type: "chargeAdded", code, component, timing: "specified_date", basis: "flat", amount, dueDate: day(date), valueDate: day("2026-01-20") });
const taken = (amount: number, date: string, paymentId: string): EventDraft => ({ type: "chargedBack", paymentId, amount, valueDate: day(date) });
const back = (amount: number): EventDraft => ({ type: "paymentReceived", kind: "refund_by_cash", amount, valueDate: day("2026-02-20") });
const parts = (principal: number, interest: number, fee = 0, penalty = 0) => ({ principal, interest, fee, penalty });
const lastOf = (state: LoanState) => { const tx = state.transactions.at(-1); return [tx?.parts, tx?.overpayment, tx?.lines.map((l) => [l.installment, l.dueDate])]; };
const row = (state: LoanState, number: number) => { const r = state.installments[number - 1]; return r && [r.due, r.paid, r.credited, r.settledDate]; };

/** 423.03 paid the first installment, a fee of 10.00 and a penalty of 5.00. */
const withCharges = (more: Partial<LoanTermsInput> = {}) => onwards(onwards(onwards(paidOut(more), charge(10_00, "2026-02-10")), charge(5_00, "2026-02-12", "penalty", "late")), pay(423_03, "2026-02-15"));
/** 1,250.00 paid everything, 1,224.08, and 25.92 too much. */
const overpaid = (more: Partial<LoanTermsInput> = {}) => onwards(paidOut(more), pay(1_250_00, "2026-02-15"));

test("a chargeback opens what the payment paid, in the order agreed, and each part once", () => {
  const once = onwards(withCharges(ORDER), taken(20_00, "2026-02-20", "e4"));
  assert.deepEqual(lastOf(once), [parts(0, 12_00, 8_00), 0, [[2, "2026-03-15"]]]);
  assert.deepEqual(row(once, 2), [parts(399_99, 20_04, 8_00), parts(0, 0), 0, null]);
  const twice = onwards(once, taken(30_00, "2026-02-21", "e4"));
  assert.deepEqual(lastOf(twice)[0], parts(23_00, 0, 2_00, 5_00), "2.00 of the fee was left, then the penalty");
  assert.deepEqual(row(twice, 2), [parts(422_99, 20_04, 10_00, 5_00), parts(0, 0), 23_00, null]);
});

test("without an order it is principal, on the next row; on the last due date on that one, later on an extra row", () => {
  for (const [date, number, due] of [["2026-02-20", 2, "2026-03-15"], ["2026-03-15", 3, "2026-04-15"], ["2026-04-15", 3, "2026-04-15"], ["2026-04-20", 4, "2026-04-20"]] as const) {
    const loan = onwards(withCharges(), taken(20_00, date, "e4"));
    assert.deepEqual(lastOf(loan), [parts(20_00, 0), 0, [[number, due]]], date);
    assert.equal(loan.installments[number - 1]?.credited, 20_00);
    assert.equal(loan.installments[number - 1]?.kind, number === 4 ? "extra" : "installment");
  }
});

test("an overpayment meets what is taken or paid back; the rest is lent again", () => {
  const met = onwards(overpaid(), taken(10_00, "2026-02-20", "e2"));
  assert.deepEqual([lastOf(met), met.overpayment, met.status], [[parts(0, 0), 10_00, []], 15_92, "overpaid"]);
  const all = onwards(overpaid(), taken(25_92, "2026-02-20", "e2"));
  assert.deepEqual([lastOf(all)[1], all.overpayment, all.status], [25_92, 0, "closed_paid"]);
  for (const draft of [taken(40_00, "2026-02-20", "e2"), { type: "creditBalanceRefunded", amount: 40_00, valueDate: day("2026-02-20") } as const]) {
    const lent = onwards(overpaid(), draft);
    assert.deepEqual(lastOf(lent), [parts(14_08, 0), 25_92, [[2, "2026-03-15"]]], draft.type);
    assert.deepEqual(row(lent, 2), [parts(439_99, 8_04), parts(425_91, 8_04), 40_00, null]);
    assert.deepEqual([lent.overpayment, lent.outstanding.principal, lent.installments[1]?.paidInAdvance, lent.installments[1]?.paidLate], [0, 14_08, 433_95, 0]);
  }
});

test("by an order, interest opened again is met first, before its day in advance, on it neither early nor late", () => {
  const lent = onwards(overpaid(ORDER), taken(40_00, "2026-02-20", "e2"));
  assert.deepEqual(lastOf(lent), [parts(15_92, 24_08), 25_92, [[2, "2026-03-15"]]]);
  assert.deepEqual(row(lent, 2), [parts(415_91, 32_12), parts(401_83, 32_12), 15_92, null]);
  assert.equal(lent.outstanding.principal, 14_08);
  const late = onwards(overpaid(ORDER), taken(40_00, "2026-05-20", "e2"));
  assert.deepEqual(row(late, 4), [parts(15_92, 24_08), parts(1_84, 24_08), 15_92, null]);
  assert.deepEqual([late.installments[3]?.paidInAdvance, late.installments[3]?.paidLate], [0, 0]);
  const after = onwards(onwards(late, charge(1, "2026-05-20")), pay(20_00, "2026-05-25"));
  assert.equal(after.installments[3]?.paidLate, 14_09);
});

test("cash handed back is taken off what was paid last: interest, principal, then charges, the last of them first", () => {
  const little = onwards(withCharges(), back(30_00));
  assert.deepEqual([lastOf(little), row(little, 1)], [[parts(18_00, 12_00), 0, []], [parts(396_03, 12_00, 10_00, 5_00), parts(378_03, 0, 10_00, 5_00), 0, null]]);
  const more = onwards(withCharges(), back(415_00));
  assert.deepEqual([lastOf(more)[0], row(more, 1)?.[1], more.charges.map((c) => c.paid)], [parts(396_03, 12_00, 6_97), parts(0, 0, 3_03, 5_00), [3_03, 5_00]]);
  const most = onwards(withCharges(), back(420_00));
  assert.deepEqual([lastOf(most)[0], most.charges.map((c) => c.paid)], [parts(396_03, 12_00, 10_00, 1_97), [0, 3_03]]);
  const two = onwards(onwards(onwards(onwards(paidOut(), charge(10_00, "2026-02-10", "fee", "a")), charge(8_00, "2026-02-12", "fee", "b")), pay(426_03, "2026-02-15")), back(418_03));
  assert.deepEqual([two.charges.map((c) => [c.code, c.paid]), two.installments[0]?.charges.map((s) => s.paid)], [[["a", 8_00], ["b", 0]], [8_00, 0]], "10.00 of fees: all of b, and 2.00 of a");
});

test("cash handed back takes the overpayment first, and what was paid ahead before what was paid late", () => {
  const over = onwards(overpaid(), back(30_00));
  assert.deepEqual([lastOf(over), over.overpayment, row(over, 3)?.[1], over.installments[2]?.paidInAdvance], [[parts(4, 4_04), 25_92, []], 0, parts(403_94, 0), 403_94]);
  const late = onwards(onwards(onwards(paidOut(), pay(8_03, "2026-02-10")), pay(400_00, "2026-02-16")), back(20_00));
  assert.deepEqual([late.installments[0]?.paidInAdvance, late.installments[0]?.paidLate], [0, 388_03]);
});

test("on the last due date money is lent again on the last installment, whatever charge is due later", () => {
  const loan = onwards(onwards(onwards(paidOut(), pay(408_03, "2026-02-15")), charge(10_00, "2026-05-01")), taken(50_00, "2026-04-15", "e2"));
  assert.deepEqual([loan.installments.map((r) => r.kind), lastOf(loan)], [["installment", "installment", "installment", "extra"], [parts(50_00, 0), 0, [[3, "2026-04-15"]]]]);
});
