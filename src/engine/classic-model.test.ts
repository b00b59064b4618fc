import assert from "node:assert/strict";
import { test } from "node:test";
import { payoff } from "./index.ts";
import type { EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, months, percent } from "./testing/worked.ts";

/** Interest of a moratorium that becomes principal on its day: 1,200.00 at 1 % a month, the first month's 12.00 is lent again. */

const MORATORIUM: Partial<LoanTermsInput> = { grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } };
const TWO: Partial<LoanTermsInput> = { installments: months(4), grace: { principalInstallments: 2, interestInstallments: 2, interest: "capitalise" } };
const seen = (state: LoanState, on: string) => onwards(state, { type: "fraudMarked", fraud: false, valueDate: day(on) });
const due = (state: LoanState) => state.installments.map((r) => [r.due.principal, r.due.interest, r.balanceAfter]);
const booked = (state: LoanState) => state.transactions.filter((t) => t.type === "capitalization").map((t) => [t.eventId, t.sequence, t.date, t.parts.principal, t.parts.interest, t.balanceAfter]);
const capitalised = (amount: number, on: string): EventDraft => ({ type: "interestCapitalised", amount, valueDate: day(on) });

test("on the row's due date its interest is settled and as much is lent again, once for each row", () => {
  assert.deepEqual([booked(seen(paidOut(MORATORIUM), "2026-02-14")), seen(paidOut(MORATORIUM), "2026-02-14").outstanding.principal], [[], 1_200_00]);
  const loan = seen(paidOut(MORATORIUM), "2026-02-15");
  assert.deepEqual(booked(loan), [["d:capitalized:1", 1, "2026-02-15", -12_00, 12_00, 1_212_00]]);
  assert.deepEqual([due(loan), loan.outstanding.principal], [[[-12_00, 12_00, 1_212_00], [602_99, 12_12, 609_01], [609_01, 6_09, 0]], 1_212_00]);
  assert.deepEqual(booked(seen(paidOut(TWO), "2026-03-20")), [["d:capitalized:1", 1, "2026-02-15", -12_00, 12_00, 1_212_00], ["d:capitalized:2", 1, "2026-03-15", -12_12, 12_12, 1_224_12]]);
  assert.equal(booked(seen(loan, "2026-03-20")).length, 1);
});

test("a second payout before that day raises it, and the transaction follows the last event", () => {
  const loan = seen(onwards(paidOut({ ...MORATORIUM, tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 1_000_000_000 } }), { type: "disbursed", amount: 300_00, valueDate: day("2026-01-20") }), "2026-02-15");
  assert.deepEqual(booked(loan), [["e2:capitalized:1", 2, "2026-02-15", -14_52, 14_52, 1_514_52]], "12.00 and 26 of 31 days of 3.00");
});

test("interest paid in cash before its day is not lent again: the last rows get smaller, from the end", () => {
  const some = seen(onwards(paidOut(MORATORIUM), pay(5_00, "2026-02-10")), "2026-02-15");
  assert.deepEqual([booked(some).map((t) => t.slice(3)), due(some)], [[[-7_00, 7_00, 1_207_00]], [[-7_00, 12_00, 1_207_00], [602_99, 12_12, 604_01], [604_01, 6_09, 0]]]);
  const all = seen(onwards(paidOut(MORATORIUM), pay(12_00, "2026-02-10")), "2026-02-15");
  assert.deepEqual([booked(all), due(all)], [[], [[0, 12_00, 1_200_00], [602_99, 12_12, 597_01], [597_01, 6_09, 0]]]);
  assert.equal(all.outstanding.principal, 1_200_00);
  const two = seen(onwards(paidOut(TWO), pay(5_00, "2026-02-10")), "2026-03-20");
  assert.deepEqual([two.outstanding.principal, booked(two).map((t) => t[4])], [1_219_12, [7_00, 12_12]]);
});

