import assert from "node:assert/strict";
import { test } from "node:test";
import { checkEvent, checkHistory, checkTerms, MAX_INSTALLMENTS, MAX_PRINCIPAL } from "./check.ts";
import type { IsoDate } from "./date.ts";
import type { EventDraft, LoanEvent } from "./events.ts";
import { replay } from "./replay.ts";
import type { LoanState, RefusalCode } from "./state.ts";
import type { LoanTermsInput } from "./terms.ts";
import { nextEvent, paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, months, percent, plainTerms, refused } from "./testing/worked.ts";

/** What the engine refuses, by name, on both sides of each limit. */

type Case = [Partial<LoanTermsInput>, RefusalCode];

const no = { principalInstallments: 0, interestInstallments: 0 };
const rate = { ratePpb: percent(12) };

test("terms that cannot make a schedule are refused by name", () => {
  const cases: Case[] = [
    [{ principal: MAX_PRINCIPAL + 1 }, "terms.principal_not_positive"], [{ principal: 0.5 }, "terms.principal_not_positive"], [{ principal: 0 }, "terms.principal_not_positive"],
    [{ installments: months(MAX_INSTALLMENTS + 1) }, "terms.installments_not_positive"], [{ installments: months(1.5) }, "terms.installments_not_positive"],
    [{ installments: { count: 3, every: 0, unit: "months" } }, "terms.installments_not_positive"], [{ installments: { count: 3, every: 1.5, unit: "months" } }, "terms.installments_not_positive"],
    [{ interest: { ratePpb: 10_000_000_001 } }, "terms.rate_out_of_range"], [{ interest: { ratePpb: 0.5 } }, "terms.rate_out_of_range"],
    [{ disbursementDate: "2026-02-30" as never }, "terms.date_out_of_range"], [{ firstDueDate: "2026-02-30" as never }, "terms.date_out_of_range"], [{ submittedDate: "2026-02-30" as never }, "terms.date_out_of_range"],
    [{ firstDueDate: day("2026-01-15") }, "terms.maturity_before_first_due"],
    [{ grace: { ...no, interestInstallments: 3 } }, "terms.grace_too_long"], [{ grace: { ...no, principalInstallments: 3 } }, "terms.grace_too_long"],
    [{ balloon: 1_200_01 }, "terms.malformed"], [{ balloon: -1 }, "terms.malformed"], [{ installmentAmount: 0 }, "terms.payment_below_interest"],
  ];
  for (const [more, code] of cases) refused(() => checkTerms(plainTerms(more)), code, JSON.stringify(more));
  assert.throws(() => checkTerms(plainTerms({ currency: "dollars" })), RangeError);
});

test("the limits themselves are allowed", () => {
  const allowed: Partial<LoanTermsInput>[] = [
    { principal: MAX_PRINCIPAL }, { principal: 1 }, { installments: months(MAX_INSTALLMENTS) }, { installments: months(1) }, { interest: { ratePpb: 10_000_000_000 } }, { interest: { ratePpb: 0 } },
    { firstDueDate: day("2026-01-16"), submittedDate: day("2026-01-10") }, { grace: { principalInstallments: 2, interestInstallments: 2 } }, { balloon: 1_200_00 }, { balloon: 0, installmentAmount: 1 },
  ];
  for (const more of allowed) checkTerms(plainTerms(more));
});

test("a schedule ends within the calendar: one period more than its installments, each at its longest", () => {
  const daily = { count: 1, every: 1, unit: "days" as const };
  checkTerms(plainTerms({ disbursementDate: day("9999-12-29"), installments: daily }));
  refused(() => checkTerms(plainTerms({ disbursementDate: day("9999-12-30"), installments: daily })), "terms.date_out_of_range");
  checkTerms(plainTerms({ disbursementDate: day("9999-12-27"), installments: { ...daily, every: 2 } }));
  refused(() => checkTerms(plainTerms({ disbursementDate: day("9999-12-28"), installments: { ...daily, every: 2 } })), "terms.date_out_of_range");
  refused(() => checkTerms(plainTerms({ disbursementDate: day("9999-01-01"), firstDueDate: day("9999-12-30"), installments: daily })), "terms.date_out_of_range");
});

