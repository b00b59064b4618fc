import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, advanceTo, apply, replay } from "./index.ts";
import type { EventDraft, LoanEvent, LoanState } from "./index.ts";
import { standing } from "./run.ts";
import { day, Life, percent, plainTerms, refused } from "./testing/worked.ts";

const TERMS = plainTerms({ tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 0 } });
const START = TERMS.disbursementDate;
const event = (sequence: number, date: string, draft: { type: LoanEvent["type"] } & Record<string, unknown>, businessDate = date): LoanEvent => ({ id: `e${sequence}`, sequence, valueDate: day(date), businessDate: day(businessDate), ...draft }) as LoanEvent;
const paidOut = event(1, "2026-01-15", { type: "disbursed", amount: 1_200_00 });
const pay = (sequence: number, date: string, amount: number, businessDate = date) => event(sequence, date, { type: "paymentReceived", kind: "repayment", amount }, businessDate);
const reversed = (sequence: number, date: string, eventId: string) => event(sequence, date, { type: "reversed", eventId });
const shown = (loan: LoanState) => loan.transactions.map((t) => `${t.date.slice(5)} ${t.eventId} ${t.type} ${t.amount}${t.reversed ? ` undone ${t.reversedDate?.slice(5)}` : ""}`);

test("a history is checked before it is told: its terms, and its events against each other", () => {
  refused(() => replay({ ...TERMS, principal: 0 }, [], START), "terms.principal_not_positive");
  refused(() => replay(TERMS, [paidOut, paidOut], START), "event.duplicate");
});

test("events come in any order of telling; the list kept is in order of recording", () => {
  const events = [pay(3, "2026-02-15", 100_00), paidOut, pay(2, "2026-02-10", 50_00)];
  const loan = replay(TERMS, events, day("2026-02-15"));
  assert.deepEqual(loan.events.map((e) => e.sequence), [1, 2, 3]);
  assert.deepEqual(shown(loan), ["01-15 e1 disbursement 120000", "02-10 e2 repayment 5000", "02-15 e3 repayment 10000"]);
});

test("an event of the past leaves the loan on its own day, one of a later day moves it, as if all had been told at once", () => {
  const loan = replay(TERMS, [paidOut], day("2026-03-01"));
  const back = apply(loan, pay(2, "2026-02-10", 50_00, "2026-03-01"));
  assert.equal(back.asOf, "2026-03-01");
  const later = apply(back, pay(3, "2026-03-05", 60_00));
  assert.equal(later.asOf, "2026-03-05");
  assert.deepEqual(later, replay(TERMS, later.events, day("2026-03-05")));
  // A charge recorded before a payment that was since reversed: what that payment had done is told with it.
  const undone = [paidOut, pay(3, "2026-02-15", 100_00), reversed(4, "2026-02-20", "e3")].reduce(apply, replay(TERMS, [], START));
  const charged = apply(undone, event(2, "2026-02-01", { type: "chargeAdded", code: "late", component: "penalty", timing: "specified_date", basis: "flat", amount: 5_00, dueDate: day("2026-02-15") }, "2026-02-20"));
  assert.deepEqual(charged, replay(TERMS, charged.events, day("2026-02-20")));
  assert.equal(charged.transactions.find((t) => t.reversed)?.parts.penalty, 5_00);
  // An event recorded earlier that arrives late takes its place.
  const missed = apply(apply(replay(TERMS, [paidOut], START), pay(5, "2026-02-15", 70_00)), pay(4, "2026-02-10", 50_00, "2026-02-15"));
  assert.deepEqual(missed.events.map((e) => e.sequence), [1, 4, 5]);
  assert.deepEqual(missed, replay(TERMS, missed.events, day("2026-02-15")));
});

