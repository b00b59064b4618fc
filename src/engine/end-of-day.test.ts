import assert from "node:assert/strict";
import { test } from "node:test";
import { accrualDraft, classify, daysToClose, delinquencyHistory, followUps, nextOfDay } from "./end-of-day.ts";
import { payoff, replay } from "./index.ts";
import type { EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { nextEvent, paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, plainTerms } from "./testing/worked.ts";

/** What closing a day causes, on the loan paid in 408.03 on 15 February, 408.03 and 408.02. */

const noted = (valueDate: string, bucket: string | null, since: string | null): EventDraft => ({ type: "delinquencyClassified", valueDate: day(valueDate), bucket, since: since === null ? null : day(since), installments: [] });
const none = replay(plainTerms(), [], day("2026-01-15"));

test("the days to close are those after the last closed one, or the day before the business date alone", () => {
  assert.deepEqual(daysToClose(null, day("2026-02-15")), ["2026-02-14"]);
  assert.deepEqual(daysToClose(day("2026-02-12"), day("2026-02-15")), ["2026-02-13", "2026-02-14"]);
  assert.deepEqual(daysToClose(day("2026-02-14"), day("2026-02-15")), []);
});

test("a bucket is noted when it changes, by time or by money; a pause lets time make a loan current only", () => {
  const found = (state: LoanState, on: string, cause?: "time" | "money") => { const draft = classify(state, day(on), cause); return draft && [draft.bucket, draft.since]; };
  const loan = paidOut();
  assert.equal(found(none, "2026-03-01"), null, "nothing was paid out");
  assert.equal(found(loan, "2026-02-15"), null);
  assert.deepEqual(found(loan, "2026-02-16"), ["1-29", "2026-02-15"]);
  const late = onwards(loan, noted("2026-02-16", "1-29", "2026-02-15"));
  assert.equal(found(late, "2026-02-17"), null);
  assert.deepEqual(found(late, "2026-03-17"), ["30-59", "2026-02-15"]);
  assert.deepEqual(found(onwards(late, pay(408_03, "2026-02-20")), "2026-02-20"), [null, null]);
  const off = onwards(late, { type: "writtenOff", valueDate: day("2026-02-20") });
  assert.deepEqual(found(off, "2026-03-20"), [null, null], "a loan written off is in none");
  const undone = onwards(late, { type: "reversed", eventId: "d", valueDate: day("2026-02-20") });
  assert.deepEqual([undone.status, found(undone, "2026-02-21"), nextOfDay(undone, day("2026-02-20"))?.type], ["pending", [null, null], "delinquencyClassified"], "a loan whose payout was taken back leaves its bucket");
  const grace = onwards(paidOut({ delinquency: { ...plainTerms().delinquency, graceDays: 5 } }), noted("2026-02-16", "1-29", "2026-02-15"));
  assert.deepEqual(found(grace, "2026-02-18"), [null, null], "within its grace a loan is delinquent since no day");
  const paused = onwards(loan, { type: "delinquencyPaused", startDate: day("2026-03-01"), endDate: day("2026-03-10"), valueDate: day("2026-01-20") });
  assert.deepEqual([found(paused, "2026-03-05"), found(paused, "2026-03-05", "money"), found(paused, "2026-03-11")], [null, ["1-29", "2026-02-15"], ["1-29", "2026-02-15"]]);
  const current = onwards(onwards(onwards(loan, noted("2026-02-16", "1-29", "2026-02-15")), { type: "delinquencyPaused", startDate: day("2026-03-01"), endDate: day("2026-03-10"), valueDate: day("2026-02-20") }), pay(408_03, "2026-03-02"));
  assert.deepEqual(found(current, "2026-03-05"), [null, null]);
});

test("installments by their own buckets are noted where the product asks for them, and only while the loan is in one", () => {
  const each = { delinquency: { ...plainTerms().delinquency, byInstallment: true } };
  assert.deepEqual(classify(paidOut(each), day("2026-03-17"))?.installments, [{ bucket: "1-29", amount: 408_03 }, { bucket: "30-59", amount: 408_03 }]);
  assert.deepEqual(classify(paidOut(), day("2026-03-17"))?.installments, []);
  assert.deepEqual(classify(onwards(onwards(paidOut(each), noted("2026-02-16", "1-29", "2026-02-15")), pay(408_03, "2026-02-20")), day("2026-02-20"))?.installments, []);
});

test("stays in buckets: the first one from its first day, found out late or not; each ends where the next begins", () => {
  const stays = (...events: [string, string | null, string | null][]) => delinquencyHistory(events.reduce((state, [on, bucket, since]) => onwards(state, noted(on, bucket, since)), paidOut())).map((s) => [s.bucket, s.addedDate, s.liftedDate]);
  const first = ["2026-02-16", "1-29", "2026-02-15"] as [string, string, string];
  assert.deepEqual(stays(), []);
  assert.deepEqual(stays(first), [["1-29", "2026-02-16", null]]);
  assert.deepEqual(stays(["2026-02-20", "1-29", "2026-02-15"]), [["1-29", "2026-02-16", null]], "found out four days late");
  assert.deepEqual(stays(["2026-03-20", "30-59", "2026-02-15"]), [["30-59", "2026-03-20", null], ["1-29", "2026-02-16", "2026-03-19"]], "found out in the second");
  assert.deepEqual(stays(["2026-02-16", "30-59", "2026-02-15"]), [["30-59", "2026-02-16", null]], "no day before it");
  assert.deepEqual(stays(first, ["2026-03-17", "30-59", "2026-02-15"], ["2026-03-20", null, null]), [["30-59", "2026-03-17", "2026-03-20"], ["1-29", "2026-02-16", "2026-03-17"]]);
  assert.deepEqual(stays(first, ["2026-03-20", null, null], ["2026-04-16", "1-29", "2026-04-15"]), [["1-29", "2026-04-16", null], ["1-29", "2026-02-16", "2026-03-20"]]);
  assert.deepEqual(stays(first, ["2026-02-20", "1-29", "2026-02-15"]), [["1-29", "2026-02-16", null]], "noted again, it is the same stay");
  assert.deepEqual(stays(first, ["2026-03-20", null, null], ["2026-03-25", null, null]), [["1-29", "2026-02-16", "2026-03-20"]], "current again, noted twice, changes nothing");
  assert.deepEqual(stays(first, ["2026-03-20", null, null], ["2026-04-20", "1-29", "2026-04-15"])[0], ["1-29", "2026-04-16", null], "a new stay found out late begins on its own first day");
  assert.deepEqual(stays(first, ["2026-03-20", "30-59", "2026-02-15"], ["2026-03-25", "1-29", "2026-03-15"]), [["1-29", "2026-03-25", null], ["30-59", "2026-03-20", "2026-03-25"], ["1-29", "2026-02-16", "2026-03-20"]], "back in a lower one, from that day");
  assert.deepEqual(stays(["2026-02-16", "1-29", null]), [], "since no day, in no bucket");
});

test("a day's close makes interest principal on its day, once; a debt given up or charged off has no day", () => {
  const moratorium: Partial<LoanTermsInput> = { grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } };
  const loan = paidOut(moratorium);
  const becomes = (state: LoanState, on: string) => { const draft = nextOfDay(state, day(on)); return draft?.type === "interestRefreshed" ? draft.valueDate : null; };
  assert.deepEqual([becomes(loan, "2026-02-13"), becomes(loan, "2026-02-14"), becomes(loan, "2026-02-20")], [null, "2026-02-15", "2026-02-15"]);
  const told = onwards(loan, { type: "interestRefreshed", valueDate: day("2026-02-15") });
  assert.equal(becomes(told, "2026-02-20"), null);
  assert.equal(becomes(onwards(loan, { type: "fraudMarked", fraud: true, valueDate: day("2026-02-14") }), "2026-02-14"), "2026-02-15", "another event tells nothing");
  for (const type of ["chargedOff", "writtenOff"] as const) assert.equal(becomes(onwards(loan, { type, valueDate: day("2026-02-10") }), "2026-02-14"), null, type);
  assert.equal(nextOfDay(none, day("2026-02-14")), null);
  const two = paidOut({ installments: { count: 4, every: 1, unit: "months" }, grace: { principalInstallments: 2, interestInstallments: 2, interest: "capitalise" } });
  const once = onwards(two, { type: "interestRefreshed", valueDate: day("2026-02-15") });
  assert.deepEqual([becomes(two, "2026-03-14"), becomes(once, "2026-03-13"), becomes(once, "2026-03-14")], ["2026-02-15", null, "2026-03-15"], "each on its own day");
});

