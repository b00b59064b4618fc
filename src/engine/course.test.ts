import assert from "node:assert/strict";
import { test } from "node:test";
import { accruedInterest, advanceTo, apply, follow, payoff, replay } from "./index.ts";
import type { EventDraft, LoanEvent, LoanState, LoanTerms, LoanTermsInput } from "./index.ts";
import { payoffParts, run } from "./course.ts";
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

/** Events of which is known how often their amounts were asked for: what a run does, and nothing but a run. */
function watched(events: readonly LoanEvent[]): { events: LoanEvent[]; reads: () => number } {
  let count = 0;
  const look = (e: LoanEvent) => new Proxy(e, { get: (target, key) => { if (key === "amount") count++; return Reflect.get(target, key) as unknown; } });
  return { events: events.map(look), reads: () => { const was = count; count = 0; return was; } };
}

const paidOut = event(1, { type: "disbursed", amount: 1_200_00, valueDate: day("2026-01-15") });
const fee = (amount: number, date: string, dueDate: string): EventDraft => ({ type: "chargeAdded", code: "late", component: "penalty", timing: "specified_date", basis: "flat", amount, dueDate: day(dueDate), valueDate: day(date) });
const follows = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const models: readonly Partial<LoanTermsInput>[] = [{}, { interest: { ratePpb: percent(12), recalculation: follows } }, { model: "progressive", interest: { ratePpb: percent(12), recalculation: follows } }, { model: "daily_simple" }];

test("what comes at the end of a history costs that step alone: what was before is not told again", () => {
  for (const more of models) {
    const terms = plainTerms({ ...more, compatibility: { chargesEnter: "by_date" } });
    const { events, reads } = watched([paidOut, event(2, paid(408_03, "2026-02-15"))]);
    let loan = replay(terms, events, day("2026-02-15"));
    assert.ok(reads() > 0);
    const next = [paid(1_00, "2026-02-20"), fee(5_00, "2026-02-20", "2026-03-10"), paid(413_03, "2026-03-15"), { type: "interestWaived", amount: 1, valueDate: day("2026-03-16") } as const, paid(2_00, "2026-03-16")];
    for (const [i, draft] of next.entries()) {
      const before = loan;
      loan = apply(loan, event(i + 3, draft));
      assert.equal(reads(), 0, `${terms.model}: ${draft.type}`);
      advanceTo(before, day("2026-03-20"));
      payoff(loan, day("2026-04-01"));
      accruedInterest(loan, day("2026-04-01"));
      assert.equal(reads(), 0, `${terms.model}: looked at after ${draft.type}`);
    }
    assert.deepEqual(loan, replay(terms, loan.events.map((e) => ({ ...e })), loan.asOf));
  }
});

test("a loan that nothing has happened to goes on too, and one whose every event was undone", () => {
  const { events, reads } = watched([paidOut]);
  const none = replay(plainTerms(), [], day("2026-01-15"));
  const first = apply(none, events[0] as LoanEvent);
  assert.equal(first.disbursed, 1_200_00);
  reads();
  const undone = apply(first, event(2, { type: "reversed", eventId: "e1", valueDate: day("2026-01-15") }));
  const again = apply(undone, event(3, { type: "approved", amount: 1_200_00, valueDate: day("2026-01-16") }));
  assert.deepEqual(again, replay(plainTerms(), again.events.map((e) => ({ ...e })), again.asOf));
});

test("what was worked out for some terms says nothing of others, and a list that grew is another", () => {
  const events = [paidOut];
  const sum = (loanTerms: LoanTerms, on: string) => run(loanTerms, events, day(on)).rows.reduce((all, row) => all + row.due.interest + row.paid.interest, 0);
  const [twelve, none] = [plainTerms(), plainTerms({ interest: { ratePpb: 0 } })];
  assert.deepEqual([sum(twelve, "2026-01-15"), sum(none, "2026-01-15"), sum(twelve, "2026-01-15")], [24_08, 0, 24_08]);
  assert.deepEqual(payoffParts(plainTerms({ model: "progressive", interest: { ratePpb: percent(12), recalculation: follows } }), events, day("2026-02-15"))?.interest, 12_00);
  assert.equal(sum(twelve, "2026-01-15"), 24_08);
  events.push(event(2, paid(408_03, "2026-02-15")));
  // 12.00 of them are paid.
  assert.equal(sum(twelve, "2026-02-15"), 36_08);
  // A list that nobody may add to remembers nothing, and is run all the same.
  assert.equal(run(twelve, Object.freeze([...events]), day("2026-02-15")).rows[0]?.paid.interest, 12_00);
});

