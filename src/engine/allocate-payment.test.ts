import assert from "node:assert/strict";
import { test } from "node:test";
import { allocatePayment, anythingOwed, bookPaid, payComponent, payPortion } from "./allocate-payment.ts";
import { isoDate } from "./date.ts";
import { noParts } from "./state.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import type { AllocationTerms, Parts } from "./terms.ts";
import { newRow } from "./work.ts";
import type { Portion, Work } from "./work.ts";

/** How one payment of 2026-03-15 is divided over rows due before, on and after that day: each figure is a sum by hand. */

const TODAY = isoDate("2026-03-15");
const DATES = ["2026-02-15", "2026-03-15", "2026-04-15", "2026-05-15"].map(isoDate);

function row(index: number, due: Partial<Parts>): InstallmentState {
  return { ...newRow("installment", isoDate("2026-01-15"), DATES[index] ?? TODAY), number: index + 1, due: { ...noParts(), ...due } };
}

function transaction(): TransactionState {
  return { eventId: "p", sequence: 1, type: "repayment", date: TODAY, amount: 0, parts: noParts(), overpayment: 0, balanceAfter: 0, reversed: false, reversedDate: null, afterChargeOff: false, fraud: false, lines: [], charges: [] };
}

/** Rows in a run; `seen` notes on which rows to come money was put. */
function work(...rows: InstallmentState[]): { work: Work; seen: string[] } {
  const seen: string[] = [];
  const note = (what: string) => (r: InstallmentState) => { seen.push(`${what}${r.number}`); };
  return { work: { rows, portions: [], terms: { rounding: "half-even" }, beforeAdvance: note("+"), afterAdvance: note("-") } as unknown as Work, seen };
}

/** A charge as it lies on a row. */
function charge(of: Work, on: InstallmentState, component: "fee" | "penalty", due: number, date = on.dueDate, id = `${component}-${on.number}`): Portion {
  const share = { chargeId: id, component, due, paid: 0, waived: 0 };
  const known = of.portions.find((p) => p.charge.id === id)?.charge;
  const portion = { row: on, date, share, charge: known ?? ({ id, component, due, paid: 0, waived: 0 } as Portion["charge"]) };
  on.charges.push(share);
  on.due[component] += due;
  of.portions.push(portion);
  return portion;
}

const paidOf = (rows: readonly InstallmentState[]) => rows.map((r) => [r.paid.penalty, r.paid.fee, r.paid.interest, r.paid.principal]);
const FULL = { principal: 100, interest: 10 };

function allocated(amount: number, rules: AllocationTerms, rows: InstallmentState[], kind = "repayment") {
  const run = work(...rows);
  const tx = transaction();
  const left = allocatePayment(run.work, tx, amount, rules, kind);
  return { left, tx, seen: run.seen, paid: paidOf(rows) };
}

test("row by row, money ahead follows its own order, and stops when it is used up", () => {
  const rules = { strategy: "due_pfip_in_advance_ppfi" } as const;
  const made = allocated(265, rules, [row(0, FULL), row(1, FULL), row(2, FULL), row(3, FULL)]);
  assert.deepEqual(made.paid, [[0, 0, 10, 100], [0, 0, 10, 100], [0, 0, 0, 45], [0, 0, 0, 0]], "of the third row principal first");
  assert.deepEqual(made.seen, ["+3", "-3"], "rows due by now are not money ahead, and the fourth is not come to");
  const plain = allocated(225, { strategy: "penalty_fee_interest_principal" }, [row(0, FULL), row(1, FULL), row(2, FULL), row(3, FULL)]);
  assert.deepEqual(plain.paid, [[0, 0, 10, 100], [0, 0, 10, 100], [0, 0, 5, 0], [0, 0, 0, 0]]);
  assert.deepEqual(plain.seen, ["+3", "-3"]);
  assert.deepEqual(allocated(220, rules, [row(0, FULL), row(1, FULL), row(2, FULL)]).seen, []);
  assert.equal(allocated(500, rules, [row(0, FULL), row(1, FULL)]).left, 280, "what nothing was owed for comes back");
});

