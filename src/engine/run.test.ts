import assert from "node:assert/strict";
import { test } from "node:test";
import { accruedInterest, apply, EngineRefusal, payoff, replay } from "./index.ts";
import type { EventDraft, LoanEvent, LoanState, LoanTermsInput } from "./index.ts";
import { newWork } from "./run.ts";
import { day, Life, percent, plainTerms } from "./testing/worked.ts";

/** Due and paid parts of each row: principal/interest/fee/penalty. */
const rows = (loan: LoanState) => loan.installments.map((r) => `${r.dueDate.slice(5)} ${Object.values(r.due).join("/")} ${Object.values(r.paid).join("/")}`);
const partsOf = (loan: LoanState, id: string) => { const tx = loan.transactions.find((t) => t.eventId === id && t.type !== "disbursement"); return tx && [...Object.values(tx.parts), tx.overpayment]; };
const event = (sequence: number, date: string, draft: { type: LoanEvent["type"] } & Record<string, unknown>): LoanEvent => ({ id: `e${sequence}`, sequence, valueDate: day(date), businessDate: day(date), ...draft }) as LoanEvent;
const late = (amount: number, dueDate: string) => ({ type: "chargeAdded" as const, code: "late", component: "penalty" as const, timing: "specified_date" as const, basis: "flat" as const, amount, dueDate: day(dueDate) });
const charge = (amount: number, date: string, dueDate = date): EventDraft => ({ ...late(amount, dueDate), valueDate: day(date) });
const live = (drafts: readonly EventDraft[], more: Partial<LoanTermsInput> = {}, amount?: number) => drafts.reduce((life, draft) => life.tell(draft), new Life(plainTerms(more), amount)).state;
const pay = (amount: number, date: string, more: object = {}): EventDraft => ({ type: "paymentReceived", kind: "repayment", amount, valueDate: day(date), ...more });

test("rows that follow the balance need a rate: without one money ahead pays next rows, with a step to one it lowers them", () => {
  const recalculation = { rest: "daily" as const, advance: "reduce_installment" as const, payoffInterest: "to_payoff_date" as const, overdueEarnsInterest: false };
  const interest = { ratePpb: 0, recalculation };
  assert.deepEqual(rows(live([pay(100_00, "2026-02-10")], { interest })), ["02-15 40000/0/0/0 10000/0/0/0", "03-15 40000/0/0/0 0/0/0/0", "04-15 40000/0/0/0 0/0/0/0"]);
  assert.deepEqual(rows(live([pay(500_00, "2026-02-10")], { interest })), ["02-15 40000/0/0/0 40000/0/0/0", "03-15 40000/0/0/0 10000/0/0/0", "04-15 40000/0/0/0 0/0/0/0"]);
  const stepped = live([pay(100_00, "2026-02-10")], { interest, ratePlan: { steps: [{ installment: 2, ratePpb: percent(12) }] } });
  assert.deepEqual(rows(stepped), ["02-15 40000/0/0/0 10000/0/0/0", "03-15 39801/800/0/0 0/0/0/0", "04-15 40199/402/0/0 0/0/0/0"]);
});

test("a run begins with nothing", () => {
  const { terms: _terms, chargeEvents, chargedBack, ...rest } = newWork(plainTerms());
  assert.deepEqual(rest, {
    rows: [], disbursements: [], transactions: [], charges: [], portions: [], overpayment: 0, approved: null, ratePpb: percent(12), chargedOffDate: null, writtenOffDate: null, settled: false, capitalised: [], fraud: false,
    principal: 0, accrual: null, pendingCharges: [], frozen: false, refreshedDate: null, reschedules: [], beforeAdvance: null, afterAdvance: null, pauses: [],
  });
  assert.deepEqual([chargeEvents.size, chargedBack.size], [0, 0]);
});

test("a charge told before the payout waits for its rows, once, whatever the model", () => {
  for (const model of ["classic", "progressive", "daily_simple"] as const) {
    for (const chargesEnter of ["from_start", "by_date"] as const) {
      const loan = replay(plainTerms({ model, compatibility: { chargesEnter } }), [event(1, "2026-01-10", late(5_00, "2026-02-20")), event(2, "2026-01-15", { type: "disbursed", amount: 1_200_00 })], day("2026-01-20"));
      assert.deepEqual([loan.charges.length, loan.installments.map((r) => r.due.penalty)], [1, [0, 5_00, 0]], `${model} ${chargesEnter}`);
    }
  }
});