test("what a reversed event had done stays to be seen, marked, with the day it was undone; a payout undone leaves nothing", () => {
  const life = [paidOut, pay(2, "2026-02-15", 100_00), reversed(3, "2026-02-20", "e2"), pay(4, "2026-02-25", 30_00)];
  const told = replay(TERMS, life, day("2026-03-01"));
  assert.deepEqual(shown(told), ["01-15 e1 disbursement 120000", "02-15 e2 repayment 10000 undone 02-20", "02-25 e4 repayment 3000"]);
  const applied = life.reduce(apply, replay(TERMS, [], START));
  assert.deepEqual(shown(applied), shown(told));
  assert.deepEqual(shown(replay(TERMS, life, day("2026-02-19"))), ["01-15 e1 disbursement 120000"], "undone by a later day, it does not stand on an earlier one");
  const two = [paidOut, pay(2, "2026-02-15", 100_00), pay(3, "2026-02-16", 40_00), reversed(4, "2026-02-20", "e2"), reversed(5, "2026-02-21", "e3")];
  for (const loan of [two.reduce(apply, replay(TERMS, [], START)), replay(TERMS, two, day("2026-02-21"))]) {
    assert.deepEqual(shown(loan), ["01-15 e1 disbursement 120000", "02-15 e2 repayment 10000 undone 02-20", "02-16 e3 repayment 4000 undone 02-21"]);
  }
  const again = [paidOut, pay(2, "2026-02-15", 100_00), reversed(3, "2026-02-20", "e2"), reversed(4, "2026-02-21", "e3")];
  assert.deepEqual(shown(replay(TERMS, again, day("2026-03-01"))), ["01-15 e1 disbursement 120000", "02-15 e2 repayment 10000"], "undone and done again, it is seen once");
  const gone = [paidOut, reversed(2, "2026-01-20", "e1")];
  for (const loan of [gone.reduce(apply, replay(TERMS, [], START)), replay(TERMS, gone, day("2026-01-20"))]) assert.deepEqual([shown(loan), loan.status], [[], "pending"]);
});

test("a note of a day is added to what is known, in order; a loan seen on another day is told again", () => {
  const loan = replay(TERMS, [paidOut, pay(2, "2026-02-15", 100_00)], day("2026-02-15"));
  const accrued = event(3, "2026-02-15", { type: "accrualPosted", interest: 10, fee: 2, penalty: 1 });
  const noted = apply(loan, accrued);
  const { transactions, ...rest } = noted;
  const { transactions: before, events: _events, ...restBefore } = loan;
  assert.deepEqual({ ...rest, events: undefined }, { ...restBefore, events: undefined });
  assert.deepEqual(transactions.slice(0, 2), before);
  assert.deepEqual(transactions[2], {
    eventId: "e3", sequence: 3, type: "accrual", date: "2026-02-15", amount: 13, parts: { principal: 0, interest: 10, fee: 2, penalty: 1 }, overpayment: 0, balanceAfter: 0, reversed: false, reversedDate: null,
    afterChargeOff: false, fraud: false, lines: [], charges: [],
  });
  assert.deepEqual(noted, replay(TERMS, noted.events, day("2026-02-15")));
  const classified = apply(noted, event(4, "2026-02-15", { type: "delinquencyClassified", bucket: null, since: null, installments: [] }));
  assert.deepEqual([classified.events.length, classified.transactions.length], [4, 3]);
  // Of a day before, it takes its place; after a charge-off it says so.
  const earlier = apply(loan, event(3, "2026-02-10", { type: "accrualPosted", interest: 10, fee: 0, penalty: 0 }, "2026-02-15"));
  assert.deepEqual(shown(earlier), ["01-15 e1 disbursement 120000", "02-10 e3 accrual 10", "02-15 e2 repayment 10000"]);
  const lost = apply(replay(TERMS, [paidOut, event(2, "2026-02-15", { type: "chargedOff" })], day("2026-02-15")), event(3, "2026-02-15", { type: "accrualPosted", interest: 10, fee: 0, penalty: 0 }));
  assert.equal(lost.transactions.at(-1)?.afterChargeOff, true);
  // Income of a day before the charge-off, taken after it.
  const lostLater = [paidOut, event(2, "2026-02-15", { type: "chargedOff" })];
  const taken = apply(replay(TERMS, lostLater, day("2026-02-15")), event(3, "2026-02-10", { type: "accrualPosted", interest: 10, fee: 0, penalty: 0 }, "2026-02-15"));
  assert.deepEqual(taken, replay(TERMS, taken.events, day("2026-02-15")));
  assert.equal(taken.transactions.find((t) => t.type === "accrual")?.afterChargeOff, false);
  const late = apply(loan, event(3, "2026-03-20", { type: "accrualPosted", interest: 10, fee: 0, penalty: 0 }));
  assert.equal(late.asOf, "2026-03-20");
});

