import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate } from "../date.ts";
import { refused } from "../testing/worked.ts";
import { checkLogged, inSequence, standingEvents } from "./event-log.ts";
import type { LoggedEvent } from "./event-log.ts";
import { checkLineTerms, lineTerms } from "./line-terms.ts";
import type { LineTerms } from "./line-terms.ts";
import { applyLine, availableOn, explainLineInterest, lineDaysPastDue, payoffLine, replayLine } from "./line.ts";
import type { LineEvent, LineState } from "./line-terms.ts";

const day = isoDate;
/** A tenth of a per cent a day. */
const GIVEN = { currency: "USD", limit: 500_000, openedDate: day("2026-01-01"), ratePpb: 365_000_000 };

test("terms of a line: what is left out has its documented default", () => {
  assert.deepEqual(lineTerms(GIVEN), {
    ...GIVEN, rounding: "half-even", daysInYear: 365, method: "daily_balance", cycleDay: 1, dueAfterDays: 21, graceForFullPayers: false,
    minimumDue: { flat: 0, principalPpb: 50_000_000 }, lateFee: null, allocation: ["fee", "interest", "principal"],
  });
});

test("terms no line can have are refused by name, their edges are not", () => {
  const check = (more: object) => () => checkLineTerms({ ...lineTerms(GIVEN), ...more } as LineTerms);
  for (const fine of [{ limit: 1 }, { ratePpb: 0 }, { ratePpb: 10_000_000_000 }, { cycleDay: 1 }, { cycleDay: 28 }, { dueAfterDays: 1 }, { dueAfterDays: 27 }, { allocation: ["principal", "fee", "interest"] }]) check(fine)();
  for (const limit of [0, -1, 0.5]) refused(check({ limit }), "terms.principal_not_positive", String(limit));
  for (const ratePpb of [-1, 10_000_000_001, 0.5]) refused(check({ ratePpb }), "terms.rate_out_of_range", String(ratePpb));
  refused(check({ openedDate: "2026-02-30" }), "terms.date_out_of_range");
  for (const cycleDay of [0, 29, 1.5]) refused(check({ cycleDay }), "terms.malformed", String(cycleDay));
  for (const dueAfterDays of [0, 28, 1.5]) refused(check({ dueAfterDays }), "terms.malformed", String(dueAfterDays));
  for (const allocation of [["fee", "fee", "principal"], ["fee", "interest"]]) refused(check({ allocation }), "terms.malformed");
});

const logged = (id: string, sequence: number, date: string, more: Partial<LoggedEvent> = {}): LoggedEvent => ({ id, sequence, type: "drawn", valueDate: day(date), businessDate: day(date), ...more });

test("events that stand: none reversed, none of a later day, in order of value date; a reversal may itself be reversed", () => {
  const first = logged("a", 1, "2026-01-05");
  const second = logged("b", 2, "2026-01-03");
  const undo = logged("c", 3, "2026-01-06", { type: "reversed", eventId: "a" });
  const undoUndo = logged("d", 4, "2026-01-07", { type: "reversed", eventId: "c" });
  const ids = (...events: LoggedEvent[]) => standingEvents(events, day("2026-01-31")).map((e) => e.id).join("");
  assert.equal(ids(first, second), "ba");
  assert.equal(ids(undo, first, second), "b");
  for (const order of [[first, second, undo, undoUndo], [undoUndo, undo, second, first], [undo, undoUndo, first, second]]) assert.equal(ids(...order), "ba");
  assert.equal(ids(logged("e", 5, "2026-01-04", { eventId: "a" }), first), "ea", "only a reversal undoes what it names");
  assert.deepEqual(standingEvents([first, second], day("2026-01-04")).map((e) => e.id), ["b"]);
  assert.deepEqual(standingEvents([first], day("2026-01-05")).map((e) => e.id), ["a"], "on the day itself");
  assert.deepEqual(inSequence([undo, second, first]).map((e) => e.id), ["a", "b", "c"]);
});

