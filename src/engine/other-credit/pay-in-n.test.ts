import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, apply, buildSchedule, chargesToRaise, daysPastDue, EngineRefusal, followUps, isoDate, payInN, payoff, replay, totalOf } from "../index.ts";
import type { EventDraft, LoanEvent, LoanState, LoanTerms, PayInN } from "../index.ts";

const START = isoDate("2026-01-02");
const FOUR: PayInN = { currency: "USD", purchase: 100_00, date: START, parts: 4, every: 2, unit: "weeks", lateFee: { amount: 8_00, graceDays: 10, ofPartPpb: 250_000_000, ofPurchasePpb: 100_000_000 } };

function then(state: LoanState, draft: EventDraft): LoanState {
  const sequence = state.events.length + 1;
  return apply(state, { ...draft, id: `e${sequence}`, sequence, businessDate: draft.valueDate > state.asOf ? draft.valueDate : state.asOf } as LoanEvent);
}

/** The purchase, with its first part collected. */
function bought(terms: LoanTerms): LoanState {
  const empty = replay(terms, [], terms.disbursementDate);
  const event: LoanEvent = { type: "disbursed", id: "e1", sequence: 1, amount: terms.principal, valueDate: terms.disbursementDate, businessDate: terms.disbursementDate };
  const paidOut = apply(empty, event);
  return followUps(empty, event, paidOut).filter((d) => d.type === "paymentReceived").reduce(then, paidOut);
}

test("100.00 in four parts: 25.00 at the counter, then 25.00 every two weeks, and nothing for the credit", () => {
  const terms = payInN(FOUR);
  assert.deepEqual(buildSchedule(terms).rows.map((r) => [r.dueDate, r.total]), [["2026-01-02", 25_00], ["2026-01-16", 25_00], ["2026-01-30", 25_00], ["2026-02-13", 25_00]]);
  const loan = bought(terms);
  assert.equal(payoff(loan, START).total, 75_00);
  assert.equal(payoff(loan, isoDate("2026-02-01")).perDiem, 0);
});

test("what does not divide evenly falls on the last part", () => {
  const rows = buildSchedule(payInN({ ...FOUR, purchase: 100_01, parts: 3 })).rows;
  assert.equal(rows.reduce((sum, r) => sum + r.total, 0), 100_01);
  assert.ok(rows.every((r) => Math.abs(r.total - 33_34) <= 1));
});

test("a merchant's refund comes off the last parts first", () => {
  const loan = then(bought(payInN(FOUR)), { type: "paymentReceived", kind: "merchant_refund", amount: 40_00, valueDate: isoDate("2026-01-10") });
  assert.deepEqual(loan.installments.map((r) => totalOf(r.due) - totalOf(r.paid)), [0, 25_00, 10_00, 0]);
  assert.equal(payoff(loan, loan.asOf).total, 35_00);
});

test("late fees: a quarter of a part at most, a tenth of the purchase in all", () => {
  let loan = bought(payInN(FOUR));
  for (const date of ["2026-01-26", "2026-01-27", "2026-02-10", "2026-02-26"]) {
    for (const draft of chargesToRaise(loan, isoDate(date))) loan = then(loan, draft);
  }
  // 8.00 is capped at 6.25, a quarter of 25.00; the second brings 3.75 to make 10.00; the third part gets none.
  assert.deepEqual(loan.charges.map((c) => [c.submittedDate, c.due]), [["2026-01-27", 6_25], ["2026-02-10", 3_75]]);
  assert.equal(daysPastDue(loan, isoDate("2026-02-26")), 41);
  // All at once gives the same in all.
  let late = bought(payInN(FOUR));
  for (const draft of chargesToRaise(late, isoDate("2026-03-26"))) late = then(late, draft);
  assert.deepEqual(late.charges.map((c) => c.due), [6_25, 3_75]);
});

test("purchases that cannot be are refused by name", () => {
  assert.throws(() => payInN({ ...FOUR, parts: 1 }), (e: unknown) => e instanceof EngineRefusal && e.code === "terms.installments_not_positive");
  assert.throws(() => payInN({ ...FOUR, purchase: 3 }), (e: unknown) => e instanceof EngineRefusal && e.code === "terms.principal_not_positive");
});

test("whatever is bought: parts add up to the purchase, differ by less than a unit a part, and refunds never raise a part", () => {
  fc.assert(fc.property(fc.integer({ min: 10, max: 10_000_000 }), fc.integer({ min: 2, max: 10 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (purchase, parts, share) => {
    const terms = payInN({ ...FOUR, purchase, parts });
    const loan = bought(terms);
    assert.equal(loan.installments.length, parts);
    assert.equal(loan.installments.reduce((sum, r) => sum + r.due.principal, 0), purchase);
    const dues = loan.installments.map((r) => r.due.principal);
    assert.ok(Math.max(...dues) - Math.min(...dues) <= parts, dues.join(" "));
    const refund = Math.ceil(loan.outstanding.principal * share);
    const after = then(loan, { type: "paymentReceived", kind: "merchant_refund", amount: refund, valueDate: addDays(START, 3) });
    assert.equal(after.outstanding.principal, loan.outstanding.principal - refund);
    after.installments.forEach((row, i) => assert.ok(totalOf(row.due) <= totalOf(loan.installments[i]?.due ?? row.due)));
  }), { numRuns: 200 });
});
