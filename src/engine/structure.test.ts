import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, fromDay } from "./date.ts";
import type { LoanEvent } from "./events.ts";
import type { InstallmentState } from "./state.ts";
import { asReschedule, downPaymentOf, earnedInterest, isShaping, planInput, rowOfPlan } from "./structure.ts";
import type { ShapingEvent } from "./structure.ts";
import type { LoanTermsInput } from "./terms.ts";
import { day, Life, percent, plainTerms, refused } from "./testing/worked.ts";
import { newRow } from "./work.ts";

const START = day("2026-01-15");
const on = (days: number) => addDays(START, days);
const shape = (sequence: number, date: string, draft: { type: ShapingEvent["type"] } & Record<string, unknown>): ShapingEvent => ({ id: `e${sequence}`, sequence, valueDate: day(date), businessDate: day(date), ...draft }) as ShapingEvent;
const paidOut = (more: object = {}) => shape(1, "2026-01-15", { type: "disbursed", amount: 1_200_00, ...more });
const drawn = (events: ShapingEvent[], more: Partial<LoanTermsInput> = {}) => planInput(plainTerms(more), events);
const dues = (events: ShapingEvent[], more: Partial<LoanTermsInput> = {}) => drawn(events, more).periods.map((p) => fromDay(p.due).replace("2026-", "")).join(" ");

test("the part of a payout due at once: a share, rounded as the terms say, in whole multiples where agreed", () => {
  const down = (percentPpb: number, amount: number, installmentMultiple: number | null = null) => downPaymentOf(plainTerms({ downPayment: { percentPpb, autoCollect: false }, compatibility: { installmentMultiple } }), amount);
  assert.deepEqual([down(250_000_000, 1_000), down(250_000_000, 10), down(250_000_000, 1_049, 100)], [250, 2, 300]);
  assert.equal(downPaymentOf(plainTerms(), 1_000), 0);
  const input = drawn([paidOut()], { downPayment: { percentPpb: 250_000_000, autoCollect: false } });
  assert.deepEqual([input.downPayments, input.lent.map((l) => l.amount)], [[{ date: "2026-01-15", amount: 300_00 }], [900_00]]);
  assert.deepEqual(drawn([paidOut()]).downPayments, []);
});

test("a payout may give the installment amount and move the next due date; later ones follow from it", () => {
  assert.deepEqual(drawn([paidOut()]).amounts, []);
  const second = (more: object) => [paidOut(), shape(2, "2026-02-15", { type: "disbursed", amount: 10, ...more })];
  assert.deepEqual(drawn(second({ installmentAmount: 500 })).amounts.map((a) => [fromDay(a.fromDay), a.amount]), [["2026-02-15", 500]]);
  assert.equal(dues(second({})), "02-15 03-15 04-15");
  assert.equal(dues(second({ moveNextDueDateTo: day("2026-03-20") })), "02-15 03-20 04-20", "the next one is that after the day");
  assert.equal(dues([paidOut({ moveNextDueDateTo: day("2026-02-20") })]), "02-20 03-20 04-20");
  assert.equal(dues([paidOut(), shape(2, "2026-04-15", { type: "disbursed", amount: 10, moveNextDueDateTo: day("2026-05-20") })]), "02-15 03-15 04-15", "there is none after the last");
});

test("a payout after the last due date makes rows until there is one for it", () => {
  const late = drawn([paidOut(), shape(2, "2026-05-20", { type: "disbursed", amount: 10 })]);
  assert.equal(late.periods.length, 5);
  assert.deepEqual([[...late.respread], [...late.added]], [[3, 4], [[3, 1], [4, 1]]]);
  assert.equal(drawn([paidOut(), shape(2, "2026-04-15", { type: "disbursed", amount: 10 })]).periods.length, 3, "on the last due date itself none");
});

test("rows of grace and of a bullet lack interest as agreed, the bullet's last has all", () => {
  const input = drawn([paidOut()], { grace: { principalInstallments: 2, interestInstallments: 1 } });
  assert.deepEqual([0, 1, 2].map((i) => [input.noPrincipal(i), input.noInterest(i)]), [[true, true], [true, false], [false, false]]);
  assert.deepEqual([input.noPrincipal(0, -1), input.noPrincipal(0, -2), input.baseCount], [true, false, 1]);
  assert.equal(drawn([paidOut()], { grace: { principalInstallments: 3, interestInstallments: 0 } }).baseCount, 1);
  const bullet = drawn([paidOut()], { amortization: "bullet" });
  assert.deepEqual([0, 1, 2, 3].map((i) => bullet.noInterest(i)), [true, true, false, false]);
});