test("what a model cannot draw is refused, what another can is not", () => {
  const not = "terms.not_for_this_model";
  const cases: Case[] = [
    [{ model: "progressive", interest: { ...rate, method: "flat" } }, not], [{ model: "daily_simple", interest: { ...rate, method: "flat" } }, not],
  ];
  for (const [more, code] of cases) refused(() => checkTerms(plainTerms(more)), code, JSON.stringify(more));
  for (const more of [
    { grace: { principalInstallments: 1, interestInstallments: 1 } }, { interest: { ...rate, method: "flat" as const } }, { amortization: "equal_principal" as const }, { balloon: 1 }, { model: "progressive" as const }, { model: "progressive" as const, grace: { ...no, principalInstallments: 1 } }, { model: "progressive" as const, amortization: "equal_principal" as const }, { model: "progressive" as const, balloon: 1 },
    { model: "progressive" as const, interest: { ratePpb: 0, method: "flat" as const } }, { model: "daily_simple" as const, amortization: "bullet" as const }, { model: "daily_simple" as const, balloon: 1 },
    { model: "daily_simple" as const, grace: { principalInstallments: 1, interestInstallments: 1 } },
  ]) checkTerms(plainTerms(more));
});

test("a history names each event once, and reverses only what it holds, once", () => {
  const head = (id: string, sequence: number) => ({ id, sequence, valueDate: day("2026-01-15"), businessDate: day("2026-01-15") });
  const mark = (id: string, sequence: number): LoanEvent => ({ ...head(id, sequence), type: "fraudMarked", fraud: true });
  const reverse = (id: string, sequence: number, eventId: string): LoanEvent => ({ ...head(id, sequence), type: "reversed", eventId });
  checkHistory([]);
  checkHistory([mark("a", 1), mark("b", 2), reverse("c", 3, "a"), reverse("d", 4, "b")]);
  checkHistory([reverse("c", 3, "a"), mark("a", 1)]);
  refused(() => checkHistory([mark("a", 1), mark("a", 2)]), "event.duplicate");
  refused(() => checkHistory([mark("a", 1), mark("b", 1)]), "event.duplicate");
  refused(() => checkHistory([mark("a", 1), reverse("b", 2, "c")]), "event.target_not_found");
  refused(() => checkHistory([mark("a", 1), reverse("b", 2, "a"), reverse("c", 3, "a")]), "event.already_reversed");
});

/** Recorded by hand, so that head and body can be anything. */
function checked(state: LoanState, draft: EventDraft, head: Partial<LoanEvent> = {}): void {
  checkEvent(state, { ...nextEvent(state, draft), ...head } as LoanEvent);
}

test("an event has its own id, sequence, days of the calendar and a whole amount", () => {
  const loan = paidOut();
  const money = pay(1, "2026-02-15");
  checked(loan, money);
  refused(() => checked(loan, money, { id: "d" }), "event.duplicate");
  refused(() => checked(loan, money, { sequence: 1 }), "event.duplicate");
  refused(() => checked(loan, money, { valueDate: "2026-02-30" as never, businessDate: day("2026-03-01") }), "event.date_in_future");
  refused(() => checked(loan, money, { businessDate: "2026-02-30" as never }), "event.date_in_future");
  refused(() => checked(loan, money, { businessDate: day("2026-02-14") }), "event.date_in_future");
  for (const amount of [0, -1, 0.5]) refused(() => checked(loan, { ...money, amount }), "event.amount_not_positive");
  const share = { type: "chargeAdded", code: "fee", component: "fee", timing: "specified_date", basis: "percent_of_principal", percentPpb: 1, dueDate: day("2026-02-15"), valueDate: day("2026-02-15") } as const;
  checked(loan, { ...share, amount: undefined } as unknown as EventDraft);
  const noted = (type: "accrualPosted" | "interestRefreshed") => checked(replay(plainTerms(), [], day("2026-01-15")), { type, interest: 0, fee: 0, penalty: 0, valueDate: day("2026-01-15") } as EventDraft);
  noted("accrualPosted");
  noted("interestRefreshed");
  refused(() => checked(replay(plainTerms(), [], day("2026-01-15")), money), "loan.not_disbursed");
  refused(() => checked(loan, pay(1, "2026-01-14")), "event.before_disbursement");
  checked(loan, { ...share, valueDate: day("2026-01-14") });
});