test("rows arranged anew keep interest that would have become principal: their day is told once, whatever else is told of it", () => {
  const loan = onwards(paidOut({ grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" }, compatibility: { reAgeMovesPrincipalOnly: true } }), { type: "reAmortized", valueDate: day("2026-02-01") });
  const told = onwards(loan, { type: "interestRefreshed", valueDate: day("2026-02-15") });
  const marked = onwards(loan, { type: "fraudMarked", fraud: true, valueDate: day("2026-02-16") });
  assert.deepEqual([loan, marked, told].map((state) => nextOfDay(state, day("2026-02-16"))?.type), ["interestRefreshed", "interestRefreshed", "accrualPosted"]);
});

test("overdue principal goes on earning day by day where the end of day is told to see to it, on progressive loans past due", () => {
  const refreshes = (more: Partial<LoanTermsInput>, on: string, before?: EventDraft) => { const loan = paidOut(more); return nextOfDay(before ? onwards(loan, before) : loan, day(on))?.type === "interestRefreshed"; };
  const asked = { compatibility: { endOfDayRefreshesInterest: true } };
  assert.deepEqual([refreshes({ ...asked, model: "progressive" }, "2026-02-14"), refreshes({ ...asked, model: "progressive" }, "2026-02-15")], [false, true]);
  assert.equal(refreshes({ model: "progressive" }, "2026-02-15"), false);
  assert.equal(refreshes(asked, "2026-02-15"), false);
  const done = (valueDate: string): EventDraft => ({ type: "interestRefreshed", valueDate: day(valueDate) });
  assert.deepEqual([refreshes({ ...asked, model: "progressive" }, "2026-02-15", done("2026-02-16")), refreshes({ ...asked, model: "progressive" }, "2026-02-16", done("2026-02-16"))], [false, true], "once a day");
  assert.equal(refreshes({ ...asked, model: "progressive" }, "2026-02-15", { type: "fraudMarked", fraud: true, valueDate: day("2026-02-16") }), true);
});

test("income is posted while a debt is owed and not charged off", () => {
  assert.deepEqual(accrualDraft(paidOut(), day("2026-01-16")), { type: "accrualPosted", valueDate: "2026-01-16", interest: 39, fee: 0, penalty: 0 });
  for (const type of ["chargedOff", "writtenOff"] as const) assert.equal(accrualDraft(onwards(paidOut(), { type, valueDate: day("2026-01-20") }), day("2026-02-14")), null, type);
});

test("a payment that closes a loan brings the rest of its income, a payment that does not none", () => {
  const follows = (draft: EventDraft, before: LoanState = paidOut()) => followUps(before, nextEvent(before, draft), onwards(before, draft)).map((d) => d.type === "accrualPosted" && [d.valueDate, d.interest]);
  assert.deepEqual(follows(pay(1_224_08, "2026-02-15")), [["2026-02-15", 24_08]]);
  assert.deepEqual(follows(pay(1_300_00, "2026-02-15")), [["2026-02-15", 24_08]], "overpaid is closed");
  assert.deepEqual(follows(pay(1_224_07, "2026-02-15")), []);
  assert.deepEqual(follows({ ...pay(payoff(paidOut(), day("2026-02-15")).total, "2026-02-15"), payoff: true }), [["2026-02-15", 12_00]], "a payoff on its day owes the first month");
  const off = onwards(paidOut(), { type: "chargedOff", valueDate: day("2026-02-01") });
  assert.deepEqual(follows(pay(1_224_08, "2026-02-15"), off), [], "recoveries are no income of the schedule");
  const posted = onwards(paidOut(), { type: "accrualPosted", interest: 24_08, fee: 0, penalty: 0, valueDate: day("2026-02-14") });
  assert.deepEqual(follows(pay(1_224_08, "2026-02-15"), posted), []);
  const over = onwards(paidOut(), pay(1_234_08, "2026-02-15"));
  assert.deepEqual(follows(pay(5_00, "2026-02-16"), onwards(over, { type: "accrualPosted", interest: 10_00, fee: 0, penalty: 0, valueDate: day("2026-02-15") })), [], "money on a closed loan closes nothing");
  const fee: EventDraft = { type: "chargeAdded", code: "fee", component: "fee", timing: "specified_date", basis: "flat", amount: 10_00, dueDate: day("2026-02-16"), valueDate: day("2026-02-16") };
  assert.deepEqual(followUps(over, nextEvent(over, fee), onwards(over, fee)).map((d) => d.type === "accrualPosted" && [d.valueDate, d.fee]), [["2026-02-16", 10_00]], "a fee met by an overpayment is income at once");
  assert.deepEqual(followUps(paidOut(), nextEvent(paidOut(), fee), onwards(paidOut(), fee)), []);
  const known = onwards(over, { type: "accrualPosted", interest: 24_08, fee: 10_00, penalty: 0, valueDate: day("2026-02-15") });
  assert.deepEqual(follows(fee, known), [], "nothing is left to post");
  assert.deepEqual(follows({ type: "creditBalanceRefunded", amount: 10_00, valueDate: day("2026-02-16") }, over), [], "the overpayment was paid back: the loan had been closed before");
  const closed = onwards(paidOut(), pay(1_224_08, "2026-02-15"));
  assert.deepEqual(follows({ ...fee, amount: undefined }, closed), [], "a charge of nothing on a closed loan");
});

test("whatever closes a loan brings the rest of its income: a charge given up, interest given up, a settlement in full", () => {
  const follows = (draft: EventDraft, before: LoanState) => followUps(before, nextEvent(before, draft), onwards(before, draft)).map((d) => d.type === "accrualPosted" && [d.valueDate, d.interest, d.fee]);
  const fee: EventDraft = { type: "chargeAdded", code: "fee", component: "fee", timing: "specified_date", basis: "flat", amount: 10_00, dueDate: day("2026-04-15"), valueDate: day("2026-02-16") };
  const open = onwards(onwards(paidOut({ allocation: { strategy: "due_pipf_in_advance_pipf" } }), fee), pay(1_224_08, "2026-02-16"));
  assert.deepEqual([open.outstanding.interest, open.outstanding.principal], [0, 0]);
  assert.deepEqual(follows({ type: "chargeWaived", chargeId: "e2", valueDate: day("2026-02-20") }, open), [["2026-02-20", 24_08, 0]]);
  assert.deepEqual(follows({ type: "interestWaived", amount: 24_08, valueDate: day("2026-02-20") }, onwards(paidOut(), { ...pay(1_200_00, "2026-02-16"), principalOnly: true })), [], "interest given up is no income");
  assert.deepEqual(follows({ type: "settled", amount: 1_213_44, valueDate: day("2026-02-20") }, paidOut()), [["2026-02-20", 13_44, 0]]);
  assert.deepEqual(follows({ type: "settled", amount: 500_00, valueDate: day("2026-02-20") }, paidOut()), [], "where a loss is taken, what was earned is seen to by the loss");
});

test("income at closing is left out where agreed for loans whose interest follows the balance", () => {
  const recalculation = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
  const closing = (accrualAtClosing: "always" | "unless_recalculated", follows: boolean) => {
    const before = paidOut({ compatibility: { accrualAtClosing }, interest: { ratePpb: 120_000_000, recalculation: follows ? recalculation : null } });
    const draft = { ...pay(payoff(before, day("2026-02-15")).total, "2026-02-15"), payoff: true };
    return followUps(before, nextEvent(before, draft), onwards(before, draft)).length;
  };
  assert.deepEqual([closing("always", true), closing("always", false), closing("unless_recalculated", true), closing("unless_recalculated", false)], [1, 1, 0, 1]);
});
