import assert from "node:assert/strict";
import { test } from "node:test";
import { futureShare } from "./charges.ts";
import { payoff } from "./index.ts";
import type { ChargeAdded, EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, percent } from "./testing/worked.ts";

/** Charges on the loan of 1,200.00 with 24.08 of interest in three rows. */

type Charge = Omit<ChargeAdded, "id" | "sequence" | "businessDate">;
const added = (more: Partial<Charge> = {}): EventDraft => ({ type: "chargeAdded", code: "fee", component: "fee", timing: "specified_date", basis: "flat", amount: 10_00, dueDate: day("2026-03-01"), valueDate: day("2026-01-20"), ...more });
const share = (basis: Charge["basis"]): Partial<Charge> => ({ basis, amount: undefined, percentPpb: percent(10) });
const fees = (state: LoanState) => state.installments.map((r) => r.due.fee);

test("a charge lies on the row whose days hold its own; after the last on an extra row that grows with later ones", () => {
  for (const [date, rows] of [["2026-01-10", [10_00, 0, 0]], ["2026-02-15", [10_00, 0, 0]], ["2026-02-16", [0, 10_00, 0]], ["2026-04-15", [0, 0, 10_00]], ["2026-04-16", [0, 0, 0, 10_00]]] as const) assert.deepEqual(fees(onwards(paidOut(), added({ dueDate: day(date) }))), rows, date);
  const twice = onwards(onwards(paidOut(), added({ dueDate: day("2026-05-01") })), added({ dueDate: day("2026-05-20") }));
  assert.deepEqual(twice.installments.map((r) => [r.kind, r.fromDate, r.dueDate]).at(-1), ["extra", "2026-04-15", "2026-05-20"]);
  assert.deepEqual(fees(onwards(twice, added({ dueDate: day("2026-05-10") }))), [0, 0, 0, 30_00]);
  assert.equal(onwards(twice, added({ dueDate: day("2026-05-10") })).installments.at(-1)?.dueDate, "2026-05-20");
});

test("a share is of the loan's principal or interest, or of the overdue row's own", () => {
  const due = (more: Partial<Charge>) => onwards(paidOut(), added(more)).charges[0]?.due;
  assert.equal(due(share("percent_of_principal")), 120_00);
  assert.equal(due(share("percent_of_interest")), 2_41);
  assert.equal(due(share("percent_of_principal_plus_interest")), 122_41);
  assert.equal(due({ ...share("percent_of_principal"), timing: "on_overdue" }), 40_00, "of 399.99");
  assert.equal(due({ ...share("percent_of_interest"), timing: "on_overdue" }), 80);
  assert.equal(due({ amount: undefined }), 0, "flat, without an amount");
  assert.equal(due({ amount: undefined, percentPpb: percent(10) }), 0, "a flat charge is no share of anything");
  const lent = onwards(onwards(paidOut({ compatibility: { chargesEnter: "by_date" } }), pay(100_00, "2026-02-01")), { type: "chargedBack", paymentId: "e2", amount: 50_00, valueDate: day("2026-02-10") });
  assert.equal(onwards(lent, added({ ...share("percent_of_principal"), valueDate: day("2026-02-20") })).charges[0]?.due, 120_00, "money lent again is not the amount agreed");
});

test("a charge at the payout is of all that was paid out, one at a tranche of the last", () => {
  const tranches = { max: 2, maxOutstanding: null, overApprovalPpb: 1_000_000_000 };
  const kept = (timing: Charge["timing"]) => onwards(onwards(paidOut({ tranches }), added({ ...share("percent_of_disbursed"), timing, valueDate: day("2026-01-16") })), { type: "disbursed", amount: 300_00, valueDate: day("2026-01-18") });
  assert.deepEqual([kept("at_disbursement").charges[0]?.due, kept("at_tranche").charges[0]?.due], [150_00, 30_00]);
  assert.deepEqual(kept("at_tranche").disbursements.map((d) => d.fees), [0, 30_00], "kept back from the second payout");
});

test("a charge on every installment is on each, and those to come are not owed on a payoff", () => {
  const down: Partial<LoanTermsInput> = { downPayment: { percentPpb: 250_000_000, autoCollect: false } };
  assert.deepEqual(fees(onwards(paidOut(down), added({ timing: "every_installment" }))), [0, 10_00, 10_00, 10_00], "none on a down payment");
  const loan = onwards(paidOut(), added({ timing: "every_installment" }));
  assert.deepEqual(["2026-02-14", "2026-02-15", "2026-03-15", "2026-04-15"].map((d) => payoff(loan, day(d)).fees), [0, 10_00, 20_00, 30_00]);
  const once = onwards(loan, added({ dueDate: day("2026-03-01") }));
  assert.equal(payoff(once, day("2026-02-15")).fees, 20_00, "one of a date is owed");
  const paid = onwards(loan, { ...pay(payoff(loan, day("2026-02-15")).total, "2026-02-15"), payoff: true });
  assert.deepEqual([paid.status, fees(paid), paid.charges.map((c) => [c.due, c.paid])], ["closed_paid", [10_00, 0, 0], [[10_00, 10_00]]]);
  assert.ok(paid.installments.every((r) => r.settledDate === "2026-02-15"), "rows that owe nothing more are settled");
});