test("rescheduled from a row: other date, rate from its first day, rows more, rows without principal or interest that move the end", () => {
  const from = (more: object, over: Partial<LoanTermsInput> = {}) => drawn([paidOut(), shape(2, "2026-02-20", { type: "rescheduled", fromDate: day("2026-03-15"), ...more })], over);
  assert.deepEqual(from({}).periods, drawn([paidOut()]).periods);
  assert.deepEqual(from({ newRatePpb: 5 }).rates.map((r) => [fromDay(r.fromDay), r.ratePpb]), [["2026-01-15", percent(12)], ["2026-02-15", 5]]);
  assert.deepEqual(from({ newDueDate: day("2026-03-25") }).periods.map((p) => [fromDay(p.from), fromDay(p.to), fromDay(p.due)].map((d) => d.slice(5)).join(" ")), ["01-15 02-15 02-15", "02-15 03-25 03-25", "03-25 04-25 04-25"]);
  const more = from({ extraInstallments: 2 });
  assert.deepEqual([more.periods.map((p) => fromDay(p.due).slice(5)).join(" "), [...more.respread], [...more.added], [...more.skipped]], ["02-15 03-15 04-15 05-15 06-15", [1], [[1, 2]], []]);
  const grace = from({ gracePrincipalInstallments: 2, graceInterestInstallments: 1 });
  assert.deepEqual([grace.periods.length, [...grace.skipped], [...grace.respread], [...grace.added]], [5, [[1, 2]], [], []]);
  assert.deepEqual([0, 1, 2, 3].map((i) => [grace.noPrincipal(i), grace.noInterest(i)]), [[false, false], [true, true], [true, false], [false, false]]);
  assert.deepEqual([grace.noPrincipal(2, 0), grace.noPrincipal(2, 1)], [false, true], "known from the row it was said for");
  assert.deepEqual([[...from({ extraInstallments: 0 }).respread], [...from({ gracePrincipalInstallments: 0 }).skipped]], [[], []]);
  refused(() => drawn([paidOut(), shape(2, "2026-02-20", { type: "rescheduled", fromDate: day("2026-03-16"), extraInstallments: 1 })]), "schedule.installment_not_found");
  const twice = drawn([paidOut(), ...[2, 3].map((n) => shape(n, "2026-02-20", { type: "rescheduled", fromDate: day("2026-03-15"), extraInstallments: 1, gracePrincipalInstallments: 1 }))]);
  assert.deepEqual([[...twice.added], [...twice.skipped], twice.periods.length], [[[1, 2]], [[1, 2]], 7]);
  // Said for March first, then for February: what is known longer holds.
  const both = drawn([paidOut(), shape(2, "2026-01-20", { type: "rescheduled", fromDate: day("2026-03-15"), gracePrincipalInstallments: 1 }), shape(3, "2026-01-21", { type: "rescheduled", fromDate: day("2026-02-15"), gracePrincipalInstallments: 2 })]);
  assert.deepEqual([both.noPrincipal(1, 0), both.noPrincipal(0, 0)], [true, true]);
  // Dates of a plan go on by the plan: the month end after the one moved.
  assert.equal(dues([paidOut(), shape(2, "2026-02-20", { type: "rescheduled", fromDate: day("2026-03-31"), newDueDate: day("2026-04-05") })], { dates: { kind: "month_end" } }), "02-28 04-05 05-31");
});

test("added and skipped rows are changes of the next row; after the last there is none", () => {
  const { periods } = drawn([paidOut()]);
  const as = (draft: { type: "extended" | "deferred"; interest?: string }, date: string) => asReschedule(shape(2, date, { installments: 2, ...draft }) as Extract<ShapingEvent, { type: "extended" | "deferred" }>, periods);
  const head = { type: "rescheduled", id: "e2", sequence: 2, valueDate: "2026-02-15", businessDate: "2026-02-15", fromDate: "2026-03-15" };
  assert.deepEqual(as({ type: "extended" }, "2026-02-15"), { ...head, extraInstallments: 2 });
  assert.deepEqual(as({ type: "deferred", interest: "none" }, "2026-02-15"), { ...head, gracePrincipalInstallments: 2, graceInterestInstallments: 2 });
  refused(() => as({ type: "extended" }, "2026-04-15"), "schedule.installment_not_found");
  const pauses = (interest: string, date: string, installments: number) => drawn([paidOut(), shape(2, date, { type: "deferred", installments, interest })]).pauses;
  assert.deepEqual(pauses("none", "2026-02-20", 1), [{ from: "2026-02-20", to: "2026-03-15" }]);
  assert.deepEqual(pauses("none", "2026-02-20", 9), [{ from: "2026-02-20", to: "2026-04-15" }], "no longer than there are rows");
  assert.deepEqual(pauses("none", "2026-01-15", 2), [{ from: "2026-01-15", to: "2026-03-15" }]);
  assert.deepEqual(pauses("accrues", "2026-02-20", 1), []);
  assert.deepEqual(drawn([paidOut(), shape(2, "2026-02-20", { type: "extended", installments: 1 })]).pauses, []);
});

