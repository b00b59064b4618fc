import assert from "node:assert/strict";
import { test } from "node:test";
import { explainEvent } from "./index.ts";
import type { EventDraft, LoanTermsInput } from "./index.ts";
import { day, Life, percent, plainTerms } from "./testing/worked.ts";

/** What moved, the rule and the sentence of one event of a loan of 1,200.00 that lived through `drafts`. */
function told(drafts: readonly EventDraft[], more: Partial<LoanTermsInput> = {}, id = `e${drafts.length + 1}`): [string, string, string] {
  const loan = drafts.reduce((life, draft) => life.tell(draft), new Life(plainTerms(more))).state;
  const { eventId, inputs, rule, sentence } = explainEvent(loan, id);
  assert.equal(eventId, id);
  return [inputs.map((i) => `${i.name} ${i.value}`).join(", "), rule, sentence];
}

const pay = (amount: number, date: string, more: object = {}): EventDraft => ({ type: "paymentReceived", kind: "repayment", amount, valueDate: day(date), ...more });
const late = (code: string, amount: number): EventDraft => ({ type: "chargeAdded", code, component: "penalty", timing: "specified_date", basis: "flat", amount, dueDate: day("2026-02-20"), valueDate: day("2026-02-20") });
const AHEAD = "later installments are paid in advance";
const PFIP = "penalty fee interest principal; beyond what is due";

test("money out and in: what was asked for, lent, kept back, how a payment was divided and what was left over", () => {
  assert.deepEqual(told([], {}), ["disbursement 1200.00", "as agreed", "2026-01-15: 1200.00 was lent."]);
  assert.deepEqual(told([], { charges: [{ code: "processing", component: "fee", timing: "at_disbursement", basis: "flat", amount: 20_00, deducted: true }] }),
    ["disbursement 1200.00, charge payment at disbursement 20.00, fee 20.00", "as agreed", "2026-01-15: 1200.00 was lent, of which 20.00 was kept back for fees."]);
  assert.deepEqual(told([{ type: "submitted", amount: 1_300_00, valueDate: day("2026-01-15") }]), ["", "as agreed", "2026-01-15: 1300.00 was asked for."]);
  assert.deepEqual(told([{ type: "approved", amount: 1_200_00, valueDate: day("2026-01-15") }]), ["", "as agreed", "2026-01-15: up to 1200.00 was approved."]);
  const split = "went to penalties 0.00, fees 0.00, interest 20.04, principal 479.96.";
  assert.deepEqual(told([pay(500_00, "2026-02-15")]), ["repayment 500.00, interest 20.04, principal 479.96", `${PFIP}, ${AHEAD}`, `2026-02-15: 500.00 (repayment) ${split}`]);
  assert.equal(told([pay(500_00, "2026-02-15")], { model: "progressive", prepayment: "reduce_term" })[1], `${PFIP}, the loan gets shorter`);
  const chosen = pay(500_00, "2026-02-15", { prepayment: "reduce_installment", waterfall: { strategy: "by_component", order: ["interest", "principal", "fee", "penalty"] } });
  assert.equal(told([chosen], { model: "daily_simple", prepayment: "reduce_term" })[1], "by component; beyond what is due, later installments get smaller");
  assert.deepEqual(told([pay(1_300_00, "2026-04-15", { kind: "goodwill_credit" })]), ["goodwill credit 1300.00, interest 24.08, principal 1200.00, left over 75.92", `${PFIP}, ${AHEAD}`,
    "2026-04-15: 1300.00 (goodwill credit) went to penalties 0.00, fees 0.00, interest 24.08, principal 1200.00; 75.92 was left over."]);
  assert.deepEqual(told([pay(1_300_00, "2026-04-15"), { type: "creditBalanceRefunded", amount: 60_00, valueDate: day("2026-04-20") }]),
    ["credit balance refund 60.00, left over 60.00", "as agreed", "2026-04-20: 60.00 was paid back, 60.00 of it from money left over."]);
  assert.deepEqual(told([pay(408_03, "2026-02-15"), { type: "chargedBack", paymentId: "e2", amount: 50_00, valueDate: day("2026-02-20") }]),
    ["chargeback 50.00, principal 50.00", "as agreed", "2026-02-20: the payer's bank took back 50.00: penalties 0.00, fees 0.00, interest 0.00, principal 50.00."]);
});