test("a debt charged off or given up before its day lends nothing again", () => {
  for (const type of ["chargedOff", "writtenOff"] as const) assert.deepEqual(booked(seen(onwards(paidOut(MORATORIUM), { type, valueDate: day("2026-02-10") }), "2026-02-20")), [], type);
  assert.equal(seen(onwards(paidOut(MORATORIUM), { type: "chargedOff", valueDate: day("2026-02-10") }), "2026-02-20").outstanding.principal, 1_200_00);
});

test("a payoff before its day pays interest by days and lends nothing again; on its day it was lent", () => {
  const closed = (more: Partial<LoanTermsInput>, on: string) => { const loan = paidOut(more); return onwards(loan, { ...pay(payoff(loan, day(on)).total, on), payoff: true }); };
  const before = closed(MORATORIUM, "2026-02-10");
  assert.deepEqual([before.status, due(before), booked(before)], ["closed_paid", [[0, 10_06, 1_200_00], [602_99, 0, 597_01], [597_01, 0, 0]], []], "26 of 31 days");
  const on = closed(MORATORIUM, "2026-02-15");
  assert.deepEqual([on.status, due(on), booked(on).length], ["closed_paid", [[-12_00, 12_00, 1_212_00], [602_99, 0, 609_01], [609_01, 0, 0]], 1]);
  const within = closed(TWO, "2026-02-20");
  assert.deepEqual([within.status, due(within).slice(0, 2), booked(within).length], ["closed_paid", [[-12_00, 12_00, 1_212_00], [0, 2_16, 1_212_00]], 1]);
});

test("interest made principal by events joins the rows to come, in order of day; after the last it has one of its own", () => {
  const late = onwards(onwards(paidOut({ installments: months(4) }), capitalised(8_00, "2026-03-20")), capitalised(4_00, "2026-02-20"), day("2026-03-20"));
  assert.deepEqual(due(late).map((row) => row.slice(0, 2)), [[295_54, 12_00], [299_83, 9_07], [306_79, 6_16], [309_84, 3_10]]);
  const end = onwards(paidOut(), capitalised(20_00, "2026-04-20"));
  assert.deepEqual(due(end).at(-1), [20_00, 17, 0]);
  assert.deepEqual(end.installments.map((r) => r.paid.interest), [12_00, 8_00, 0, 0]);
  const down = onwards(paidOut({ downPayment: { percentPpb: 250_000_000, autoCollect: false } }), capitalised(9_00, "2026-02-20"));
  assert.deepEqual(due(down).map((row) => row.slice(0, 2)), [[300_00, 0], [297_02, 9_00], [304_49, 6_10], [307_49, 3_07]], "a down payment bears none of it");
});

test("a loan shows the rate of the day, and none when it is given up", () => {
  const steps = paidOut({ ratePlan: { steps: [{ installment: 2, ratePpb: percent(24) }] } });
  assert.deepEqual(["2026-02-14", "2026-02-15"].map((on) => seen(steps, on).ratePpb), [percent(12), percent(24)]);
  assert.equal(seen(onwards(steps, { type: "writtenOff", valueDate: day("2026-02-10") }), "2026-02-20").ratePpb, 0);
});

test("where the last row is smaller than what is not lent again, the one before it takes the rest", () => {
  const loan = paidOut({ ...MORATORIUM, payments: { steps: [{ installment: 2, amount: 1_222_00 }] } });
  assert.deepEqual(due(loan), [[-12_00, 12_00, 1_212_00], [1_209_88, 12_12, 2_12], [2_12, 2, 0]]);
  const cash = seen(onwards(loan, pay(12_00, "2026-02-10")), "2026-02-15");
  assert.deepEqual([due(cash), cash.outstanding.principal], [[[0, 12_00, 1_200_00], [1_200_00, 12_12, 0], [0, 2, 0]], 1_200_00]);
});

test("a row whose interest was partly given up lends the rest, and is settled on its due date", () => {
  const loan = seen(onwards(paidOut(MORATORIUM), { type: "interestWaived", amount: 2_00, valueDate: day("2026-01-20") }), "2026-02-16");
  assert.deepEqual(booked(loan).map((tx) => tx.slice(2)), [["2026-02-15", -10_00, 10_00, 1_210_00]]);
  assert.equal(loan.installments[0]?.settledDate, "2026-02-15");
});
