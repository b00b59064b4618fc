import assert from "node:assert/strict";
import { test } from "node:test";
import { accruedInterest, advanceTo, apply, payoff, replay } from "./index.ts";
import type { EventDraft, LoanEvent, LoanState } from "./index.ts";
import { day, Life, percent, plainTerms } from "./testing/worked.ts";

/** A loan that goes on from where it stood. Three payments of 408.03 repay 1,200.00 at 12 %. */

const paid = (amount: number, date: string): EventDraft => ({ type: "paymentReceived", kind: "repayment", amount, valueDate: day(date) });
const event = (sequence: number, draft: EventDraft, businessDate = draft.valueDate): LoanEvent => ({ ...draft, id: `e${sequence}`, sequence, businessDate }) as LoanEvent;
const rows = (loan: LoanState) => loan.installments.map((r) => [r.due.principal, r.due.interest, r.paid.principal + r.paid.interest]);

test("one state goes two ways: what is paid on one of them was never paid on the other", () => {
  for (const model of ["classic", "progressive", "daily_simple"] as const) {
    const first = new Life(plainTerms({ model })).tell(paid(408_03, "2026-02-15")).state;
    const [one, other] = [apply(first, event(10, paid(408_03, "2026-03-15"))), apply(first, event(10, paid(1_00, "2026-03-15")))];
    assert.ok((first.installments[1]?.paid.principal ?? 0) < 1_00, model);
    assert.ok((one.installments[1]?.paid.principal ?? 0) > 390_00 && (other.installments[1]?.paid.principal ?? 0) < 1_00, model);
    assert.deepEqual(rows(apply(other, event(11, paid(407_03, "2026-03-15")))).slice(0, 2), rows(one).slice(0, 2), model);
  }
});

test("a payment of the past, recorded last, is put in its place", () => {
  const loan = new Life(plainTerms({ model: "daily_simple" })).tell(paid(100_00, "2026-03-01")).state;
  const late = apply(loan, event(10, paid(50_00, "2026-02-01"), day("2026-03-01")));
  // 1,200.00 for 17 days at 12 %: 6.71, then 1,156.71 for 28 days: 10.65.
  assert.deepEqual(late.transactions.slice(1).map((t) => [t.date, t.parts.interest]), [["2026-02-01", 6_71], ["2026-03-01", 10_65]]);
});

test("a fee that is there from the start changes what was paid before it came", () => {
  const told = (chargesEnter: "from_start" | "by_date") => new Life(plainTerms({ compatibility: { chargesEnter } })).tell(paid(408_03, "2026-02-15"))
    .tell({ type: "chargeAdded", code: "late", component: "penalty", timing: "specified_date", basis: "flat", amount: 5_00, dueDate: day("2026-02-15"), valueDate: day("2026-02-20") }).state;
  assert.deepEqual([told("from_start").installments[0]?.paid.penalty, told("by_date").installments[0]?.paid.penalty], [5_00, 0]);
});

test("looking ahead leaves the loan where it was: what is paid next is paid from there", () => {
  const loan = new Life(plainTerms({ model: "daily_simple" })).state;
  const [later, sum] = [advanceTo(loan, day("2026-06-01")), payoff(loan, day("2026-02-15"))];
  assert.ok(later.outstanding.interest > sum.interest);
  const next = apply(loan, event(10, paid(500_00, "2026-02-15")));
  assert.deepEqual(next, replay(next.terms, next.events.map((e) => ({ ...e })), next.asOf));
  assert.equal(next.transactions.at(-1)?.parts.interest, sum.interest);
});

test("looking back at a day before the last payment, that payment has not come", () => {
  const before = new Life(plainTerms({ model: "daily_simple" })).state;
  const after = apply(before, event(10, paid(500_00, "2026-03-15")));
  // 1,200.00 for 17 days at 12 %: 6.71.
  assert.deepEqual([accruedInterest(before, day("2026-02-01")), accruedInterest(after, day("2026-02-01"))], [6_71, 6_71]);
});

test("principal lent again between two payouts stands between them, though both payouts are known before", () => {
  const terms = plainTerms({ installments: { count: 1, every: 1, unit: "months" }, tranches: { max: 2, maxOutstanding: null, overApprovalPpb: percent(100) }, interest: { ratePpb: percent(12), calculation: "actual_days", recalculation: { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } } });
  const loan = new Life(terms).tell({ type: "interestCapitalised", amount: 1_00, valueDate: day("2026-03-01") }).tell({ type: "disbursed", amount: 100_00, valueDate: day("2026-03-20") }).state;
  assert.equal(loan.installments.reduce((sum, row) => sum + row.due.principal, 0), 1_301_00);
});

test("a note of an accrual does not move the day's interest that became principal behind itself", () => {
  const terms = plainTerms({ installments: { count: 4, every: 1, unit: "months" }, grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } });
  const due = advanceTo(new Life(terms).state, day("2026-02-15"));
  const noted = apply(due, { type: "accrualPosted", interest: 12_00, fee: 0, penalty: 0, id: "n", sequence: 10, valueDate: day("2026-02-15"), businessDate: day("2026-02-15") });
  assert.deepEqual(noted, replay(noted.terms, noted.events.map((e) => ({ ...e })), noted.asOf));
  assert.deepEqual(noted.transactions.map((t) => t.type), ["disbursement", "capitalization", "accrual"]);
});
