import assert from "node:assert/strict";
import { test } from "node:test";
import { payoff } from "./index.ts";
import type { EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day } from "./testing/worked.ts";

/** How a debt of 1,200.00 ends on 20 February: 12.00 of interest is due, 1.44 earned since; by the day, 14.20. */

const ON = { valueDate: day("2026-02-20") };
const MODELS = ["classic", "progressive", "daily_simple"] as const;
const NOTHING = { principal: 0, interest: 0, fee: 0, penalty: 0 };
const told = (state: LoanState) => state.transactions.slice(-2).map((t) => [t.type, t.amount, t.parts.principal, t.parts.interest, t.balanceAfter]);
const end = (model: LoanTermsInput["model"], draft: EventDraft, more: Partial<LoanTermsInput> = {}) => onwards(paidOut({ model, ...more }), draft);

test("a charge-off takes note of all that is owed and leaves it owed", () => {
  for (const model of MODELS) {
    const loan = end(model, { type: "chargedOff", ...ON });
    const interest = model === "daily_simple" ? 14_20 : 24_08;
    assert.deepEqual(told(loan).at(-1), ["charge_off", 1_200_00 + interest, 1_200_00, interest, 0], model);
    assert.deepEqual([loan.outstanding.principal, loan.chargedOffDate, loan.status], [1_200_00, "2026-02-20", "active"]);
  }
});

test("a write-off cancels it: nothing is owed, no row is open, nothing accrues, whatever the model", () => {
  for (const model of MODELS) {
    const loan = end(model, { type: "writtenOff", ...ON });
    assert.deepEqual([loan.outstanding, loan.ratePpb, loan.status, loan.transactions.at(-1)?.balanceAfter], [NOTHING, 0, "closed_written_off", 0], model);
    assert.deepEqual(loan.installments.map((r) => r.settledDate), ["2026-02-20", "2026-02-20", "2026-02-20"], model);
    const given = loan.installments.reduce((sum, r) => sum + r.writtenOff.principal + r.writtenOff.interest, 0);
    assert.equal(given, loan.transactions.at(-1)?.amount, `${model}: the rows gave up what the transaction says`);
    assert.equal(payoff(loan, day("2026-12-31")).total, 0);
    if (model === "daily_simple") assert.deepEqual([loan.accrual?.principal, loan.accrual?.accrued, loan.accrual?.accruedMicro, loan.accrual?.ratePpb], [0, 0, 0, 0]);
    else assert.equal(loan.accrual, null);
  }
});

test("a settlement takes the money as a payoff is taken; interest to come is not owed, the rest is given up", () => {
  for (const model of MODELS) {
    const loan = end(model, { type: "settled", amount: 500_00, ...ON });
    const interest = model === "daily_simple" ? 14_20 : 13_44;
    assert.deepEqual(told(loan), [["settlement", 500_00, 500_00 - interest, interest, 700_00 + interest], ["write_off", 700_00 + interest, 700_00 + interest, 0, 0]], model);
    assert.deepEqual([loan.outstanding, loan.ratePpb, loan.status, loan.overpayment], [NOTHING, 0, "closed_settled", 0]);
    assert.deepEqual(loan.installments.map((r) => r.settledDate), ["2026-02-20", "2026-02-20", "2026-02-20"], model);
    assert.equal(loan.installments.reduce((sum, r) => sum + r.due.interest, 0), interest, `${model}: the rows show the interest that was owed`);
    assert.equal(loan.installments.reduce((sum, r) => sum + r.writtenOff.principal, 0), 700_00 + interest);
    assert.equal(loan.accrual?.accrued ?? 0, 0);
    assert.equal(loan.accrual === null, model !== "daily_simple");
  }
});

test("a settlement that covers everything gives nothing up; what is too much is an overpayment", () => {
  for (const model of MODELS) {
    const owed = model === "daily_simple" ? 1_214_20 : 1_213_44;
    const whole = end(model, { type: "settled", amount: owed, ...ON });
    assert.deepEqual([whole.status, whole.transactions.some((t) => t.type === "write_off"), whole.closedDate], ["closed_paid", false, "2026-02-20"], model);
    const more = end(model, { type: "settled", amount: owed + 86_00, ...ON });
    assert.deepEqual([more.status, more.overpayment, more.transactions.at(-1)?.overpayment], ["overpaid", 86_00, 86_00], model);
    assert.ok(more.installments.every((r) => r.settledDate === "2026-02-20"));
    const less = end(model, { type: "settled", amount: owed - 1, ...ON });
    assert.deepEqual([less.status, told(less).at(-1)?.[1]], ["closed_settled", 1], "one cent is given up");
  }
});

test("rows whose interest is not owed any more are settled with the loan", () => {
  const loan = paidOut({ amortization: "interest_only", installments: { count: 5, every: 1, unit: "months" } });
  const whole = onwards(loan, { type: "settled", amount: payoff(loan, ON.valueDate).total, ...ON });
  assert.deepEqual([whole.status, whole.installments.map((r) => [r.due.interest, r.settledDate])], ["closed_paid", [[12_00, "2026-02-20"], [2_14, "2026-02-20"], [0, "2026-02-20"], [0, "2026-02-20"], [0, "2026-02-20"]]]);
});