test("charges enter from the start, or in their turn on their day, after what was recorded before them", () => {
  const life = [event(1, "2026-01-15", { type: "disbursed", amount: 1_200_00 }), event(2, "2026-02-15", { type: "paymentReceived", kind: "repayment", amount: 413_03 }), event(3, "2026-02-15", late(5_00, "2026-02-15")), event(4, "2026-01-20", late(7_00, "2026-03-01"))];
  const told = (chargesEnter: "by_date" | "from_start") => rows(replay(plainTerms({ compatibility: { chargesEnter } }), life, day("2026-03-05"))).slice(0, 2);
  assert.deepEqual(told("from_start"), ["02-15 39603/1200/0/500 39603/1200/0/500", "03-15 39999/804/0/700 0/0/0/0"]);
  assert.deepEqual(told("by_date"), ["02-15 39603/1200/0/500 39603/1200/0/0", "03-15 39999/804/0/700 0/0/0/500"]);
  const first = [life[0], { ...life[1], sequence: 5 }, life[2]] as LoanEvent[];
  assert.deepEqual(rows(replay(plainTerms({ compatibility: { chargesEnter: "by_date" } }), first, day("2026-03-05")))[0], "02-15 39603/1200/0/500 39603/1200/0/500", "recorded before the payment of the same day");
});

test("charges of the payout by the interest planned and the amount lent, with tax, on the first row or kept back", () => {
  const charges: LoanTermsInput["charges"] = [
    { code: "a", component: "fee", timing: "at_disbursement", basis: "percent_of_interest", percentPpb: percent(10) },
    { code: "b", component: "fee", timing: "at_disbursement", basis: "percent_of_disbursed", percentPpb: percent(1), taxPpb: 180_000_000 },
  ];
  // 10 % of 24.08 and 12.00 with 2.16 of tax.
  for (const model of ["classic", "progressive"] as const) {
    const loan = live([], { model, charges });
    assert.deepEqual([loan.installments.map((r) => r.due.fee), loan.charges.map((c) => [c.id, c.code, c.timing, c.due, c.dueDate])], [[16_57, 0, 0], [["e1:a", "a", "specified_date", 2_41, "2026-01-15"], ["e1:b", "b", "specified_date", 12_00, "2026-01-15"], ["e1:b_tax", "b_tax", "specified_date", 2_16, "2026-01-15"]]]);
  }
  const kept = live([], { charges: charges.map((c) => ({ ...c, deducted: true })) });
  assert.deepEqual([kept.disbursements[0]?.fees, kept.transactions.slice(1).map((t) => [t.type, t.parts.fee]), kept.charges.map((c) => c.paid)], [16_57, [["charge_payment_at_disbursement", 2_41], ["charge_payment_at_disbursement", 12_00], ["charge_payment_at_disbursement", 2_16]], [2_41, 12_00, 2_16]]);
  const each = live([], { charges: [{ code: "c", component: "fee", timing: "every_installment", basis: "percent_of_principal_plus_interest", percentPpb: percent(1), taxPpb: 180_000_000 }] });
  assert.deepEqual(each.installments.map((r) => r.due.fee), [4_81, 4_81, 4_81]);
});

test("money overpaid pays a later payout's rows, its down payment first, and a charge that comes later", () => {
  const tranches = { max: 2, maxOutstanding: null, overApprovalPpb: 0 };
  const again: EventDraft = { type: "disbursed", amount: 600_00, valueDate: day("2026-01-25") };
  const plain = live([pay(700_00, "2026-01-20"), again], { model: "progressive", tranches, interest: { ratePpb: 0 } }, 600_00);
  assert.deepEqual([plain.outstanding.principal, plain.overpayment, plain.status], [500_00, 0, "active"]);
  const down = live([pay(700_00, "2026-01-20"), again], { model: "progressive", tranches, interest: { ratePpb: 0 }, downPayment: { percentPpb: 250_000_000, autoCollect: false } }, 600_00);
  assert.deepEqual([down.outstanding.principal, down.installments.find((r) => r.kind === "down_payment" && r.dueDate === "2026-01-25")?.paid.principal], [500_00, 100_00]);
  const charged = live([pay(1_300_00, "2026-04-15"), charge(5_00, "2026-04-20")]);
  assert.deepEqual([partsOf(charged, "e2"), charged.overpayment, charged.outstanding.penalty], [[1_200_00, 24_08, 0, 5_00, 70_92], 70_92, 0]);
  assert.deepEqual([live([pay(1_224_08, "2026-04-15"), charge(5_00, "2026-04-20")]).outstanding.penalty, live([pay(1_226_08, "2026-04-15"), charge(5_00, "2026-04-20")]).outstanding.penalty], [5_00, 3_00]);
});

test("money for principal alone pays the rest with what principal does not take", () => {
  const loan = live([pay(1_250_00, "2026-02-15", { principalOnly: true })]);
  assert.deepEqual([partsOf(loan, "e2"), loan.overpayment, loan.status], [[1_200_00, 24_08, 0, 0, 25_92], 25_92, "overpaid"]);
  assert.deepEqual(partsOf(live([pay(100_00, "2026-02-15", { principalOnly: true })]), "e2"), [100_00, 0, 0, 0, 0]);
});