test("on a row to come, a charge whose own day has come is paid before principal, another one after it", () => {
  const next = row(2, { principal: 100 });
  const run = work(next);
  charge(run.work, next, "fee", 7, isoDate("2026-03-15"), "reached");
  charge(run.work, next, "fee", 9, isoDate("2026-03-16"), "not yet");
  const tx = transaction();
  assert.equal(allocatePayment(run.work, tx, 50, { strategy: "due_pfip_in_advance_ppfi" }, "repayment"), 0);
  assert.deepEqual(tx.parts, { principal: 43, interest: 0, fee: 7, penalty: 0 });
  assert.deepEqual(tx.charges, [{ chargeId: "reached", amount: 7 }]);
  allocatePayment(run.work, tx, 60, { strategy: "due_pfip_in_advance_ppfi" }, "repayment");
  assert.deepEqual(tx.charges, [{ chargeId: "reached", amount: 7 }, { chargeId: "not yet", amount: 3 }], "57 of principal came first");
});

test("by component, what is due of one comes before the next, rows to come only after everything due", () => {
  const rules = { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] } as const;
  const made = allocated(235, rules, [row(0, FULL), row(1, FULL), row(2, FULL)]);
  assert.deepEqual(made.paid, [[0, 0, 10, 100], [0, 0, 10, 100], [0, 0, 10, 5]]);
  assert.deepEqual(made.seen, ["+3", "-3"], "the row due today is not ahead");
  assert.deepEqual(allocated(115, rules, [row(0, FULL), row(1, FULL)]).paid, [[0, 0, 10, 95], [0, 0, 10, 0]]);
});

const ORDER = ["past_due_interest", "past_due_principal", "due_interest", "due_principal", "in_advance_principal", "in_advance_interest"] as const;

test("a configured order tells past due, due today and ahead apart, across rows or down each row", () => {
  const rows = () => [row(0, FULL), row(1, FULL), row(2, FULL), row(3, FULL)];
  const across = { strategy: "configurable", direction: "horizontal", future: { default: "next_installment" }, order: ORDER } as const;
  const made = allocated(225, across, rows());
  assert.deepEqual(made.paid, [[0, 0, 10, 100], [0, 0, 10, 100], [0, 0, 0, 5], [0, 0, 0, 0]]);
  assert.deepEqual(made.seen, ["+3", "-3"]);
  assert.deepEqual(allocated(115, across, rows()).paid.slice(0, 2), [[0, 0, 10, 100], [0, 0, 5, 0]]);
  const down = { ...across, direction: "vertical", order: ["due_principal", "past_due_principal", "in_advance_principal", "due_interest", "past_due_interest", "in_advance_interest"] } as const;
  assert.deepEqual(allocated(411, down, rows()).paid, [[0, 0, 1, 100], [0, 0, 10, 100], [0, 0, 0, 100], [0, 0, 0, 100]]);
  assert.deepEqual(allocated(150, down, rows()).paid, [[0, 0, 0, 50], [0, 0, 0, 100], [0, 0, 0, 0], [0, 0, 0, 0]]);
});

test("money ahead goes to the next row, the last, or all evenly, by the kind of money; the next one where nothing is said", () => {
  const rows = () => [row(1, {}), row(2, FULL), { ...row(2, {}), number: 9 }, row(3, FULL)];
  const rules = { strategy: "configurable", direction: "horizontal", order: ORDER, future: { default: "last_installment", merchant_refund: "spread_evenly", goodwill_credit: "next_installment" } } as const;
  assert.deepEqual(allocated(105, rules, rows()).paid, [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 5, 100]]);
  assert.deepEqual(allocated(105, rules, rows(), "goodwill_credit").paid, [[0, 0, 0, 0], [0, 0, 5, 100], [0, 0, 0, 0], [0, 0, 0, 0]]);
  assert.deepEqual(allocated(105, { ...rules, future: {} }, rows()).paid[1], [0, 0, 5, 100]);
  assert.deepEqual(allocated(120, { ...rules, future: {} }, rows()).seen, ["+3", "-3", "+4", "-4"], "a row that owes nothing is passed over");
  assert.deepEqual(allocated(110, { ...rules, future: {} }, rows()).seen, ["+3", "-3"], "nothing is left for the fourth");
  const evenly = allocated(105, rules, rows(), "merchant_refund");
  assert.deepEqual(evenly.paid, [[0, 0, 0, 0], [0, 0, 0, 52], [0, 0, 0, 0], [0, 0, 0, 53]], "52.5 is 52, the last takes the difference");
  assert.deepEqual(evenly.seen, ["+3", "-3", "+4", "-4"]);
});

