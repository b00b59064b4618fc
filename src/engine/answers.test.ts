import assert from "node:assert/strict";
import { test } from "node:test";
import { agreedFirstDueDate, buildSchedule, daysPastDue, delinquencyOf, installmentDelinquency, isPaused, nextDue, overdueOf, payoff } from "./answers.ts";
import type { LoanTermsInput, ProductCharge } from "./terms.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, months, percent, plainTerms, rowsOf } from "./testing/worked.ts";

/** Questions about the loan of 1,200.00 in payments of 408.03, 408.03 and 408.02. */

const fee = (timing: "at_disbursement" | "every_installment" | "at_application", more: Partial<ProductCharge> = {}): ProductCharge => ({ code: timing, component: "fee", timing, basis: "flat", amount: 10_00, ...more }) as ProductCharge;
const schedule = (more: Partial<LoanTermsInput>) => buildSchedule(plainTerms(more));

test("fees of a schedule: kept back, on the first row, on each row that is no down payment, and before there is a loan", () => {
  const down = { percentPpb: 250_000_000, autoCollect: false };
  const all = schedule({ charges: [fee("at_disbursement", { deducted: true }), fee("at_disbursement", { amount: 7_00 }), fee("every_installment", { amount: 1_00 }), fee("at_application", { amount: 5_00 })] });
  assert.deepEqual([all.feesAtDisbursement, all.feesAtApplication, all.rows.map((r) => r.fees), all.totals], [10_00, 5_00, [8_00, 1_00, 1_00], { principal: 1_200_00, interest: 24_08, fees: 25_00, total: 1_249_08 }]);
  const after = schedule({ downPayment: down, charges: [fee("at_disbursement"), fee("every_installment", { amount: 1_00 })] });
  assert.deepEqual(after.rows.map((r) => [r.principal, r.fees]), [[300_00, 0], [297_02, 11_00], [299_99, 1_00], [302_99, 1_00]]);
  assert.equal(schedule({ charges: [fee("every_installment", { basis: "percent_of_principal_plus_interest", amount: undefined, percentPpb: percent(1) })] }).rows[1]?.fees, 4_08);
});

test("the installment amount is that of the first row that repays principal and is not the last", () => {
  assert.equal(schedule({}).installmentAmount, 408_03);
  assert.equal(schedule({ grace: { principalInstallments: 1, interestInstallments: 0 } }).installmentAmount, 609_01);
  assert.equal(schedule({ amortization: "interest_only" }).installmentAmount, 12_00, "where only the last does, the first row's");
  assert.equal(schedule({ installments: months(1) }).installmentAmount, 1_212_00);
});

test("a schedule with a down payment, or of another model, is what a loan paid out that day has", () => {
  assert.deepEqual(rowsOf({ downPayment: { percentPpb: 250_000_000, autoCollect: false } })[0], ["01-15", 300_00, 0, 900_00]);
  for (const model of ["classic", "progressive"] as const) assert.deepEqual(rowsOf({ model }).map((r) => r.slice(1)), paidOut({ model }).installments.map((r) => [r.due.principal, r.due.interest, r.balanceAfter]), model);
});

test("the next installment: the oldest not settled, or the first not yet past; due today is not overdue", () => {
  const loan = paidOut();
  const next = (on: string, which?: "oldest" | "upcoming") => { const found = nextDue(loan, day(on), which); return found && [found.number, found.dueDate, found.total, found.overdue]; };
  assert.deepEqual(next("2026-02-15"), [1, "2026-02-15", 408_03, false]);
  assert.deepEqual(next("2026-02-16"), [1, "2026-02-15", 408_03, true]);
  assert.deepEqual(next("2026-02-15", "upcoming"), [1, "2026-02-15", 408_03, false]);
  assert.deepEqual(next("2026-02-16", "upcoming"), [2, "2026-03-15", 408_03, false]);
  assert.equal(next("2026-04-16", "upcoming"), null);
  const paid = onwards(loan, pay(408_03, "2026-02-15"));
  assert.deepEqual([nextDue(paid)?.number, nextDue(paid)?.parts], [2, { principal: 399_99, interest: 8_04, fee: 0, penalty: 0 }]);
  assert.equal(nextDue(onwards(loan, pay(1_224_08, "2026-04-15"))), null);
});