test("a reversal, with its reason if there is one, and the event it undid", () => {
  const undo = (reason?: string): EventDraft[] => [pay(500_00, "2026-02-15"), { type: "reversed", eventId: "e2", valueDate: day("2026-02-18"), ...(reason === undefined ? {} : { reason }) }];
  const rule = "the event is as if it had never been, and the rest is run again";
  assert.deepEqual(told(undo()), ["", rule, "2026-02-18: event e2 was reversed."]);
  assert.deepEqual(told(undo("no funds")), ["", rule, "2026-02-18: event e2 was reversed (no funds)."]);
  const split = "2026-02-15: 500.00 (repayment) went to penalties 0.00, fees 0.00, interest 20.04, principal 479.96.";
  assert.equal(told([late("letter", 5_00), { type: "reversed", eventId: "e2", valueDate: day("2026-02-21") }], {}, "e2")[2], "2026-02-20: the charge letter of 0.00 was raised. It was reversed on 2026-02-21, and the loan is as if it had never been.");
  assert.equal(told(undo(), {}, "e2")[2], `${split} It was reversed on 2026-02-18, and the loan is as if it had never been.`);
  assert.equal(told(undo(), {}, "e1")[2], "2026-01-15: 1200.00 was lent.");
});

test("charges raised, given up and reduced; interest given up", () => {
  assert.deepEqual(told([late("late_fee", 5_00), late("other_fee", 7_00)], {}, "e2"), ["", "as agreed", "2026-02-20: the charge late fee of 5.00 was raised."]);
  assert.deepEqual(told([late("late_fee", 5_00), late("other_fee", 7_00)]), ["", "as agreed", "2026-02-20: the charge other fee of 7.00 was raised."]);
  assert.deepEqual(told([late("late_fee", 5_00), { type: "chargeWaived", chargeId: "e2", valueDate: day("2026-02-21") }]), ["charge waiver 5.00, penalty 5.00", "as agreed", "2026-02-21: 5.00 of a charge was given up."]);
  assert.deepEqual(told([late("late_fee", 5_00), { type: "chargeAdjusted", chargeId: "e2", amount: 3_00, valueDate: day("2026-02-21") }]),
    ["charge adjustment 3.00, penalty 3.00", "as agreed", "2026-02-21: a charge was reduced by 3.00: penalties 3.00, fees 0.00, interest 0.00, principal 0.00."]);
  assert.deepEqual(told([{ type: "interestWaived", amount: 4_00, valueDate: day("2026-02-15") }]), ["interest waiver 4.00, interest 4.00", "as agreed", "2026-02-15: 4.00 of interest was given up."]);
});

test("changes of rate, dates and rows", () => {
  const rate = (keep: "term" | "installment"): EventDraft => ({ type: "rateChanged", ratePpb: percent(24), keep, valueDate: day("2026-02-15") });
  assert.deepEqual(told([rate("term")]), ["", "the installment is solved again", "2026-02-15: the yearly rate became 24 %."]);
  assert.equal(told([rate("installment")])[1], "the installment stays and the term moves");
  const floating = { index: "SOFR", marginPpb: percent(2), capPpb: null, floorPpb: null, firstReset: day("2026-02-15"), every: 1, unit: "months" as const };
  assert.deepEqual(told([{ type: "indexFixed", index: "SOFR", ratePpb: percent(5.25), valueDate: day("2026-02-10") }], { model: "daily_simple", ratePlan: { floating } }),
    ["", "index plus margin, within cap and floor, from the next reset day", "2026-02-10: the index SOFR was fixed at 5.25 %."]);
  assert.equal(told([{ type: "interestPaused", from: day("2026-02-20"), to: day("2026-03-01"), valueDate: day("2026-02-20") }], { interest: { ratePpb: percent(12), calculation: "actual_days" } })[2], "2026-02-20: no interest runs from 2026-02-20 up to 2026-03-01.");
  const from = (more: object): EventDraft => ({ type: "rescheduled", fromDate: day("2026-03-15"), valueDate: day("2026-02-20"), ...more });
  const head = "2026-02-20: the installments from 2026-03-15 on were changed";
  assert.equal(told([from({})])[2], `${head}.`);
  assert.equal(told([from({ extraInstallments: 2 })])[2], `${head}: 2 more of them.`);
  assert.equal(told([from({ extraInstallments: 0, gracePrincipalInstallments: 0, graceInterestInstallments: 0 })])[2], `${head}.`);
  assert.equal(told([from({ newDueDate: day("2026-03-20"), extraInstallments: 2, newRatePpb: percent(6), gracePrincipalInstallments: 1, graceInterestInstallments: 1 })])[2],
    `${head}: the next is due on 2026-03-20, 2 more of them, the yearly rate is 6 %, 1 without principal, 1 without interest.`);
  assert.equal(told([{ type: "extended", installments: 2, valueDate: day("2026-02-20") }])[2], "2026-02-20: 2 more installments: what was owed is spread over them too.");
  const deferred = (interest: "accrues" | "none"): EventDraft => ({ type: "deferred", installments: 2, interest, valueDate: day("2026-02-20") });
  assert.deepEqual(told([deferred("accrues")]), ["", "interest runs on", "2026-02-20: the next 2 installments are skipped, and the loan ends as many later."]);
  assert.equal(told([deferred("none")])[1], "no interest runs meanwhile");
  assert.deepEqual(told([{ type: "interestCapitalised", amount: 5_00, valueDate: day("2026-02-15") }]), ["capitalization 5.00, interest 5.00, principal -5.00", "interest that is due becomes principal", "2026-02-15: 5.00 of unpaid interest became principal."]);
  const free = { interest: { ratePpb: 0 } };
  assert.deepEqual(told([{ type: "reAged", startDate: day("2026-05-01"), every: 1, unit: "months", installments: 4, valueDate: day("2026-04-20") }], free),
    ["re age 1200.00, principal 1200.00", "as agreed", "2026-04-20: 1200.00 of unpaid principal was spread over 4 new installments from 2026-05-01."]);
  assert.deepEqual(told([{ type: "reAmortized", valueDate: day("2026-02-20") }], free), ["re amortize 400.00, principal 400.00", "as agreed", "2026-02-20: 400.00 of unpaid principal was spread over the installments to come."]);
});