test("charges of an earlier day are paid before those of a later one, of the same day in the order they came", () => {
  const loan = [added({ code: "b", dueDate: day("2026-02-12") }), added({ code: "a", dueDate: day("2026-02-10") }), added({ code: "c", dueDate: day("2026-02-12") })].reduce(next, paidOut());
  const paid = (amount: number) => onwards(loan, pay(amount, "2026-02-14")).charges.map((c) => [c.code, c.paid]);
  assert.deepEqual(paid(15_00), [["b", 5_00], ["a", 10_00], ["c", 0]]);
  assert.deepEqual(paid(25_00), [["b", 10_00], ["a", 10_00], ["c", 5_00]]);
});

function next(state: LoanState, draft: EventDraft): LoanState {
  return onwards(state, draft);
}

test("what is waived is what was not paid of a charge, or a part of it, from its due date when that has passed", () => {
  const loan = onwards(onwards(paidOut(), added({ dueDate: day("2026-02-10") })), pay(4_00, "2026-02-12"));
  const waive = (amount?: number): EventDraft => ({ type: "chargeWaived", chargeId: "e2", valueDate: day("2026-02-20"), ...(amount === undefined ? {} : { amount }) });
  const whole = onwards(loan, waive());
  const tx = whole.transactions.find((t) => t.type === "charge_waiver");
  assert.deepEqual([tx?.date, tx?.amount, tx?.parts.fee, tx?.charges, whole.charges[0]?.waived, whole.installments[0]?.waived.fee], ["2026-02-10", 6_00, 6_00, [{ chargeId: "e2", amount: 6_00 }], 6_00, 6_00]);
  const partly = onwards(onwards(loan, waive(2_00)), waive(1_00));
  assert.deepEqual([partly.charges[0]?.waived, partly.outstanding.fee], [3_00, 3_00]);
  assert.equal(onwards(partly, waive()).charges[0]?.waived, 6_00);
  const ahead = onwards(onwards(paidOut(), added({ dueDate: day("2026-03-01") })), waive());
  assert.equal(ahead.transactions.at(-1)?.date, "2026-02-20", "a charge not yet due is given up on the day");
});

test("where waivers show what had been taken as income, they show no more than that, less waivers before", () => {
  const shown = { compatibility: { waiverShows: "accrued" as const } };
  const loan = onwards(paidOut(shown), added({ dueDate: day("2026-02-10") }));
  const waive = (amount: number): EventDraft => ({ type: "chargeWaived", chargeId: "e2", amount, valueDate: day("2026-02-20") });
  assert.equal(onwards(loan, waive(6_00)).transactions.find((t) => t.type === "charge_waiver")?.parts.fee, 0, "none was taken as income");
  const posted = onwards(loan, { type: "accrualPosted", interest: 0, fee: 7_00, penalty: 0, valueDate: day("2026-02-10") });
  const twice = onwards(onwards(posted, waive(4_00)), waive(5_00));
  assert.deepEqual(twice.transactions.filter((t) => t.type === "charge_waiver").map((t) => [t.amount, t.parts.fee]), [[4_00, 4_00], [5_00, 3_00]]);
  const paid = onwards(onwards(posted, pay(3_00, "2026-02-12")), waive(6_00));
  assert.equal(paid.transactions.find((t) => t.type === "charge_waiver")?.parts.fee, 6_00, "a payment is no income posted");
});

test("what is waived of a charge that was never due is nothing: the charge was reversed", () => {
  const waived = onwards(onwards(paidOut(), added()), { type: "chargeWaived", chargeId: "e2", amount: 4_00, valueDate: day("2026-02-20") });
  const undone = onwards(waived, { type: "reversed", eventId: "e2", valueDate: day("2026-02-25") });
  assert.deepEqual([undone.charges, undone.outstanding.fee, undone.transactions.some((t) => t.type === "charge_waiver" && !t.reversed)], [[], 0, false]);
});

test("of a row to come a payoff leaves out what is open of its regular charges, and nothing else", () => {
  const paid = onwards(onwards(onwards(paidOut({ allocation: { strategy: "by_component", order: ["fee", "penalty", "interest", "principal"] } }), added({ timing: "every_installment" })), added({ code: "letter", dueDate: day("2026-03-01") })), pay(436_03, "2026-02-01"));
  const left = (date: string) => paid.installments.map((row) => futureShare(row, paid.charges, day(date)));
  assert.deepEqual(left("2026-02-01"), [[], [{ chargeId: "e2", component: "fee", open: 2_00 }], [{ chargeId: "e2", component: "fee", open: 10_00 }]], "after the first row's 418.03, 18.00: the letter and 8.00");
  assert.deepEqual(left("2026-04-15"), [[], [], []]);
  assert.deepEqual(futureShare(paid.installments[2] as never, [], day("2026-02-01")), [], "a share whose charge is gone is nobody's");
});

test("a row that owed a regular charge alone is settled by the payoff that ends the charge", () => {
  const loan = onwards(paidOut({ allocation: { strategy: "due_pipf_in_advance_pipf" } }), added({ timing: "every_installment" }));
  const ahead = onwards(loan, pay(418_03 + 408_03, "2026-02-15"));
  assert.deepEqual(ahead.installments.map((r) => r.settledDate), ["2026-02-15", null, null], "10.00 are open on the second row");
  const paid = onwards(ahead, { ...pay(payoff(ahead, day("2026-02-20")).total, "2026-02-20"), payoff: true });
  assert.deepEqual([paid.status, paid.installments.map((r) => [r.due.fee, r.settledDate])], ["closed_paid", [[10_00, "2026-02-15"], [0, "2026-02-20"], [0, "2026-02-20"]]]);
});