test("an event that cannot follow is refused by name", () => {
  const known = [logged("a", 1, "2026-01-05"), logged("b", 2, "2026-01-05"), logged("c", 3, "2026-01-06", { type: "reversed", eventId: "a" })];
  const check = (event: LoggedEvent) => () => checkLogged(known, event, day("2026-01-01"));
  check(logged("d", 4, "2026-01-01"))();
  check(logged("d", 4, "2026-01-05", { amount: 1, businessDate: day("2026-01-09") }))();
  check(logged("d", 4, "2026-01-07", { type: "reversed", eventId: "b" }))();
  refused(check(logged("a", 4, "2026-01-07")), "event.duplicate");
  refused(check(logged("d", 2, "2026-01-07")), "event.duplicate");
  refused(check(logged("d", 4, "2026-01-07", { businessDate: day("2026-01-06") })), "event.date_in_future");
  refused(check(logged("d", 4, "2025-12-31")), "event.before_disbursement");
  for (const amount of [0, -1, 0.5]) refused(check(logged("d", 4, "2026-01-07", { amount })), "event.amount_not_positive", String(amount));
  refused(check(logged("d", 4, "2026-01-07", { type: "reversed", eventId: "x" })), "event.target_not_found");
  refused(check(logged("d", 4, "2026-01-07", { type: "reversed", eventId: "c" })), "event.target_not_found");
  refused(check(logged("d", 4, "2026-01-07", { type: "reversed", eventId: "a" })), "event.already_reversed");
});

type Draft = LineEvent extends infer E ? E extends LineEvent ? Omit<E, "id" | "sequence" | "businessDate" | "valueDate"> : never : never;

/** A line through events told as [day, draft], seen on a last day. */
function line(terms: LineTerms, told: readonly [string, Draft][], asOf?: string): LineState {
  const events = told.map(([date, draft], i) => ({ id: `e${i + 1}`, sequence: i + 1, valueDate: day(date), businessDate: day(date), ...draft }) as LineEvent);
  const state = events.reduce(applyLine, replayLine(terms, [], terms.openedDate));
  return asOf === undefined ? state : replayLine(terms, state.events, day(asOf));
}
const LATE = lineTerms({ ...GIVEN, lateFee: { amount: 25_00, graceDays: 3 } });
const LIFE: [string, Draft][] = [
  ["2026-01-01", { type: "drawn", amount: 100_000 }], ["2026-01-10", { type: "feeCharged", code: "yearly", amount: 1_000 }], ["2026-01-21", { type: "lineRateChanged", ratePpb: 182_500_000 }],
  ["2026-01-21", { type: "limitChanged", limit: 300_000 }], ["2026-02-22", { type: "repaid", amount: 4_000 }], ["2026-03-23", { type: "repaid", amount: 4_000 }],
];

test("three months of a line, statement by statement", () => {
  const state = line(LATE, LIFE, "2026-04-01");
  const shown = state.statements.map(({ segments: _segments, ...rest }) => rest);
  // January: 20 days at 100 and 11 at 50. February: 21 days at 50, then 99,550 × 0.05 % × 7 = 348.425.
  assert.deepEqual(shown.slice(0, 2), [
    { number: 1, from: "2026-01-01", to: "2026-02-01", dueDate: "2026-02-22", opening: 0, draws: 100_000, payments: 0, fees: 1_000, interest: 2_550, closing: 103_550, interestForgone: 0, minimumDue: 8_550, ownMinimum: 8_550, minimumOpen: 550, paidByDue: 4_000, lateFeeRaised: true },
    { number: 2, from: "2026-02-01", to: "2026-03-01", dueDate: "2026-03-22", opening: 103_550, draws: 0, payments: 4_000, fees: 2_500, interest: 1_398, closing: 103_448, interestForgone: 0, minimumDue: 8_876, ownMinimum: 4_326, minimumOpen: 4_326, paidByDue: 0, lateFeeRaised: true },
  ]);
  assert.deepEqual(state.statements[0]?.segments, [
    { from: "2026-01-01", to: "2026-01-10", days: 9, balance: 100_000, ratePpb: 365_000_000, micro: 900_000_000 },
    { from: "2026-01-10", to: "2026-01-21", days: 11, balance: 100_000, ratePpb: 365_000_000, micro: 1_100_000_000 },
    { from: "2026-01-21", to: "2026-02-01", days: 11, balance: 100_000, ratePpb: 182_500_000, micro: 550_000_000 },
  ]);
  assert.deepEqual(state.transactions.map((t) => [t.eventId, t.date, t.type, t.amount, t.parts, t.credit]), [
    ["e1", "2026-01-01", "draw", 100_000, { fee: 0, interest: 0, principal: 100_000 }, 0],
    ["e2", "2026-01-10", "fee", 1_000, { fee: 1_000, interest: 0, principal: 0 }, 0],
    ["e5", "2026-02-22", "payment", 4_000, { fee: 1_000, interest: 2_550, principal: 450 }, 0],
    ["late_fee:2026-02-22", "2026-02-26", "late_fee", 2_500, { fee: 2_500, interest: 0, principal: 0 }, 0],
    ["e6", "2026-03-23", "payment", 4_000, { fee: 2_500, interest: 1_398, principal: 102 }, 0],
    ["late_fee:2026-03-22", "2026-03-26", "late_fee", 2_500, { fee: 2_500, interest: 0, principal: 0 }, 0],
  ]);
  assert.deepEqual([state.limit, availableOn(state), state.principal, state.fee, lineDaysPastDue(state)], [300_000, 300_000 - 99_448, 99_448, 2_500, 38]);
});