test("evenly: what a row does not need goes round again, and an amount too small to share goes to the last", () => {
  const rules = { strategy: "configurable", direction: "horizontal", order: ORDER, future: { default: "spread_evenly" } } as const;
  const rows = () => [row(1, {}), row(2, { principal: 4 }), { ...row(2, { principal: 9 }), number: 4 }, row(3, { principal: 9, interest: 2 })];
  assert.deepEqual(allocated(10, rules, rows()).paid.map((p) => p[3]), [0, 3, 3, 4]);
  assert.deepEqual(allocated(18, rules, rows()).paid.map((p) => p[3]), [0, 4, 7, 7], "six each, then the two that the first did not need");
  assert.deepEqual(allocated(1, rules, rows()).paid.map((p) => p[3]), [0, 0, 0, 1]);
  assert.deepEqual(allocated(2, rules, rows()).paid.map((p) => p[3]), [0, 1, 1, 0], "two thirds are one: the first two use it up");
  const all = allocated(30, rules, rows());
  assert.deepEqual([all.paid.map((p) => p[3]), all.paid.map((p) => p[2]), all.left], [[0, 4, 9, 9], [0, 0, 0, 2], 6]);
  assert.equal(allocated(10, rules, [row(0, FULL), row(1, FULL)]).left, 0);
  assert.deepEqual(allocated(225, rules, [row(1, FULL), row(2, FULL)]).paid, [[0, 0, 10, 100], [0, 0, 10, 100]]);
});

test("a charge over several rows is noted once in a payment; what was paid or waived of it is not paid again", () => {
  const [first, second] = [row(0, {}), row(1, {})];
  const run = work(first, second);
  charge(run.work, first, "fee", 8, first.dueDate, "service");
  const later = charge(run.work, second, "fee", 8, second.dueDate, "service");
  const penalty = charge(run.work, second, "penalty", 5);
  const tx = transaction();
  assert.equal(allocatePayment(run.work, tx, 14, { strategy: "penalty_fee_interest_principal" }, "repayment"), 0);
  assert.deepEqual(tx.charges, [{ chargeId: "service", amount: 9 }, { chargeId: "penalty-2", amount: 5 }], "eight and one of the service fee, the penalty between");
  assert.deepEqual([later.share.paid, later.charge.paid, penalty.share.paid], [1, 9, 5]);
  later.share.waived = 3;
  assert.equal(payPortion(tx, later, 100), 4, "8, less 1 paid and 3 waived");
  assert.equal(payPortion(tx, later, 100), 0);
  const other = transaction();
  assert.equal(payPortion(other, later, 100), 0);
  assert.deepEqual(other.charges, [], "nothing paid, nothing noted");
});

test("a fee that no charge stands behind is paid too, up to what was not written off", () => {
  const one = row(0, { fee: 30 });
  const run = work(one);
  charge(run.work, one, "penalty", 6);
  const linked = charge(run.work, one, "fee", 20);
  linked.share.paid = 5;
  Object.assign(one.paid, { fee: 9, penalty: 0 });
  one.writtenOff.fee = 4;
  const tx = transaction();
  assert.equal(payComponent(run.work, tx, one, "fee", 1000), 37, "50 due, 9 paid, 4 written off");
  assert.deepEqual(tx.charges, [{ chargeId: "fee-1", amount: 15 }], "22 of it have no charge: 30, less the 4 paid before and 4 written off");
  assert.equal(payComponent(run.work, tx, one, "fee", 1000), 0);
  assert.equal(payComponent(run.work, tx, one, "penalty", 4), 4);
  assert.equal(payComponent(run.work, tx, one, "penalty", 0), 0);
  assert.equal(payComponent(run.work, tx, one, "penalty", -3), 0);
  assert.deepEqual(tx.parts, { principal: 0, interest: 0, fee: 37, penalty: 4 });
});

test("the share without a charge counts what this row paid on its charges, and no other component", () => {
  const one = row(0, { fee: 10 });
  const run = work(one);
  const linked = charge(run.work, one, "fee", 20, isoDate("2026-06-15"));
  charge(run.work, one, "penalty", 3).share.paid = 2;
  linked.share.paid = 20;
  one.paid.fee = 24;
  assert.equal(payComponent(run.work, transaction(), one, "fee", 100, "reached"), 6, "30 due and 24 paid, of which 20 on the charge");
  const other = row(0, { fee: 10 });
  const next = work(other);
  charge(next.work, other, "fee", 20, isoDate("2026-06-15"));
  charge(next.work, other, "penalty", 3);
  assert.equal(payComponent(next.work, transaction(), other, "fee", 100, "reached"), 10, "the charge itself is not yet reached");
});