test("a fixing is of the index agreed and within the range of rates", () => {
  const floating = { index: "SOFR", marginPpb: 0, capPpb: null, floorPpb: null, every: 1, unit: "months" as const, firstReset: day("2026-02-15") };
  const fixing = (ratePpb: number, index = "SOFR") => ({ type: "indexFixed", index, ratePpb, valueDate: day("2026-02-15") }) as const;
  const loan = paidOut({ ratePlan: { floating } });
  for (const allowed of [10_000_000_000, -10_000_000_000, 0]) checked(loan, fixing(allowed));
  for (const ratePpb of [10_000_000_001, -10_000_000_001, 0.5]) refused(() => checked(loan, fixing(ratePpb)), "terms.rate_out_of_range");
  refused(() => checked(loan, fixing(1, "LIBOR")), "event.index_not_agreed");
  refused(() => checked(paidOut(), fixing(1)), "event.index_not_agreed");
  refused(() => checked(paidOut({ ratePlan: { steps: [{ installment: 2, ratePpb: 1 }] } }), fixing(1)), "event.index_not_agreed");
});

test("interest pauses for a day at least, where it accrues by the day or is drawn on the declining balance", () => {
  const pause = (from = "2026-02-01", to = "2026-02-02") => ({ type: "interestPaused", from: from as IsoDate, to: to as IsoDate, valueDate: day("2026-02-15") }) as const;
  checked(paidOut(), pause());
  checked(paidOut({ model: "daily_simple" }), pause());
  checked(paidOut({ model: "daily_simple", interest: { ratePpb: 0, method: "flat" } }), pause());
  for (const [from, to] of [["2026-02-01", "2026-02-01"], ["2026-02-02", "2026-02-01"], ["2026-02-30", "2026-03-05"], ["2026-02-01", "2026-02-30"]] as const) refused(() => checked(paidOut(), pause(from, to)), "event.pause_without_days", `${from} ${to}`);
  refused(() => checked(paidOut({ interest: { ...rate, method: "flat" } }), pause()), "schedule.not_for_this_model");
});

test("payouts stay within the amount agreed, what may be on top of it, their number, and what may be outstanding", () => {
  const tranches = { max: 3, maxOutstanding: 1_500_00, overApprovalPpb: 500_000_000 };
  const none = replay(plainTerms({ tranches }), [], day("2026-01-15"));
  const out = (amount: number, date = "2026-01-15") => ({ type: "disbursed", amount, valueDate: day(date) }) as const;
  const approve = (amount: number) => ({ type: "approved", amount, valueDate: day("2026-01-15") }) as const;
  checked(none, approve(1_800_00));
  refused(() => checked(none, approve(1_800_01)), "loan.amount_above_limit");
  const agreed = onwards(none, approve(1_000_00));
  checked(agreed, out(1_500_00));
  refused(() => checked(agreed, out(1_500_01)), "loan.amount_above_limit");
  refused(() => checked(replay(plainTerms(), [], day("2026-01-15")), out(1_200_01)), "loan.amount_above_limit");
  const once = onwards(agreed, out(1_000_00));
  checked(once, out(500_00, "2026-01-20"));
  refused(() => checked(once, out(500_01, "2026-01-20")), "loan.amount_above_limit", "1,500.01 would be outstanding");
  const twice = onwards(onwards(once, pay(900_00, "2026-01-16")), out(300_00, "2026-01-17"));
  checked(twice, out(500_00, "2026-01-20"));
  refused(() => checked(twice, out(500_01, "2026-01-20")), "loan.amount_above_limit", "1,800.01 in all");
  refused(() => checked(onwards(twice, out(1_00, "2026-01-18")), out(1, "2026-01-20")), "loan.too_many_tranches");
});

test("a loan charged off or settled takes no new money, and is settled only when nothing came after", () => {
  const loan = onwards(paidOut(), pay(100_00, "2026-02-15"));
  refused(() => checked(loan, { type: "settled", amount: 100_00, valueDate: day("2026-02-14") }), "loan.later_transaction_exists");
  const accrued = onwards(loan, { type: "accrualPosted", interest: 5_00, fee: 0, penalty: 0, valueDate: day("2026-02-20") });
  checked(accrued, { type: "chargedOff", valueDate: day("2026-02-18") });
  const off = onwards(loan, { type: "chargedOff", valueDate: day("2026-02-15") });
  refused(() => checked(off, { type: "chargedOff", valueDate: day("2026-02-15") }), "loan.already_charged_off");
  refused(() => checked(off, { type: "disbursed", amount: 1, valueDate: day("2026-02-15") }), "loan.charged_off");
  refused(() => checked(off, { type: "rateChanged", ratePpb: 0, keep: "term", valueDate: day("2026-02-15") }), "loan.charged_off");
  const settled = onwards(loan, { type: "settled", amount: 100_00, valueDate: day("2026-02-20") });
  refused(() => checked(settled, { type: "disbursed", amount: 1, valueDate: day("2026-02-20") }), "loan.not_open");
});