test("a resumption ends the pause it falls into and no other", () => {
  const pause = (startDate: string, endDate: string): EventDraft => ({ type: "delinquencyPaused", startDate: day(startDate), endDate: day(endDate), valueDate: day(startDate) });
  const pauses = (resume: string) => live([pause("2026-02-20", "2026-03-01"), pause("2026-03-10", "2026-03-20"), { type: "delinquencyResumed", startDate: day(resume), valueDate: day(resume) }]).pauses.map((p) => `${p.startDate.slice(5)} ${p.endDate.slice(5)}`);
  assert.deepEqual(pauses("2026-03-15"), ["02-20 03-01", "03-10 03-15"]);
  assert.deepEqual(pauses("2026-03-10"), ["02-20 03-01", "03-10 03-10"]);
});

test("interest given up: of rows in order, of daily interest what has accrued, and it is not asked for again", () => {
  const daily = live([{ type: "interestWaived", amount: 24_00, valueDate: day("2026-02-08") }], { model: "daily_simple", interest: { ratePpb: percent(36.5) } });
  assert.deepEqual([partsOf(daily, "e2"), payoff(daily, day("2026-02-08")).total], [[0, 24_00, 0, 0, 0], 1_204_80], "24 days at 1.20");
  const more = live([{ type: "interestWaived", amount: 50_00, valueDate: day("2026-02-04") }], { model: "daily_simple", interest: { ratePpb: percent(36.5) } });
  assert.deepEqual([partsOf(more, "e2"), more.accrual?.accrued], [[0, 24_00, 0, 0, 0], 0], "20 days");
  const classic = live([{ type: "interestWaived", amount: 15_00, valueDate: day("2026-03-15") }]);
  assert.deepEqual([partsOf(classic, "e2"), classic.installments.map((r) => r.waived.interest)], [[0, 15_00, 0, 0, 0], [12_00, 3_00, 0]]);
});

test("a charge reduced: itself first from the day it is due where the order tells due from future, the rest by the waterfall, what is left over", () => {
  const allocation = { strategy: "due_pfip_in_advance_ppfi" as const };
  const reduced = (date: string, amount: number) => partsOf(live([charge(5_00, "2026-02-16", "2026-02-20"), { type: "chargeAdjusted", chargeId: "e2", amount, valueDate: day(date) }], { allocation }), "e3");
  assert.deepEqual([reduced("2026-02-19", 3_00), reduced("2026-02-20", 3_00), reduced("2026-02-20", 5_00)], [[0, 3_00, 0, 0, 0], [0, 0, 0, 3_00, 0], [0, 0, 0, 5_00, 0]]);
  const paid = live([charge(5_00, "2026-02-16", "2026-02-20"), pay(1_229_08, "2026-04-15"), { type: "chargeAdjusted", chargeId: "e2", amount: 3_00, valueDate: day("2026-04-16") }]);
  assert.deepEqual([partsOf(paid, "e4"), paid.overpayment], [[0, 0, 0, 0, 3_00], 3_00]);
});

test("facts that move no money are kept: approval, application, fraud, a recovery", () => {
  const loan = live([{ type: "fraudMarked", fraud: true, valueDate: day("2026-02-01") }, pay(10_00, "2026-02-02"), { type: "fraudMarked", fraud: false, valueDate: day("2026-02-03") }, pay(10_00, "2026-02-04"), { type: "submitted", amount: 5, valueDate: day("2026-02-05") }]);
  assert.deepEqual([loan.fraud, loan.transactions.map((t) => t.fraud), loan.status], [false, [false, true, false], "active"]);
});

test("a refund of what was overpaid beyond it is lent again, in rows that follow the balance too", () => {
  const refund: EventDraft = { type: "creditBalanceRefunded", amount: 75_92, valueDate: day("2026-04-20") };
  for (const model of ["classic", "progressive"] as const) {
    const loan = live([pay(1_300_00, "2026-04-15"), refund], { model });
    assert.deepEqual([loan.overpayment, loan.status, loan.outstanding.principal], [0, "closed_paid", 0], model);
  }
});

test("with a step to a rate, more than is due on a due date lowers the rows to come", () => {
  const recalculation = { rest: "daily" as const, advance: "reduce_installment" as const, payoffInterest: "to_payoff_date" as const, overdueEarnsInterest: false };
  // 700.00 left at 1 % a month in two payments of 355.26.
  const stepped = live([pay(500_00, "2026-02-15")], { interest: { ratePpb: 0, recalculation }, ratePlan: { steps: [{ installment: 2, ratePpb: percent(12) }] } });
  assert.deepEqual(rows(stepped), ["02-15 50000/0/0/0 50000/0/0/0", "03-15 34826/700/0/0 0/0/0/0", "04-15 35174/352/0/0 0/0/0/0"]);
});