test("ends: to loss, settled for less or for all, given up, money after it", () => {
  const on = day("2026-02-20");
  assert.deepEqual(told([{ type: "chargedOff", valueDate: on }]), ["charge off 1224.08, interest 24.08, principal 1200.00", "the debt is still owed; money that comes is a recovery", "2026-02-20: 1224.08 was taken to loss; it is still owed."]);
  // 12.00 due and 8.04 × 5 ÷ 28 = 1.44 earned: 1,213.44 less 700.00.
  assert.deepEqual(told([{ type: "settled", amount: 700_00, valueDate: on }]), ["settlement 700.00, interest 13.44, principal 686.56, write off 513.44, principal 513.44", "interest of the time to come is not owed; the rest is given up", "2026-02-20: 700.00 closed the loan as agreed; 513.44 was given up."]);
  assert.equal(told([{ type: "settled", amount: 1_213_44, valueDate: on }])[2], "2026-02-20: 1213.44 paid everything that was owed.");
  assert.deepEqual(told([{ type: "writtenOff", valueDate: on }]), ["write off 1224.08, interest 24.08, principal 1200.00", "as agreed", "2026-02-20: 1224.08 was given up and the loan closed."]);
  assert.deepEqual(told([{ type: "writtenOff", valueDate: on }, { type: "recoveryReceived", amount: 50_00, valueDate: day("2026-03-20") }]), ["recovery 50.00", "as agreed", "2026-03-20: 50.00 came in after the debt was given up."]);
});

test("a charge that was taken back is told with nothing left of it", () => {
  assert.equal(told([late("late_fee", 25_00), { type: "reversed", eventId: "e2", valueDate: day("2026-02-21") }], {}, "e2")[2], "2026-02-20: the charge late fee of 0.00 was raised. It was reversed on 2026-02-21, and the loan is as if it had never been.");
});

test("notes: pauses, fraud, income, buckets", () => {
  const on = day("2026-02-20");
  const paused: EventDraft = { type: "delinquencyPaused", startDate: on, endDate: day("2026-03-20"), valueDate: on };
  assert.equal(told([paused])[2], "2026-02-20: days from 2026-02-20 to 2026-03-20 do not count as overdue.");
  assert.equal(told([paused, { type: "delinquencyResumed", startDate: day("2026-02-25"), valueDate: day("2026-02-25") }])[2], "2026-02-25: days count as overdue again.");
  assert.equal(told([{ type: "fraudMarked", fraud: true, valueDate: on }])[2], "2026-02-20: the loan was marked as fraud.");
  assert.equal(told([{ type: "fraudMarked", fraud: false, valueDate: on }])[2], "2026-02-20: the mark of fraud was taken off.");
  assert.deepEqual(told([{ type: "accrualPosted", interest: 12, fee: 3, penalty: 1, valueDate: on }]), ["accrual 0.16, penalty 0.01, fee 0.03, interest 0.12", "as agreed", "2026-02-20: income was taken: interest 0.12, fees 0.03, penalties 0.01."]);
  const found = (bucket: string | null, since: string | null): EventDraft => ({ type: "delinquencyClassified", bucket, since: since === null ? null : day(since), installments: [], valueDate: day("2026-03-20") });
  assert.equal(told([found("30-59", "2026-02-15")])[2], "2026-03-20: the loan is in bucket 30-59 since 2026-02-15.");
  assert.equal(told([found("1-29", null)])[2], "2026-03-20: the loan is in bucket 1-29 since 2026-03-20.");
  assert.equal(told([found(null, null)])[2], "2026-03-20: the loan is current.");
  assert.equal(told([{ type: "interestRefreshed", valueDate: day("2026-03-20") }], { model: "progressive" })[2], "2026-03-20: overdue principal earned interest up to this day.");
  assert.throws(() => told([], {}, "e9"), /no event e9/);
});