test("a day before the last event is asked of the events up to then, whichever day was asked first and whichever order they came in", () => {
  const terms = plainTerms();
  // The later payment was recorded first.
  const list = () => [paidOut, event(2, paid(100_00, "2026-03-10")), event(3, paid(200_00, "2026-02-10"))];
  const money = (events: readonly LoanEvent[], on: string) => run(terms, events, day(on)).rows.reduce((all, row) => all + row.paid.principal + row.paid.interest, 0);
  for (const days of [["2026-03-10", "2026-02-20", "2026-02-01"], ["2026-02-01", "2026-03-10", "2026-02-20"], ["2026-02-20", "2026-02-01", "2026-03-10"]]) {
    const events = list();
    for (const on of [...days, ...days]) assert.equal(money(events, on), { "2026-02-01": 0, "2026-02-20": 200_00, "2026-03-10": 300_00 }[on], `${on} of ${days.join()}`);
  }
  // No event has come yet on the day that is asked first.
  const events = list();
  assert.deepEqual([money(events, "2026-01-01"), money(events, "2026-03-10")], [0, 300_00]);
});

test("a fee that sits on its row from a day before goes to its place, also when it is told last", () => {
  const terms = plainTerms({ compatibility: { chargesEnter: "by_date" } });
  const loan = new Life(terms).tell(paid(408_03, "2026-02-15")).tell(fee(5_00, "2026-02-15", "2026-02-15")).tell(paid(5_00, "2026-02-15")).state;
  assert.deepEqual(loan, replay(terms, loan.events.map((e) => ({ ...e })), loan.asOf));
});

test("a payout's own share paid at once stands with it: told late, the history is run again", () => {
  const terms = plainTerms({ model: "progressive", tranches: { max: 2, maxOutstanding: null, overApprovalPpb: percent(100) }, downPayment: { percentPpb: percent(25), autoCollect: true } });
  const loan = new Life(terms).tell({ type: "paymentReceived", kind: "down_payment", amount: 300_00, disbursementId: "e1", valueDate: day("2026-01-15") }).tell({ type: "disbursed", amount: 400_00, valueDate: day("2026-02-01") })
    .tell({ type: "paymentReceived", kind: "down_payment", amount: 100_00, disbursementId: "e3", valueDate: day("2026-02-01") }).tell(paid(10_00, "2026-02-02")).state;
  assert.deepEqual(loan, replay(terms, loan.events.map((e) => ({ ...e })), loan.asOf));
  const undone = apply(loan, event(10, { type: "reversed", eventId: "e3", valueDate: day("2026-02-03") }));
  assert.deepEqual(undone, replay(terms, undone.events.map((e) => ({ ...e })), undone.asOf));
});

test("a loan read from its record goes on as the one it was", () => {
  const { state } = new Life(plainTerms()).tell(paid(408_03, "2026-02-15"));
  const read = structuredClone(state);
  assert.deepEqual(apply(read, event(10, paid(408_03, "2026-03-15"))), apply(state, event(10, paid(408_03, "2026-03-15"))));
});

test("a fee told late for a day gone by is not there before the day it was told, whatever is told after it", () => {
  const terms = plainTerms({ compatibility: { chargesEnter: "by_date" } });
  const { state } = new Life(terms).tell(paid(408_03, "2026-02-15")).tell(fee(5_00, "2026-03-20", "2026-03-01"));
  const loan = apply(state, event(10, paid(1_00, "2026-03-05"), day("2026-03-20")));
  assert.deepEqual(["2026-03-10", "2026-03-20"].map((on) => run(terms, loan.events, day(on)).charges.length), [0, 1]);
});

test("money for a payout that was undone meanwhile is undone with it, though it is told later", () => {
  const terms = plainTerms({ model: "progressive", tranches: { max: 2, maxOutstanding: null, overApprovalPpb: percent(100) }, downPayment: { percentPpb: percent(25), autoCollect: true } });
  const life = new Life(terms).tell({ type: "disbursed", amount: 400_00, valueDate: day("2026-02-01") }).tell({ type: "reversed", eventId: "e2", valueDate: day("2026-02-02") });
  const late = event(10, { type: "paymentReceived", kind: "down_payment", amount: 100_00, disbursementId: "e2", valueDate: day("2026-02-03") });
  assert.deepEqual(follow(life.state, [late], day("2026-02-03")).transactions, replay(terms, [...life.state.events, late], day("2026-02-03")).transactions);
});