test("days past due begin the day after the due date, with what is owed by then", () => {
  const loan = paidOut();
  assert.deepEqual(["2026-02-15", "2026-02-16", "2026-03-16"].map((d) => daysPastDue(loan, day(d))), [0, 1, 29]);
  assert.deepEqual(overdueOf(loan, day("2026-02-15")), { principal: 0, interest: 0, fee: 0, penalty: 0 });
  assert.deepEqual(overdueOf(loan, day("2026-03-16")), { principal: 796_02, interest: 20_04, fee: 0, penalty: 0 });
  const paid = onwards(loan, pay(408_03, "2026-02-15"));
  assert.deepEqual(["2026-03-15", "2026-03-16"].map((d) => daysPastDue(paid, day(d))), [0, 1]);
  assert.equal(daysPastDue(onwards(loan, pay(1_224_08, "2026-04-15")), day("2027-01-01")), 0);
});

const pausing = (startDate: string, endDate: string) => ({ type: "delinquencyPaused", startDate: day(startDate), endDate: day(endDate), valueDate: day("2026-01-20") }) as const;

test("days of a pause count only where it lasts into the time past due, and then whole", () => {
  const paused = (from: string, to: string, on: string) => delinquencyOf(onwards(paidOut(), pausing(from, to)), day(on)).pausedDays;
  assert.equal(paused("2026-02-20", "2026-02-25", "2026-03-10"), 5);
  assert.equal(paused("2026-02-20", "2026-02-25", "2026-02-22"), 2, "until the day looked at");
  assert.equal(paused("2026-02-20", "2026-02-25", "2026-02-20"), 0);
  assert.equal(paused("2026-02-05", "2026-02-16", "2026-03-10"), 11, "it goes on a day past due: it counts from its start");
  assert.equal(paused("2026-02-05", "2026-02-15", "2026-03-10"), 0, "it ends on the due date");
  assert.equal(paused("2026-03-20", "2026-03-25", "2026-03-10"), 0, "still to come");
  const loan = onwards(paidOut(), pausing("2026-02-20", "2026-02-25"));
  assert.deepEqual(["2026-02-19", "2026-02-20", "2026-02-25", "2026-02-26"].map((d) => isPaused(loan, day(d))), [false, true, true, false]);
});

test("each installment by its own age, when the loan itself is in a bucket", () => {
  const bucketed = (on: string, more: Partial<LoanTermsInput> = {}) => installmentDelinquency(paidOut(more), day(on));
  assert.deepEqual(bucketed("2026-02-15"), []);
  assert.deepEqual(bucketed("2026-02-16"), [{ bucket: "1-29", amount: 408_03 }]);
  assert.deepEqual(bucketed("2026-03-15"), [{ bucket: "1-29", amount: 408_03 }], "the second falls due that day");
  assert.deepEqual(bucketed("2026-04-16"), [{ bucket: "1-29", amount: 408_02 }, { bucket: "30-59", amount: 408_03 }, { bucket: "60-89", amount: 408_03 }]);
  assert.deepEqual(bucketed("2026-03-17"), [{ bucket: "1-29", amount: 408_03 }, { bucket: "30-59", amount: 408_03 }]);
  const partly = onwards(paidOut(), pay(408_03, "2026-02-15"));
  assert.deepEqual(installmentDelinquency(partly, day("2026-04-20")), [{ bucket: "1-29", amount: 408_02 }, { bucket: "30-59", amount: 408_03 }], "a settled one is in none");
  const graced = { delinquency: { ...plainTerms().delinquency, graceDays: 10 } };
  assert.deepEqual([bucketed("2026-02-25", graced), bucketed("2026-02-26", graced)], [[], [{ bucket: "1-29", amount: 408_03 }]], "none while the loan is within its grace");
  assert.deepEqual(installmentDelinquency(onwards(paidOut(), pausing("2026-02-16", "2026-03-16")), day("2026-03-17")), [{ bucket: "1-29", amount: 408_03 }], "28 days paused: the second is younger than any bucket");
});

test("a loan written off owes nothing on a payoff, whatever its model; charges of rows to come are not owed", () => {
  for (const model of ["classic", "progressive", "daily_simple"] as const) assert.equal(payoff(onwards(paidOut({ model }), { type: "writtenOff", valueDate: day("2026-02-20") }), day("2026-03-20")).total, 0, model);
  assert.equal(payoff(paidOut({ charges: [fee("every_installment")] }), day("2026-02-15")).fees, 10_00, "of three fees the one that is due");
});

test("the first due date as agreed", () => {
  assert.equal(agreedFirstDueDate(plainTerms(), day("2026-01-15")), "2026-02-15");
  assert.equal(agreedFirstDueDate(plainTerms({ firstDueDate: day("2026-02-25") }), day("2026-01-15")), "2026-02-25");
});