const row = (over: Partial<InstallmentState> = {}): InstallmentState => ({ ...newRow("installment", START, on(30)), due: { principal: 0, interest: 300, fee: 0, penalty: 0 }, ...over });
const earned = (one: InstallmentState, ...days: number[]) => days.map((d) => earnedInterest(plainTerms(), one, on(d)));

test("interest of a row is earned by its days, from nothing on its first to all on its due date", () => {
  assert.deepEqual(earned(row(), -1, 0, 1, 15, 29, 30, 99), [0, 0, 10, 150, 290, 300, 300]);
  assert.deepEqual(earned(row({ due: { principal: 5, interest: 0, fee: 0, penalty: 0 } }), 15, 30), [0, 0]);
  assert.deepEqual(earned(row({ due: { principal: 0, interest: 1, fee: 0, penalty: 0 } }), 15, 16), [0, 1], "half to even");
});

test("interest that earlier rows put off is earned by their days, the row's own by its own", () => {
  // 100 of the 300 since ten days before the row.
  const brought = row({ brought: { fromDate: on(-10), amount: 100 } });
  assert.deepEqual(earned(brought, -10, -5, 0, 15, 30), [0, 50, 100, 200, 300]);
  const less = row({ due: { principal: 0, interest: 60, fee: 0, penalty: 0 }, brought: { fromDate: on(-10), amount: 100 } });
  assert.deepEqual(earned(less, -5, 0, 15, 30), [30, 60, 60, 60], "no more than is left of it");
});

test("where interest does not run evenly, by the days between its points", () => {
  const points = row({ earned: [{ date: on(10), amount: 0 }, { date: on(20), amount: 200 }] });
  assert.deepEqual(earned(points, 5, 10, 11, 15, 20, 25, 30), [0, 0, 20, 100, 200, 250, 300]);
  const less = row({ due: { principal: 0, interest: 150, fee: 0, penalty: 0 }, earned: [{ date: on(10), amount: 100 }, { date: on(20), amount: 200 }] });
  assert.deepEqual(earned(less, 5, 10, 15, 20, 25, 30), [50, 100, 150, 150, 150, 150], "what was given up since is not earned");
  const both = row({ brought: { fromDate: on(-10), amount: 100 }, earned: [{ date: on(10), amount: 150 }] });
  assert.deepEqual(earned(both, -5, 5, 10, 20, 30), [50, 175, 250, 275, 300]);
});

test("a row of a plan, and the events that shape one", () => {
  const plan = { from: 20_000, due: 20_030, principal: 5, interest: 7, balance: 9 };
  const { fromDate, dueDate, due, balanceAfter, kind, earned: points, brought } = rowOfPlan(plan);
  assert.deepEqual([kind, fromDate, dueDate, due, balanceAfter, points, brought], ["installment", fromDay(20_000), fromDay(20_030), { principal: 5, interest: 7, fee: 0, penalty: 0 }, 9, undefined, undefined]);
  const full = rowOfPlan({ ...plan, earned: [{ day: 20_010, amount: 3 }], brought: { from: 19_990, amount: 2 } });
  assert.deepEqual([full.earned, full.brought], [[{ date: fromDay(20_010), amount: 3 }], { fromDate: fromDay(19_990), amount: 2 }]);
  const types: LoanEvent["type"][] = ["disbursed", "rescheduled", "extended", "deferred", "interestCapitalised", "rateChanged", "indexFixed", "interestPaused", "paymentReceived", "reversed", "accrualPosted"];
  assert.deepEqual(types.map((type) => isShaping({ type } as LoanEvent)), [true, true, true, true, true, true, true, true, false, false, false]);
});

test("a payoff before a row is due owes the days gone by, never less than was paid of it", () => {
  // 8.04 of the second row: 14 of 28 days are 4.02.
  const life = new Life(plainTerms()).pay("2026-02-15", 408_03);
  const closed = life.pay("2026-03-01", 803_97 + 4_02, { payoff: true }).state;
  assert.deepEqual([closed.status, closed.installments.map((r) => r.due.interest)], ["closed_paid", [12_00, 4_02, 0]]);
  const ahead = new Life(plainTerms()).pay("2026-02-15", 408_03 + 8_04).pay("2026-03-01", 803_97, { payoff: true }).state;
  assert.deepEqual([ahead.status, ahead.installments[1]?.due.interest], ["closed_paid", 8_04]);
});

test("installments cannot be skipped after the last due date, with or without interest", () => {
  for (const interest of ["none", "accrues"] as const) for (const installments of [1, 2]) refused(() => drawn([paidOut(), shape(2, "2026-05-01", { type: "deferred", installments, interest })]), "schedule.installment_not_found");
});
