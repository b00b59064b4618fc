import assert from "node:assert/strict";
import { test } from "node:test";
import { checkChange, checkChoice, checkOwing, checkRecovery, drawsByFloats, isGivenUp } from "./check-changes.ts";
import type { EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { nextEvent, paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, percent, plainTerms, refused } from "./testing/worked.ts";

/** Changes of a loan's course: what is refused, and what just is not. */

type Change = Parameters<typeof checkChange>[1];
const ON = { valueDate: day("2026-02-20") };
const follows = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const interest = (more: Partial<LoanTermsInput["interest"]>): Partial<LoanTermsInput> => ({ interest: { ratePpb: percent(12), ...more } });
const change = (state: LoanState, draft: EventDraft, most = 600) => checkChange(state, nextEvent(state, draft) as Change, most);
const capitalised = (amount: number, on = "2026-02-20"): EventDraft => ({ type: "interestCapitalised", amount, valueDate: day(on) });
const extended = (installments: number, on = "2026-02-20"): EventDraft => ({ type: "extended", installments, valueDate: day(on) });
const deferred = (kind: "accrues" | "none"): EventDraft => ({ type: "deferred", installments: 1, interest: kind, ...ON });

test("interest is capitalised up to what is due and unpaid, where it is drawn on the declining balance or by the day", () => {
  for (const more of [{}, { model: "daily_simple" as const }, interest({ recalculation: follows })]) change(paidOut(more), capitalised(1));
  change(paidOut(), capitalised(12_00));
  refused(() => change(paidOut(), capitalised(12_01)), "event.amount_above_owed");
  refused(() => change(paidOut(), capitalised(1, "2026-02-14")), "event.amount_above_owed", "none is due yet");
  refused(() => change(paidOut(interest({ method: "flat" })), capitalised(1)), "schedule.not_for_this_model");
  change(onwards(paidOut(), pay(4_00, "2026-02-15")), capitalised(8_00));
  refused(() => change(onwards(paidOut(), pay(4_00, "2026-02-15")), capitalised(8_01)), "event.amount_above_owed");
});

test("rows are added or skipped by whole numbers, up to the most there may be, while one is to come", () => {
  for (const installments of [0, -1, 0.5]) refused(() => change(paidOut(), extended(installments)), "event.amount_not_positive");
  change(paidOut(), extended(1));
  change(paidOut(), extended(2), 5);
  refused(() => change(paidOut(), extended(3), 5), "terms.installments_not_positive");
  change(paidOut(), extended(1, "2026-04-14"));
  refused(() => change(paidOut(), extended(1, "2026-04-15")), "schedule.installment_not_found");
  const extra = onwards(paidOut(), { type: "chargeAdded", code: "fee", component: "fee", timing: "specified_date", basis: "flat", amount: 1_00, dueDate: day("2026-06-01"), valueDate: day("2026-01-20") });
  refused(() => change(extra, extended(1, "2026-05-01")), "schedule.installment_not_found", "a row for a fee is no installment");
});

test("skipped rows bear no interest only where it pauses: not flat, and not where another system's payment is found again", () => {
  const floats: Partial<LoanTermsInput> = { ...interest({ recalculation: follows }), compatibility: { annuity: "float64" } };
  for (const kind of ["accrues", "none"] as const) for (const more of [{}, { model: "daily_simple" as const }, interest({ recalculation: follows }), { compatibility: { annuity: "float64" as const } }]) change(paidOut(more), deferred(kind));
  for (const more of [interest({ method: "flat" }), floats]) {
    change(paidOut(more), deferred("accrues"));
    change(paidOut(more), extended(1));
    refused(() => change(paidOut(more), deferred("none")), "schedule.not_for_this_model");
  }
  assert.deepEqual([floats, {}, interest({ recalculation: follows }), { compatibility: { annuity: "float64" as const } }, { ...floats, model: "progressive" as const }].map((more) => drawsByFloats(plainTerms(more))), [true, false, false, false, false]);
});

test("nothing is changed where nothing is owed or the loan is charged off", () => {
  const off = onwards(paidOut(), { type: "chargedOff", valueDate: day("2026-02-16") });
  for (const draft of [extended(1), deferred("accrues"), capitalised(1)]) refused(() => change(off, draft), "loan.charged_off");
  const lost = onwards(paidOut(), { type: "writtenOff", valueDate: day("2026-02-16") });
  const settled = onwards(paidOut(), { type: "settled", amount: 1_00, valueDate: day("2026-02-16") });
  for (const state of [lost, settled]) {
    refused(() => change(state, extended(1)), "loan.not_open");
    refused(() => checkOwing(state), "loan.not_open");
    assert.equal(isGivenUp(state), true);
  }
  assert.equal(isGivenUp(off), false);
  const money = (state: LoanState) => checkRecovery(state, nextEvent(state, { type: "recoveryReceived", amount: 1, ...ON }) as Parameters<typeof checkRecovery>[1]);
  money(lost);
  money(settled);
  refused(() => money(off), "loan.not_written_off");
});

test("a payment chooses what it does ahead only where rows follow the real balance", () => {
  const chooses = (more: Partial<LoanTermsInput>, prepayment: LoanTermsInput["prepayment"] = "reduce_term") => {
    const state = paidOut(more);
    checkChoice(state, nextEvent(state, { ...pay(1, "2026-02-20"), ...(prepayment === undefined ? {} : { prepayment }) }) as Parameters<typeof checkChoice>[1]);
  };
  const configurable = { allocation: { strategy: "configurable" as const, direction: "horizontal" as const, future: {}, order: ["due_principal" as const, "due_interest" as const, "past_due_principal" as const, "past_due_interest" as const, "in_advance_principal" as const, "in_advance_interest" as const] } };
  for (const more of [{ model: "daily_simple" as const }, interest({ recalculation: follows }), { ...interest({ recalculation: follows }), model: "progressive" as const }, { ...interest({ recalculation: follows }), ...configurable }, { model: "daily_simple" as const, ...configurable }]) chooses(more);
  chooses({}, "next_installments");
  chooses({ interest: { ratePpb: 1, recalculation: follows } });
  refused(() => chooses({}), "schedule.not_for_this_model");
  refused(() => chooses({ model: "progressive" }), "schedule.not_for_this_model");
  refused(() => chooses({ interest: { ratePpb: 0, recalculation: follows } }), "schedule.not_for_this_model");
  refused(() => chooses({ ...interest({ recalculation: follows }), model: "progressive", ...configurable }), "schedule.not_for_this_model");
});