test("a reversal, a chargeback, a waiver and a reschedule find what they are about", () => {
  const on = { valueDate: day("2026-02-20") };
  const loan = onwards(onwards(paidOut(), pay(100_00, "2026-02-15")), pay(50_00, "2026-02-16"));
  refused(() => checked(loan, { type: "chargeWaived", chargeId: "none", ...on }), "event.target_not_found");
  refused(() => checked(loan, { type: "chargeAdjusted", chargeId: "none", amount: 1, ...on }), "event.target_not_found");
  refused(() => checked(loan, { type: "chargedBack", paymentId: "none", amount: 1, ...on }), "event.target_not_found");
  refused(() => checked(loan, { type: "chargedBack", paymentId: "e2", amount: 100_01, ...on }), "chargeback.amount_above_payment");
  const back = onwards(loan, { type: "chargedBack", paymentId: "e2", amount: 60_00, ...on });
  checked(back, { type: "chargedBack", paymentId: "e2", amount: 40_00, ...on });
  refused(() => checked(back, { type: "chargedBack", paymentId: "e2", amount: 40_01, ...on }), "chargeback.amount_above_payment");
  checked(back, { type: "chargedBack", paymentId: "e3", amount: 50_00, ...on });
  const undone = onwards(back, { type: "reversed", eventId: "e4", ...on });
  checked(undone, { type: "chargedBack", paymentId: "e2", amount: 100_00, ...on });
  refused(() => checked(undone, { type: "reversed", eventId: "e4", ...on }), "event.already_reversed");
  refused(() => checked(undone, { type: "reversed", eventId: "none", ...on }), "event.target_not_found");
  checked(undone, { type: "reversed", eventId: "e2", ...on });
  refused(() => checked(onwards(undone, { type: "reversed", eventId: "e2", ...on }), { type: "chargedBack", paymentId: "e2", amount: 1, ...on }), "event.target_not_found");
  const graced = { type: "rescheduled", fromDate: day("2026-03-15"), gracePrincipalInstallments: 1, graceInterestInstallments: 1, ...on } as const;
  checked(loan, graced);
  refused(() => checked(loan, { ...graced, fromDate: day("2026-03-16") }), "schedule.installment_not_found");
  refused(() => checked(paidOut({ model: "progressive" }), graced), "schedule.not_for_this_model");
});

test("days of a pause in counting delinquency do not overlap, and one that runs can be ended", () => {
  const pause = (startDate: string, endDate: string, valueDate = "2026-02-20") => ({ type: "delinquencyPaused", startDate: day(startDate), endDate: day(endDate), valueDate: day(valueDate) }) as const;
  const resume = (date: string, startDate = date) => ({ type: "delinquencyResumed", startDate: day(startDate), valueDate: day(date) }) as const;
  const loan = onwards(paidOut(), pause("2026-03-01", "2026-03-10"));
  for (const [from, to] of [["2026-02-20", "2026-02-28"], ["2026-03-11", "2026-03-20"]] as const) checked(loan, pause(from, to));
  for (const [from, to] of [["2026-02-20", "2026-03-01"], ["2026-03-10", "2026-03-20"], ["2026-03-04", "2026-03-05"], ["2026-02-01", "2026-04-01"]] as const) refused(() => checked(loan, pause(from, to)), "delinquency.overlapping_pause", from);
  for (const date of ["2026-03-01", "2026-03-09"]) checked(loan, resume(date));
  for (const date of ["2026-02-28", "2026-03-10"]) refused(() => checked(loan, resume(date)), "delinquency.no_active_pause", date);
  refused(() => checked(loan, resume("2026-03-05", "2026-03-04")), "delinquency.start_date_not_business_date");
  refused(() => checked(replay(plainTerms(), [], day("2026-01-15")), pause("2026-03-01", "2026-03-10")), "delinquency.loan_not_active");
});