test("a draw may take all that is free and not a cent more; credit is used first and is free too", () => {
  const terms = lineTerms(GIVEN);
  const full = line(terms, [["2026-01-01", { type: "drawn", amount: 500_000 }]]);
  assert.equal(availableOn(full), 0);
  refused(() => line(terms, [["2026-01-01", { type: "drawn", amount: 500_001 }]]), "loan.amount_above_limit");
  const paid: [string, Draft][] = [["2026-01-01", { type: "drawn", amount: 1_000 }], ["2026-01-01", { type: "repaid", amount: 1_500 }], ["2026-01-02", { type: "drawn", amount: 800 }]];
  const state = line(terms, paid);
  assert.deepEqual(state.transactions.slice(1).map((t) => [t.type, t.parts.principal, t.credit]), [["payment", 1_000, 500], ["draw", 300, -500]]);
  assert.deepEqual([state.principal, state.credit, availableOn(state)], [300, 0, 499_700]);
  assert.equal(availableOn(line(terms, paid.slice(0, 2))), 500_500);
  const lower = line(terms, [["2026-01-01", { type: "drawn", amount: 1_000 }], ["2026-01-02", { type: "limitChanged", limit: 400 }]]);
  assert.equal(availableOn(lower), 0, "never below nothing");
});

test("interest billed while there is credit is paid from it", () => {
  // 30 days at 1.00 are billed; 50.00 more than the principal was paid.
  const state = line(lineTerms(GIVEN), [["2026-01-01", { type: "drawn", amount: 100_000 }], ["2026-01-31", { type: "repaid", amount: 105_000 }]], "2026-02-01");
  assert.deepEqual([state.principal, state.interest, state.credit], [0, 0, 2_000]);
  const [statement] = state.statements;
  assert.deepEqual([statement?.interest, statement?.closing, statement?.minimumDue], [3_000, -2_000, 0]);
  assert.equal(replayLine(state.terms, state.events, day("2026-03-01")).statements[1]?.opening, -2_000);
  const short = line(lineTerms(GIVEN), [["2026-01-01", { type: "drawn", amount: 100_000 }], ["2026-01-31", { type: "repaid", amount: 101_000 }]], "2026-02-01");
  assert.deepEqual([short.interest, short.credit, short.statements[0]?.minimumDue], [2_000, 0, 2_000]);
});

test("on average daily balances with two rates each bears its own days; days without balance count where there is one rate", () => {
  const average = lineTerms({ ...GIVEN, method: "average_daily_balance" });
  const two = line(average, [["2026-01-01", { type: "drawn", amount: 100_000 }], ["2026-01-21", { type: "lineRateChanged", ratePpb: 182_500_000 }]], "2026-02-01");
  assert.deepEqual([two.statements[0]?.interest, two.accruedMicro], [2_550, 0]);
  // 10,001 for 15 of 31 days: 4,839.19 on average, rounded to 4,839; × 31 × 0.1 % = 150.009.
  const late = line(average, [["2026-01-17", { type: "drawn", amount: 10_001 }]], "2026-02-01");
  assert.deepEqual([late.statements[0]?.interest, late.accruedMicro], [150, 9_000]);
});