test("a payment notes each row it touches once, by number and due date, and nothing where nothing was paid", () => {
  const [a, b, c] = [row(0, FULL), row(1, FULL), { ...row(0, FULL), dueDate: isoDate("2026-02-20") }];
  const tx = transaction();
  for (const [on, component, amount] of [[a, "interest", 10], [a, "principal", 60], [b, "principal", 5], [c, "principal", 7], [{ ...row(1, FULL), number: 8 }, "interest", 1]] as const) bookPaid(tx, on, component, amount);
  assert.deepEqual(tx.lines.map((l) => [l.installment, l.dueDate, l.parts.interest, l.parts.principal]), [[1, "2026-02-15", 10, 60], [2, "2026-03-15", 0, 5], [1, "2026-02-20", 0, 7], [8, "2026-03-15", 1, 0]]);
  assert.deepEqual([a.paidLate, a.paidInAdvance, a.latePrincipal], [70, 0, [{ date: TODAY, amount: 60 }]]);
  assert.deepEqual([b.paidLate, b.paidInAdvance, b.latePrincipal], [0, 0, []], "on its day it is neither late nor early");
  const next = row(2, FULL);
  bookPaid(tx, next, "principal", 3);
  assert.deepEqual([next.paidLate, next.paidInAdvance, next.latePrincipal], [0, 3, []]);
  const untouched = allocated(0, { strategy: "penalty_fee_interest_principal" }, [row(0, FULL)]);
  assert.deepEqual(untouched.tx.lines, []);
  assert.deepEqual(allocated(10, { strategy: "by_component", order: ["fee", "interest"] }, [row(0, FULL)]).tx.lines.length, 1);
});

test("while a charge of a row to come waits for its day, a fee without a charge is paid up to what was neither paid nor given up", () => {
  const next = row(2, { principal: 100, fee: 30 });
  const run = work(next);
  charge(run.work, next, "fee", 20, isoDate("2026-03-16"), "not yet");
  Object.assign(next.paid, { fee: 4 });
  next.writtenOff.fee = 4;
  const tx = transaction();
  assert.equal(allocatePayment(run.work, tx, 25, { strategy: "due_pfip_in_advance_ppfi" }, "repayment"), 0);
  assert.deepEqual([tx.parts, tx.charges], [{ principal: 3, interest: 0, fee: 22, penalty: 0 }, []], "30, less 4 paid and 4 written off; then principal");
});

test("a row that nothing was left for is not told of, and one due today is neither past due nor ahead", () => {
  assert.deepEqual(allocated(5, { strategy: "by_component", order: ["interest", "principal"] }, [row(0, FULL), row(1, FULL)]).tx.lines.length, 1);
  const across = { strategy: "configurable", direction: "horizontal", future: { default: "next_installment" } } as const;
  const today = allocated(105, { ...across, order: ["past_due_interest", "past_due_principal", "due_principal", "due_interest"] }, [row(1, FULL)]);
  assert.deepEqual(today.paid, [[0, 0, 5, 100]], "principal first, as money due today is divided");
  const ahead = allocated(50, { ...across, order: ["in_advance_principal", "due_principal", "past_due_principal"] }, [row(0, FULL), row(1, FULL), row(2, FULL)]);
  assert.deepEqual(ahead.paid, [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 50]]);
});

test("evenly means over the rows that owe the part: a row that owes another one takes no share", () => {
  const rules = { strategy: "configurable", direction: "horizontal", order: ["in_advance_principal", "in_advance_interest"], future: { default: "spread_evenly" } } as const;
  const made = allocated(10, rules, [row(2, { principal: 9 }), { ...row(2, { interest: 2 }), number: 9 }, row(3, { principal: 9 })]);
  assert.deepEqual(made.paid.map((p) => p[3]), [5, 0, 5]);
  assert.deepEqual(made.seen, ["+3", "-3", "+4", "-4"]);
});

test("something is owed while one row owes one unit", () => {
  assert.equal(anythingOwed(work(row(0, {}), row(1, {})).work), false);
  assert.equal(anythingOwed(work(row(0, {}), row(1, { fee: 1 })).work), true);
  assert.equal(anythingOwed(work().work), false);
});