test("charges of installments to come are not owed at a settlement, and interest not owed is taken off the last rows first", () => {
  const fee = { code: "service", component: "fee", timing: "every_installment", basis: "flat", amount: 10_00 } as const;
  const loan = end("classic", { type: "settled", amount: 500_00, ...ON }, { charges: [fee] });
  assert.deepEqual(loan.installments.map((r) => [r.due.interest, r.due.fee]), [[12_00, 10_00], [1_44, 0], [0, 0]]);
  assert.deepEqual(told(loan).map(([, amount]) => amount), [500_00, 723_44]);
  const paid = onwards(onwards(paidOut(), pay(408_03, "2026-02-15")), { type: "settled", amount: 100_00, ...ON });
  assert.deepEqual(paid.installments.map((r) => [r.due.interest, r.settledDate]), [[12_00, "2026-02-15"], [1_44, "2026-02-20"], [0, "2026-02-20"]], "a row settled before keeps its day");
});

test("a small settlement of a daily loan leaves on the rows the interest of the days gone by, on the oldest", () => {
  const loan = end("daily_simple", { type: "settled", amount: 5_00, valueDate: day("2026-03-20") }, { installments: { count: 5, every: 1, unit: "months" } });
  assert.deepEqual(loan.installments.map((r) => r.due.interest), [25_25, 0, 0, 0, 0], "64 days of 1,200.00 at 12 %");
  assert.deepEqual(loan.installments.map((r) => r.writtenOff.interest), [20_25, 0, 0, 0, 0]);
});

test("money that settles goes to the rows its kind of money goes to", () => {
  const order = ["past_due_interest", "past_due_principal", "due_principal", "in_advance_principal", "in_advance_interest"] as const;
  const paid = (settlement: "last_installment" | "next_installment") => end("classic", { type: "settled", amount: 500_00, ...ON }, { allocation: { strategy: "configurable", direction: "horizontal", order, future: { default: "next_installment", settlement } } }).installments.map((r) => r.paid.principal);
  assert.deepEqual([paid("next_installment"), paid("last_installment")], [[396_03, 91_97, 0], [396_03, 0, 91_97]]);
});

test("interest that is due becomes principal: settled on its rows, oldest first, and lent again", () => {
  const capitalised = (model: LoanTermsInput["model"], amount: number, on = "2026-02-20") => end(model, { type: "interestCapitalised", amount, valueDate: day(on) });
  const rows = (loan: LoanState) => loan.installments.map((r) => [r.due.principal, r.due.interest, r.paid.interest]);
  assert.deepEqual(rows(capitalised("classic", 12_00)), [[396_03, 12_00, 12_00], [405_97, 8_14, 0], [410_00, 4_10, 0]]);
  assert.deepEqual(rows(capitalised("classic", 5_00, "2026-02-15")), [[396_03, 12_00, 5_00], [402_47, 8_09, 0], [406_50, 4_06, 0]]);
  const daily = capitalised("daily_simple", 12_00);
  assert.deepEqual([daily.outstanding.principal, daily.outstanding.interest, daily.accrual?.principal, daily.accrual?.accrued, daily.accrual?.accruedMicro], [1_212_00, 2_20, 1_212_00, 2_20, 273973]);
  assert.deepEqual(daily.transactions.at(-1)?.parts, { principal: -12_00, interest: 12_00, fee: 0, penalty: 0 });
  const two = onwards(paidOut({ installments: { count: 4, every: 1, unit: "months" } }), { type: "interestCapitalised", amount: 15_00, valueDate: day("2026-03-20") });
  assert.deepEqual(two.installments.map((r) => r.paid.interest), [12_00, 3_00, 0, 0], "12.00 of the first row and 3.00 of the second");
});

test("where a payment of the past leaves less of it due, less is lent again, or nothing", () => {
  for (const model of ["classic", "progressive"] as const) {
    const loan = end(model, { type: "interestCapitalised", amount: 12_00, ...ON });
    const paid = (amount: number) => onwards(loan, pay(amount, "2026-02-16"), day("2026-02-20"));
    const told = (state: LoanState) => { const tx = state.transactions.find((t) => t.type === "capitalization"); return [tx?.amount, tx?.parts.principal, state.outstanding.principal]; };
    assert.deepEqual(told(paid(10_00)), [2_00, -2_00, 1_202_00], model);
    assert.deepEqual(told(paid(408_03)), [0, 0, 803_97]);
    assert.deepEqual(paid(408_03).installments.map((r) => r.due.principal), [396_03, 399_99, 403_98]);
  }
  const daily = onwards(end("daily_simple", { type: "interestCapitalised", amount: 12_00, ...ON }), pay(10_00, "2026-02-16"), day("2026-02-20"));
  assert.deepEqual([daily.outstanding.principal, daily.outstanding.interest, daily.accrual?.accruedMicro], [1_204_20, 0, 273972], "4.20 was left; the fraction below a cent stays");
  const up = onwards(paidOut({ model: "daily_simple", principal: 1_200_50 }), { type: "interestCapitalised", amount: 12_24, valueDate: day("2026-02-15") });
  assert.deepEqual([up.outstanding.principal, up.accrual?.accrued, up.accrual?.accruedMicro], [1_212_74, 0, 0], "31 days are 12.235: the fraction that made the last cent went with it");
});

test("what became principal is told of on its rows alone, and bears no interest as interest any more", () => {
  const loan = end("classic", { type: "interestCapitalised", amount: 5_00, valueDate: day("2026-03-20") });
  assert.deepEqual(loan.transactions.at(-1)?.lines.map((l) => [l.installment, l.parts.interest]), [[1, 5_00]]);
  const daily = end("daily_simple", { type: "interestCapitalised", amount: 12_23, ...ON }, { interest: { ratePpb: 120_000_000, compounding: { every: 1, unit: "months" } } });
  assert.deepEqual([daily.outstanding, daily.accrual?.accrued, daily.accrual?.compounded], [{ principal: 1_212_23, interest: 1_99, fee: 0, penalty: 0 }, 1_99, 1_99], "12.23 bore interest with the principal and is part of it now: no more bears interest than the 1.99 of five days since");
});