test("grace: in full on the due date counts, a day after does not; who owed nothing has it too", () => {
  const grace = lineTerms({ ...GIVEN, graceForFullPayers: true });
  const paidOn = (date: string) => line(grace, [["2026-01-11", { type: "drawn", amount: 100_000 }], [date, { type: "repaid", amount: 100_000 }]], "2026-03-01").statements.map((s) => [s.interest, s.interestForgone]);
  assert.deepEqual(paidOn("2026-02-22"), [[0, 2_100], [0, 2_100]]);
  assert.deepEqual(paidOn("2026-02-23"), [[0, 2_100], [2_200, 0]]);
  const idle = line(grace, [["2026-02-11", { type: "drawn", amount: 100_000 }]], "2026-03-01").statements;
  assert.deepEqual(idle.map((s) => [s.closing, s.interest, s.interestForgone]), [[0, 0, 0], [100_000, 0, 1_800]]);
  assert.equal(explainLineInterest(idle[0] as never).sentence, "From 2026-01-01 up to 2026-02-01, minor units: nothing was owed; 0 was billed.");
  assert.equal(explainLineInterest(idle[1] as never).sentence, "From 2026-02-01 up to 2026-03-01, minor units: 100000 for 18 days; 1800 was not billed, because the statement before was paid in full.");
});

test("a payoff on a later or an earlier day, with what a day more costs", () => {
  const state = line(LATE, LIFE.slice(0, 2));
  assert.deepEqual(payoffLine(state, day("2026-01-10")), { principal: 100_000, interest: 900, fee: 1_000, credit: 0, total: 101_900, perDiem: 100 });
  assert.deepEqual(payoffLine(state, day("2026-02-11")), { principal: 100_000, interest: 3_100 + 1_000, fee: 1_000, credit: 0, total: 105_100, perDiem: 100 });
  assert.deepEqual(payoffLine(state, day("2026-01-05")), { principal: 100_000, interest: 400, fee: 0, credit: 0, total: 100_400, perDiem: 100 });
  const over = line(lineTerms(GIVEN), [["2026-01-01", { type: "drawn", amount: 100 }], ["2026-01-01", { type: "repaid", amount: 150 }]]);
  assert.deepEqual(payoffLine(over, day("2026-01-01")), { principal: 0, interest: 0, fee: 0, credit: 50, total: 0, perDiem: 0 });
});

test("the cycle may close on another day; half a minor unit of interest goes to even; a past event leaves the line on its own day", () => {
  const mid = line(lineTerms({ ...GIVEN, cycleDay: 15 }), [["2026-01-01", { type: "drawn", amount: 500 }]], "2026-03-20");
  // 500 at 0.5 a day: 14 days are 7, 31 are 15.5, 28 are 14 and the half before them.
  assert.deepEqual(mid.statements.map((s) => [s.from, s.to, s.interest]), [["2026-01-01", "2026-01-15", 7], ["2026-01-15", "2026-02-15", 16], ["2026-02-15", "2026-03-15", 14]]);
  const back = applyLine(mid, { id: "p", sequence: 9, type: "repaid", amount: 100, valueDate: day("2026-01-10"), businessDate: day("2026-03-20") });
  assert.equal(back.asOf, "2026-03-20");
  assert.equal(applyLine(mid, { id: "p", sequence: 9, type: "repaid", amount: 100, valueDate: day("2026-03-25"), businessDate: day("2026-03-25") }).asOf, "2026-03-25");
  refused(() => applyLine(mid, { id: "e1", sequence: 9, type: "repaid", amount: 100, valueDate: day("2026-03-25"), businessDate: day("2026-03-25") }), "event.duplicate");
});

test("late fees of two minimums fall on their own days; one paid meanwhile raises none", () => {
  const twice = line(LATE, [["2026-01-01", { type: "drawn", amount: 100_000 }]], "2026-04-01");
  assert.deepEqual(twice.transactions.filter((t) => t.type === "late_fee").map((t) => [t.eventId, t.date]), [["late_fee:2026-02-22", "2026-02-26"], ["late_fee:2026-03-22", "2026-03-26"]]);
  const met = line(LATE, [["2026-01-01", { type: "drawn", amount: 100_000 }], ["2026-02-25", { type: "repaid", amount: 8_100 }]], "2026-03-20");
  assert.deepEqual([met.fee, lineDaysPastDue(met)], [0, 0]);
  assert.equal(lineDaysPastDue(line(LATE, [["2026-01-01", { type: "drawn", amount: 100_000 }]], "2026-02-22")), 0, "on the due date");
  assert.equal(lineDaysPastDue(line(LATE, [["2026-01-01", { type: "drawn", amount: 100_000 }]], "2026-02-23")), 1);
});