test("rows that ask for nothing are settled by the first payment, and stay settled on that day", () => {
  const bullet = live([pay(100_00, "2026-01-25"), pay(100_00, "2026-02-20")], { amortization: "bullet" });
  assert.deepEqual(bullet.installments.map((r) => r.settledDate), ["2026-01-25", "2026-01-25", null]);
});

test("what the product charges with the payout is charged with the first alone", () => {
  const more: Partial<LoanTermsInput> = { tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 0 }, charges: [{ code: "fee", component: "fee", timing: "at_disbursement", basis: "flat", amount: 5_00, deducted: true }] };
  const twice = live([{ type: "disbursed", amount: 600_00, valueDate: day("2026-02-15") }], more, 600_00);
  assert.deepEqual(twice.charges.map((c) => [c.id, c.due]), [["e1:fee", 5_00]]);
});

test("a refusal is told from a fault by its name, beside its code", () => {
  const refusal = new EngineRefusal("terms.payment_below_interest", "4.00 is below 10.00");
  assert.deepEqual([refusal.name, refusal.code, refusal.message], ["EngineRefusal", "terms.payment_below_interest", "4.00 is below 10.00"]);
});

const DAILY: Partial<LoanTermsInput> = { model: "daily_simple", interest: { ratePpb: percent(36.5), calculation: "actual_days", daysInYear: 365 } };

test("what is paid back beyond an overpayment is lent on that day: it bears nothing for the days before", () => {
  // 12.00 of interest in ten days; 88.00 is over, 188.00 goes back.
  const loan = live([pay(1_300_00, "2026-01-25"), { type: "creditBalanceRefunded", amount: 188_00, valueDate: day("2026-03-15") }], DAILY);
  assert.deepEqual([loan.overpayment, loan.outstanding.principal, accruedInterest(loan, day("2026-04-15"))], [0, 100_00, 3_10], "31 days of 0.10");
});

test("a charge that enters on an overpaid loan is paid from it, and nothing of the principal with it", () => {
  const loan = live([pay(1_222_00, "2026-01-25"), { type: "chargeAdded", code: "copy", component: "fee", timing: "specified_date", basis: "flat", amount: 4_00, dueDate: day("2026-01-30"), valueDate: day("2026-01-30") }], DAILY);
  assert.deepEqual([loan.overpayment, loan.outstanding, partsOf(loan, "e2")], [6_00, { principal: 0, interest: 0, fee: 0, penalty: 0 }, [1_200_00, 12_00, 4_00, 0, 6_00]]);
});

test("days that count again end the pause they fall into, not one that is still to come", () => {
  const paused = (from: string, to: string): EventDraft => ({ type: "delinquencyPaused", startDate: day(from), endDate: day(to), valueDate: day(from) });
  const loan = replay(plainTerms(), [
    event(1, "2026-01-15", { type: "disbursed", amount: 1_200_00 }), event(2, "2026-02-20", { ...paused("2026-02-20", "2026-02-28") }), event(3, "2026-02-20", { ...paused("2026-03-10", "2026-03-20"), valueDate: day("2026-02-20") }),
    event(4, "2026-02-25", { type: "delinquencyResumed", startDate: day("2026-02-25") }),
  ], day("2026-03-31"));
  assert.deepEqual(loan.pauses.map((pause) => [pause.startDate, pause.endDate]), [["2026-02-20", "2026-02-25"], ["2026-03-10", "2026-03-20"]]);
});

test("a payment of a day before a charge was told does not pay it, also when the payment is told later", () => {
  for (const model of ["classic", "progressive", "daily_simple"] as const) {
    const agreed = plainTerms({ model, compatibility: { chargesEnter: "from_start" } });
    const told = [event(1, "2026-01-15", { type: "disbursed", amount: 1_200_00 }), event(2, "2026-02-20", late(5_00, "2026-02-10")), event(3, "2026-02-15", { ...pay(100_00, "2026-02-15"), businessDate: day("2026-02-21") })];
    const loan = told.reduce((state, next) => apply(state, next), replay(agreed, [], day("2026-01-15")));
    assert.deepEqual([rows(loan), partsOf(loan, "e3")], [rows(replay(agreed, told, loan.asOf)), partsOf(replay(agreed, told, loan.asOf), "e3")], model);
    // Rows drawn with the payout carry the charge from the start; the others meet it on its day.
    assert.equal(partsOf(loan, "e3")?.[3], model === "classic" ? 5_00 : 0, model);
  }
});