test("the same loan on a later or an earlier day", () => {
  const daily = plainTerms({ model: "daily_simple", interest: { ratePpb: percent(36.5) } });
  const loan = new Life(daily).pay("2026-02-15", 137_20).state;
  for (const days of [0, 10, 31, 40, 60]) {
    const date = addDays(START, days);
    assert.deepEqual(advanceTo(loan, date), replay(daily, loan.events, date), date);
  }
  const undone = new Life(daily).pay("2026-02-15", 137_20).tell({ type: "reversed", eventId: "e2", valueDate: day("2026-02-20") }).state;
  assert.deepEqual(advanceTo(undone, day("2026-03-01")), replay(daily, undone.events, day("2026-03-01")));
  assert.equal(advanceTo(undone, day("2026-03-01")).transactions.filter((t) => t.reversed).length, 1);
  assert.deepEqual(advanceTo(undone, day("2026-02-17")), replay(daily, undone.events, day("2026-02-17")), "before the day of a reversal that is known");
  const early = replay(daily, undone.events, day("2026-02-01"));
  assert.deepEqual(advanceTo(early, day("2026-03-01")), replay(daily, undone.events, day("2026-03-01")), "past a payment and its reversal that are known");
  // Seen before an event that is known to come, then after it.
  const before = replay(daily, loan.events, day("2026-02-01"));
  assert.deepEqual(advanceTo(before, day("2026-03-01")), replay(daily, loan.events, day("2026-03-01")));
});

test("where a loan stands, and the day it closed", () => {
  const status = (life: Life) => [life.state.status, life.state.closedDate];
  const tell = (...drafts: EventDraft[]) => drafts.reduce((life, draft) => life.tell(draft), new Life(plainTerms()));
  assert.deepEqual([replay(TERMS, [], START).status, replay(TERMS, [event(1, "2026-01-15", { type: "approved", amount: 1_200_00 })], START).status], ["pending", "approved"]);
  assert.deepEqual(status(tell()), ["active", null]);
  const full = new Life(plainTerms()).pay("2026-02-15", 1_212_00, { payoff: true });
  assert.deepEqual(status(full), ["closed_paid", "2026-02-15"]);
  assert.deepEqual(status(full.tell({ type: "accrualPosted", interest: 1, fee: 0, penalty: 0, valueDate: day("2026-02-20") })), ["closed_paid", "2026-02-15"], "income taken later does not close it");
  assert.deepEqual(status(new Life(plainTerms()).pay("2026-04-15", 1_300_00)), ["overpaid", null]);
  assert.deepEqual(status(tell({ type: "writtenOff", valueDate: day("2026-02-20") })), ["closed_written_off", "2026-02-20"]);
  assert.deepEqual(status(tell({ type: "settled", amount: 700_00, valueDate: day("2026-02-20") })), ["closed_settled", "2026-02-20"]);
});

test("events that stand: not undone, known by the day, in order of value date; what a payout brought goes with it", () => {
  const down = event(3, "2026-01-15", { type: "paymentReceived", kind: "down_payment", amount: 5, disbursementId: "e1" });
  const ids = (events: LoanEvent[], asOf = "2026-12-31") => standing(events, day(asOf)).map((e) => e.id).join(" ");
  assert.equal(ids([pay(4, "2026-02-15", 5), paidOut, pay(2, "2026-03-15", 5)]), "e1 e4 e2");
  assert.equal(ids([pay(4, "2026-02-15", 5), paidOut, pay(2, "2026-03-15", 5)], "2026-02-15"), "e1 e4");
  assert.equal(ids([paidOut, down, pay(4, "2026-02-15", 5), reversed(5, "2026-02-16", "e1")]), "e4");
  assert.equal(ids([paidOut, down, reversed(5, "2026-02-16", "e3")]), "e1");
  const back = [paidOut, pay(2, "2026-02-15", 5), reversed(3, "2026-02-16", "e2"), reversed(4, "2026-02-17", "e3")];
  for (const order of [back, back.toReversed()]) assert.equal(ids(order), "e1 e2", "a reversal undone undoes nothing");
});

test("a note of a day before interest became principal stands before it", () => {
  const terms = plainTerms({ grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } });
  const paid: LoanEvent = { type: "disbursed", id: "e1", sequence: 1, valueDate: day("2026-01-15"), businessDate: day("2026-01-15"), amount: 1_200_00 };
  const note: LoanEvent = { type: "accrualPosted", id: "e2", sequence: 2, valueDate: day("2026-02-14"), businessDate: day("2026-02-20"), interest: 11_61, fee: 0, penalty: 0 };
  const loan = apply(replay(terms, [paid], day("2026-02-20")), note);
  assert.deepEqual(loan.transactions.map((tx) => [tx.type, tx.date]), [["disbursement", "2026-01-15"], ["accrual", "2026-02-14"], ["capitalization", "2026-02-15"]]);
  assert.deepEqual(loan.transactions, replay(terms, [paid, note], day("2026-02-20")).transactions);
});
