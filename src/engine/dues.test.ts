import assert from "node:assert/strict";
import { test } from "node:test";
import { accrualsToPost, chargesToRaise } from "./dues.ts";
import type { LoanState, PenalCharge, ProductCharge } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, percent } from "./testing/worked.ts";

/** Late fees, penal charges at 36.5 % (a thousandth a day) and income, on the loan paid in 408.03, 408.03 and 408.02. */

const penal = (more: Partial<PenalCharge> = {}) => paidOut({ penalCharge: { code: "penal", ratePpb: percent(36.5), on: "overdue_installment", graceDays: 3, ...more } });
const raised = (state: LoanState, on: string) => chargesToRaise(state, day(on)).map((d) => [d.amount, d.reference]);

test("a penal charge is raised when a month of overdue is over, for each installment by itself", () => {
  assert.deepEqual(raised(penal(), "2026-03-14"), []);
  assert.deepEqual(raised(penal(), "2026-03-15"), [[11_42, "penal:2026-02-15:0"]], "408.03 × 28 days × 0.1 %");
  assert.deepEqual(raised(penal(), "2026-03-16"), [[11_42, "penal:2026-02-15:0"]]);
  assert.deepEqual(raised(penal(), "2026-04-15"), [[11_42, "penal:2026-02-15:0"], [12_65, "penal:2026-02-15:1"], [12_65, "penal:2026-03-15:0"]], "31 days each");
  assert.deepEqual(raised(penal({ on: "overdue_principal" }), "2026-03-15"), [[11_09, "penal:2026-02-15:0"]], "396.03 alone");
});

test("a payment ends or lowers what is charged, from its day on; within the grace nothing is", () => {
  const paid = (date: string, amount = 408_03, more: Partial<PenalCharge> = {}) => onwards(penal(more), pay(amount, date));
  for (const on of ["2026-02-25", "2026-03-15"]) assert.deepEqual(raised(paid("2026-02-25"), on), [[4_08, "penal:2026-02-15:0"]], "ten days, as soon as it is settled");
  assert.deepEqual(raised(paid("2026-02-18"), "2026-03-15"), [], "three days of grace");
  assert.deepEqual(raised(paid("2026-02-19"), "2026-03-15"), [[1_63, "penal:2026-02-15:0"]], "a day more, and all four count");
  assert.deepEqual(raised(onwards(paid("2026-02-25", 100_00), pay(100_00, "2026-03-01")), "2026-03-15"), [[8_22, "penal:2026-02-15:0"]], "4.08, 1.23 of 308.03 and 2.91 of 208.03");
  assert.deepEqual(raised(paid("2026-02-15", 100_00), "2026-03-15"), [[8_62, "penal:2026-02-15:0"]], "308.03 from the due date on");
  assert.deepEqual(raised(paid("2026-02-25", 100_00, { on: "overdue_principal" }), "2026-03-15"), [[9_50, "penal:2026-02-15:0"]], "of 100.00, 88.00 was principal");
  assert.deepEqual(raised(paid("2026-03-15"), "2026-04-15"), [[11_42, "penal:2026-02-15:0"], [12_65, "penal:2026-03-15:0"]], "paid on the month's last day");
  const reversed = onwards(paid("2026-02-25"), { type: "reversed", eventId: "e2", valueDate: day("2026-02-26") });
  assert.deepEqual(raised(reversed, "2026-03-15"), [[11_42, "penal:2026-02-15:0"]]);
  const order = onwards(onwards(penal(), pay(50_00, "2026-03-05")), pay(100_00, "2026-02-25"), day("2026-03-05"));
  assert.deepEqual(raised(order, "2026-03-15"), [[9_12, "penal:2026-02-15:0"]], "4.08, 2.46 and 2.58, in whatever order they were recorded");
});

test("what is raised is not raised again, and a loan that owes nothing or is charged off has none", () => {
  const [draft] = chargesToRaise(penal(), day("2026-03-15"));
  assert.ok(draft);
  assert.deepEqual(raised(onwards(penal(), draft), "2026-03-15"), []);
  assert.deepEqual(raised(onwards(penal(), { type: "chargedOff", valueDate: day("2026-03-01") }), "2026-03-15"), []);
  assert.deepEqual(raised(onwards(penal(), { type: "writtenOff", valueDate: day("2026-03-01") }), "2026-03-15"), []);
});

const late = (more: Partial<ProductCharge> = {}) => paidOut({ charges: [{ code: "late", component: "penalty", timing: "on_overdue", basis: "flat", amount: 10_00, ...more }] });

test("a late fee is raised after its grace, up to what it may come to in a loan's life, whatever else is charged", () => {
  assert.deepEqual(raised(late({ graceDays: 5 }), "2026-02-20"), []);
  assert.equal(raised(late({ graceDays: 5 }), "2026-02-21").length, 1);
  assert.deepEqual(raised(late({ lifetimeMaximum: 15_00 }), "2026-04-20"), [[10_00, "late:2026-02-15"], [5_00, "late:2026-03-15"]]);
  const other = onwards(late({ lifetimeMaximum: 15_00 }), { type: "chargeAdded", code: "other", component: "fee", timing: "specified_date", basis: "flat", amount: 12_00, dueDate: day("2026-02-15"), valueDate: day("2026-02-10") });
  assert.deepEqual(raised(other, "2026-04-20").map(([amount]) => amount), [10_00, 5_00]);
  const [first] = chargesToRaise(late({ lifetimeMaximum: 10_00, minimum: 10_00 }), day("2026-02-20"));
  assert.ok(first);
  assert.deepEqual(raised(onwards(late({ lifetimeMaximum: 10_00, minimum: 10_00 }), first), "2026-04-20"), [], "the cap goes before a minimum");
});

test("a share of what is overdue is of what is left of it, any other of the whole row", () => {
  const share = { amount: undefined, percentPpb: percent(10) };
  const partly = (basis: ProductCharge["basis"]) => raised(onwards(late({ ...share, basis }), pay(108_03, "2026-02-15")), "2026-02-20")[0]?.[0];
  assert.equal(partly("percent_of_overdue"), 30_00);
  assert.equal(partly("percent_of_principal_plus_interest"), 40_80);
});

test("income is earned by the day, dated on the installment's due date or the day looked at, less what was posted", () => {
  const earned = (state: LoanState, upTo: string) => accrualsToPost(state, day(upTo)).map((a) => [a.valueDate, a.interest]);
  assert.deepEqual(earned(paidOut(), "2026-01-15"), []);
  assert.deepEqual(earned(paidOut(), "2026-01-16"), [["2026-01-16", 39]], "12.00 ÷ 31");
  assert.deepEqual(earned(paidOut(), "2026-02-15"), [["2026-02-15", 12_00]], "the second row begins that day and has earned nothing");
  assert.deepEqual(earned(paidOut(), "2026-02-16"), [["2026-02-15", 12_00], ["2026-02-16", 29]]);
  const posted = onwards(paidOut(), { type: "accrualPosted", interest: 5_00, fee: 0, penalty: 0, valueDate: day("2026-01-28") });
  assert.deepEqual(earned(posted, "2026-02-20"), [["2026-02-15", 7_00], ["2026-02-20", 1_44]]);
  assert.deepEqual(earned(onwards(paidOut(), pay(500_00, "2026-01-20")), "2026-01-20"), [["2026-01-20", 12_00], ["2026-01-20", 8_04]], "paid ahead is earned");
});
