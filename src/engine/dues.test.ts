import assert from "node:assert/strict";
import { test } from "node:test";
import { accrualsToPost, chargesToRaise } from "./dues.ts";
import type { EventDraft, LoanState, LoanTermsInput, PenalCharge, ProductCharge } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, percent } from "./testing/worked.ts";

/** Late fees, penal charges at 36.5 % (a thousandth a day) and income, on the loan paid in 408.03, 408.03 and 408.02. */

const penal = (more: Partial<PenalCharge> = {}, terms: Partial<LoanTermsInput> = {}) => paidOut({ ...terms, penalCharge: { code: "penal", ratePpb: percent(36.5), on: "overdue_installment", graceDays: 3, ...more } });
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

test("each row's charge goes by its own money: beside a down payment of the same day, and after a later payout numbered the rows anew", () => {
  const down: Partial<LoanTermsInput> = { downPayment: { percentPpb: percent(25), autoCollect: false }, tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 1_000_000_000 } };
  const again = (state: LoanState, on: string) => onwards(state, { type: "disbursed", amount: 100_00, valueDate: day(on) });
  const sameDay = onwards(again(onwards(penal({}, down), pay(300_00, "2026-01-15")), "2026-02-15"), pay(25_00, "2026-02-25"));
  assert.deepEqual(sameDay.installments.map((r) => [r.kind, r.dueDate, r.due.principal + r.due.interest]).slice(1, 3), [["down_payment", "2026-02-15", 25_00], ["installment", "2026-02-15", 306_02]]);
  assert.deepEqual(raised(sameDay, "2026-03-15"), [[25, "penal:2026-02-15:0"], [8_57, "penal:2026-02-15:0"]], "ten days of 25.00; 28 days of 306.02");
  const two = { ...down, tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 1_000_000_000 } };
  for (const [model, found] of [["progressive", [[70, "penal:2026-02-20:0"], [7_56, "penal:2026-03-15:0"]]], ["classic", [[8_34, "penal:2026-03-15:0"]]]] as const) {
    const loan = again(onwards(onwards(penal({}, { ...down, model }), pay(300_00, "2026-01-15")), pay(406_02, "2026-02-10")), "2026-02-20");
    assert.deepEqual(raised(loan, "2026-04-15"), found, `${model}: 31 days of what is open of the row of 15 March`);
  }
  const ahead = again(onwards(onwards(penal({}, { ...down, model: "progressive" }), pay(300_00, "2026-01-15")), pay(406_02, "2026-02-10")), "2026-02-20");
  assert.equal(raised(ahead, "2026-05-15").at(-1)?.[0], 10_32, "nothing was paid on the last row: 344.02 for 30 days");
  const third = again(again(onwards(onwards(penal({}, { ...two, model: "progressive" }), pay(300_00, "2026-01-15")), pay(406_02, "2026-02-10")), "2026-02-20"), "2026-03-15");
  assert.deepEqual(raised(third, "2026-04-15").map(([amount]) => amount), [70, 7_56, 78], "nobody paid the 25.00 of the third payout, due with that row");
});

test("money the bank took back is overdue with the row it was lent again on, but for what an overpayment met", () => {
  const taken = (state: LoanState, amount: number) => onwards(state, { type: "chargedBack", paymentId: "e2", amount, valueDate: day("2026-02-20") });
  const lent = taken(onwards(penal(), pay(408_03, "2026-02-15")), 408_03);
  assert.deepEqual(raised(lent, "2026-04-15"), [[25_30, "penal:2026-03-15:0"]], "399.99, 408.03 and 8.04 for 31 days");
  const order: Partial<LoanTermsInput> = { chargebackOrder: ["fee", "penalty", "interest", "principal"] };
  const fees: EventDraft[] = (["fee", "penalty"] as const).map((component) => ({ type: "chargeAdded", code: component, component, timing: "specified_date", basis: "flat", amount: 10_00, dueDate: day("2026-02-10"), valueDate: day("2026-01-15") }));
  const whole = pay(1_224_08 + 20_00 + 30_00, "2026-02-14");
  for (const [on, byOrder, charged] of [["overdue_installment", 70_00 - 30_00, 1_24], ["overdue_principal", 70_00 - 30_00, 1_24]] as const) {
    const plain = onwards(onwards(penal({ on }), pay(1_224_08 + 30_00, "2026-02-14")), { type: "chargedBack", paymentId: "e2", amount: 70_00, valueDate: day("2026-02-20") });
    assert.deepEqual([plain.outstanding.principal, raised(plain, "2026-04-15")], [byOrder, [[charged, "penal:2026-03-15:0"]]], on);
  }
  const told = fees.reduce((state, fee) => onwards(state, fee), penal({}, order));
  const some = onwards(onwards(told, whole), { type: "chargedBack", paymentId: "e4", amount: 60_00, valueDate: day("2026-02-20") });
  assert.deepEqual([some.outstanding, raised(some, "2026-04-15")], [{ principal: 15_92, interest: 14_08, fee: 0, penalty: 0 }, [[93, "penal:2026-03-15:0"]]], "20.00 of charges and 10.00 of the interest were met: 30.00 for 31 days");
  const principalAlone = onwards(onwards(fees.reduce((state, fee) => onwards(state, fee), penal({ on: "overdue_principal" }, order)), whole), { type: "chargedBack", paymentId: "e4", amount: 60_00, valueDate: day("2026-02-20") });
  assert.deepEqual(raised(principalAlone, "2026-04-15"), [[49, "penal:2026-03-15:0"]], "15.92 of principal for 31 days: none of it was met");
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

test("interest that a grace puts off to a later row is income of the days in which it is earned", () => {
  const loan = paidOut({ grace: { principalInstallments: 1, interestInstallments: 1, interest: "accrue_to_first" } });
  const second = loan.installments[1];
  assert.deepEqual([loan.installments[0]?.due.interest, second?.due.interest, second?.brought?.amount], [0, 24_00, 12_00]);
  assert.deepEqual(accrualsToPost(loan, day("2026-01-16")).map((a) => [a.valueDate, a.interest]), [["2026-01-16", 39]], "12.00 ÷ 31, a month before its row begins");
});
