import assert from "node:assert/strict";
import { test } from "node:test";
import { advanceTo, payoff, replay } from "./index.ts";
import type { LoanState, LoanTermsInput } from "./index.ts";
import { recalculatedModel } from "./recalculated.ts";
import type { Recalculation } from "./terms.ts";
import { day, Life, percent, plainTerms } from "./testing/worked.ts";

/** 1,200.00 from 2026-01-15 in three months at 1 %, its rows redrawn from the real balance: 408.03 a month. */

const BASIC: Recalculation = { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: false };
type More = Partial<Omit<LoanTermsInput, "interest">> & { interest?: Partial<LoanTermsInput["interest"]> };
const of = (rule: Partial<Recalculation> = {}, more: More = {}, amount?: number) => new Life(plainTerms({ ...more, interest: { ratePpb: percent(12), recalculation: { ...BASIC, ...rule }, ...more.interest } }), amount);
/** Principal and interest due, and paid, of each row. */
const rows = (life: Life) => life.state.installments.map((r) => `${r.dueDate.slice(5)} ${r.due.principal}+${r.due.interest} ${r.paid.principal}+${r.paid.interest}`);
const parts = (life: Life, id: string) => { const tx = life.state.transactions.find((t) => t.eventId === id); return tx && [...Object.values(tx.parts), tx.overpayment]; };
const MODES = ["reduce_installment", "reduce_count", "reschedule_next", "adjust_last"] as const;

test("100.00 more than is due on a due date is principal at once; what it does to the rows to come is agreed", () => {
  // 703.97 is left: 350.23 × 2, or 408.03 and the rest, or 100.00 off the next principal.
  const second = { reduce_installment: ["03-15 35023+704 0+0", "04-15 35374+354 0+0"], reduce_count: ["03-15 40099+704 0+0", "04-15 30298+303 0+0"], reschedule_next: ["03-15 30099+704 0+0", "04-15 40298+403 0+0"], adjust_last: ["03-15 40099+704 0+0", "04-15 30298+303 0+0"] };
  for (const advance of MODES) for (const rest of ["daily", "same_as_installment"] as const) assert.deepEqual(rows(of({ advance, rest }).pay("2026-02-15", 508_03)), ["02-15 49603+1200 49603+1200", ...second[advance]], `${advance} ${rest}`);
});

test("500.00 ten days after the payout is principal from then on, or from the next due date, that row's interest first", () => {
  // 10 of 31 days on 1,200.00 and 21 on 700.00: 3.87 + 4.74.
  const daily = { reduce_installment: ["34826+700", "35174+352"], reduce_count: ["40103+700", "29897+299"], reschedule_next: ["30045+700", "39955+400"], adjust_last: ["40103+700", "29897+299"] };
  const rested = { reduce_installment: ["35423+712", "35777+358"], reduce_count: ["40091+712", "31109+311"], reschedule_next: ["30894+712", "40306+403"], adjust_last: ["40091+712", "31109+311"] };
  for (const advance of MODES) {
    const told = (rest: "daily" | "same_as_installment") => rows(of({ advance, rest }).pay("2026-01-25", 500_00));
    assert.deepEqual(told("daily"), ["02-15 50000+861 50000+0", `03-15 ${daily[advance][0]} 0+0`, `04-15 ${daily[advance][1]} 0+0`], advance);
    assert.deepEqual(told("same_as_installment"), ["02-15 48800+1200 48800+1200", `03-15 ${rested[advance][0]} 0+0`, `04-15 ${rested[advance][1]} 0+0`], advance);
  }
});

test("money for principal alone comes on top of what the current row repays, and lowers its interest from that day", () => {
  // 3.87 + 1,100.00 × 1 % × 21 ÷ 31 = 7.45.
  assert.deepEqual(rows(of().pay("2026-01-25", 100_00, { principalOnly: true })), ["02-15 49671+1132 10000+0", "03-15 34990+703 0+0", "04-15 35339+353 0+0"]);
  assert.deepEqual(rows(of().pay("2026-02-15", 100_00, { principalOnly: true }))[0], "02-15 49603+1200 10000+0", "on the due date: of that row");
  const after = of().pay("2026-05-01", 100_00, { principalOnly: true });
  assert.deepEqual([rows(after)[0], parts(after, "e2")], ["02-15 39603+1200 10000+0", [100_00, 0, 0, 0, 0]], "after the last: of the oldest");
  const all = of().pay("2026-01-25", 1_300_00, { principalOnly: true });
  assert.deepEqual([parts(all, "e2"), all.state.status], [[1_200_00, 3_87, 0, 0, 96_13], "overpaid"]);
});

test("more than all is taken up to what is owed; charges to come are paid before anything is left over", () => {
  const due = of().pay("2026-02-15", 2_000_00);
  assert.deepEqual([rows(due), parts(due, "e2"), due.state.status], [["02-15 120000+1200 120000+1200"], [1_200_00, 12_00, 0, 0, 788_00], "overpaid"]);
  const ahead = of().pay("2026-01-25", 2_000_00);
  assert.deepEqual([rows(ahead), parts(ahead, "e2")], [["02-15 120000+387 120000+387"], [1_200_00, 3_87, 0, 0, 796_13]]);
  const charged = of().tell({ type: "chargeAdded", code: "late", component: "penalty", timing: "specified_date", basis: "flat", amount: 5_00, dueDate: day("2026-03-01"), valueDate: day("2026-01-20") }).pay("2026-02-15", 1_300_00);
  assert.deepEqual([parts(charged, "e3"), charged.state.installments.map((r) => r.paid.penalty)], [[1_200_00, 12_00, 0, 5_00, 83_00], [0, 5_00]], "its row stays, though nothing else is on it");
  const exact = of().pay("2026-02-15", 408_03);
  assert.deepEqual([rows(exact)[0], parts(exact, "e2"), rows(exact).length], ["02-15 39603+1200 39603+1200", [396_03, 12_00, 0, 0, 0], 3]);
});

test("money after the last due date pays what is due, the oldest first; beyond it is left over", () => {
  const some = of().pay("2026-05-01", 100_00);
  assert.deepEqual([rows(some)[0], parts(some, "e2")], ["02-15 39603+1200 8800+1200", [88_00, 12_00, 0, 0, 0]]);
  assert.deepEqual(parts(of().pay("2026-05-01", 1_300_00), "e2"), [1_200_00, 24_08, 0, 0, 75_92]);
});

test("overdue principal goes on earning in the current row, where that is agreed", () => {
  // 396.03 ten days late of 28: 396.03 × 1 % × 10 ÷ 28 = 1.41, beside 8.04.
  assert.deepEqual(rows(of({ overdueEarnsInterest: true }).pay("2026-02-25", 408_03)), ["02-15 39603+1200 39603+1200", "03-15 39857+946 0+0", "04-15 40540+405 0+0"]);
  assert.deepEqual(rows(of().pay("2026-02-25", 408_03))[1], "03-15 39999+804 0+0");
  // A note of a later day moves no books: nothing more is earned by it.
  for (const note of [{ type: "delinquencyClassified" as const, bucket: "1-29", since: day("2026-02-15"), installments: [] }, { type: "accrualPosted" as const, interest: 1, fee: 0, penalty: 0 }]) {
    const life = of({ overdueEarnsInterest: true }).tell({ ...note, valueDate: day("2026-02-25") });
    assert.equal(seen(life, "2026-03-01").installments[1]?.due.interest, 8_04, note.type);
  }
  assert.equal(of({ overdueEarnsInterest: true }).pay("2026-02-25", 10_00).state.installments[1]?.due.interest, 9_46);
});

test("a payoff owes the days gone by of the current row, or all of it on a rest day; nothing is drawn by asking", () => {
  const life = of();
  const before = rows(life);
  const asked = (date: string) => { const p = payoff(life.state, day(date)); return [p.principal, p.interest, p.perDiem]; };
  assert.deepEqual(["2026-01-25", "2026-02-15", "2026-02-20", "2026-04-15", "2026-05-15"].map(asked), [[1_200_00, 3_87, 39], [1_200_00, 12_00, 29], [1_200_00, 13_44, 28], [1_200_00, 24_08, 0], [1_200_00, 24_08, 0]]);
  assert.deepEqual(rows(life), before);
  const closed = of().pay("2026-01-25", 1_203_87, { payoff: true });
  assert.deepEqual([rows(closed), closed.state.status], [["02-15 120000+387 120000+387"], "closed_paid"]);
  const rested = of({ rest: "same_as_installment" }).pay("2026-01-25", 1_203_87, { payoff: true });
  assert.equal(rested.state.status, "closed_paid", "a payoff does not wait for the rest day");
});

test("bullet, interest alone and equal principal: money ahead lowers the balance that bears interest", () => {
  const ahead = (amortization: "bullet" | "interest_only" | "equal_principal") => [rows(of({}, { amortization })), rows(of({}, { amortization }).pay("2026-02-10", 100_00))];
  assert.deepEqual(ahead("bullet"), [["02-15 0+0 0+0", "03-15 0+0 0+0", "04-15 120000+3600 0+0"], ["02-15 10000+0 10000+0", "03-15 0+0 0+0", "04-15 110000+3383 0+0"]]);
  assert.deepEqual(ahead("interest_only"), [["02-15 0+1200 0+0", "03-15 0+1200 0+0", "04-15 120000+1200 0+0"], ["02-15 10000+1183 10000+0", "03-15 0+1100 0+0", "04-15 110000+1100 0+0"]]);
  assert.deepEqual(ahead("equal_principal"), [["02-15 40000+1200 0+0", "03-15 40000+800 0+0", "04-15 40000+400 0+0"], ["02-15 40000+1183 10000+0", "03-15 40000+800 0+0", "04-15 40000+400 0+0"]]);
  assert.deepEqual(rows(of({}, { grace: { principalInstallments: 1, interestInstallments: 1 } }).pay("2026-02-15", 100_00)), ["02-15 10000+0 10000+0", "03-15 54726+2300 0+0", "04-15 55274+553 0+0"]);
});

test("a second payout on a due date bears interest from there and is repaid by the rows after it; inside a row by its days", () => {
  const tranches = { max: 2, maxOutstanding: null, overApprovalPpb: 0 };
  const twice = (date: string) => of({}, { tranches }, 600_00).tell({ type: "disbursed", amount: 600_00, valueDate: day(date) });
  assert.deepEqual(rows(twice("2026-02-15")), ["02-15 19801+600 0+0", "03-15 49850+1002 0+0", "04-15 50349+503 0+0"]);
  // 4.02 on the first and 600.00 × 1 % × 23 ÷ 28.
  assert.deepEqual(rows(twice("2026-02-20")), ["02-15 19801+600 0+0", "03-15 49957+895 0+0", "04-15 50242+502 0+0"]);
  const paid = twice("2026-02-15").pay("2026-02-15", 300_00);
  assert.deepEqual([rows(paid), parts(paid, "e3")], [["02-15 19801+600 19801+600", "03-15 49946+906 9599+0", "04-15 50253+503 0+0"], [294_00, 6_00, 0, 0, 0]]);
});

test("a new rate solves the rows to come again; what is charged off or written off stays as it stands", () => {
  const dearer = of().tell({ type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-15") });
  assert.deepEqual([rows(dearer), dearer.state.ratePpb], [["02-15 39603+1200 0+0", "03-15 39800+1608 0+0", "04-15 40597+812 0+0"], percent(24)]);
  const off = of().pay("2026-01-25", 500_00).tell({ type: "chargedOff", valueDate: day("2026-02-20") });
  assert.deepEqual(rows(off), ["02-15 50000+861 50000+0", "03-15 34826+700 0+0", "04-15 35174+352 0+0"]);
  const capitalised = of().tell({ type: "interestCapitalised", amount: 12_00, valueDate: day("2026-02-15") });
  assert.deepEqual(rows(capitalised), ["02-15 39603+1200 0+1200", "03-15 40595+816 0+0", "04-15 41002+410 0+0"]);
  assert.deepEqual(parts(capitalised, "e2"), [-12_00, 12_00, 0, 0, 0]);
  const late = of().tell({ type: "interestCapitalised", amount: 24_08, valueDate: day("2026-05-01") });
  assert.deepEqual([late.state.installments.map((r) => r.dueDate.slice(5)), late.state.outstanding.principal], [["02-15", "03-15", "04-15", "05-15"], 1_224_08], "after the last due date in a row of its own");
});

const SEASON: More = { payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }], unpaidInterest: "capitalise" } } };
const told = (state: LoanState) => state.transactions.map((t) => `${t.date.slice(5)} ${t.type} ${Object.values(t.parts).join("/")} ${t.balanceAfter}`);
const seen = (life: Life, date: string) => advanceTo(life.state, day(date));

test("interest of a month without payment becomes principal on its due date, before money of a later day; what was paid or given up before does not", () => {
  const plain = of({}, SEASON);
  assert.deepEqual(rows(plain), ["02-15 60003+1200 0+0", "03-15 -600+600 0+0", "04-15 60597+606 0+0"]);
  const out = "01-15 disbursement 0/0/0/0 120000";
  assert.deepEqual([told(seen(plain, "2026-03-14")), told(seen(plain, "2026-03-15"))], [[out], [out, "03-15 capitalization -600/600/0/0 120600"]]);
  const paid = of({}, SEASON).pay("2026-02-15", 612_00).pay("2026-03-20", 50_00);
  assert.deepEqual(told(paid.state), [out, "02-15 repayment 60000/1200/0/0 60000", "03-15 capitalization -600/600/0/0 60600", "03-20 repayment 5000/0/0/0 55600"]);
  const waived = of({}, SEASON).pay("2026-02-15", 612_03).tell({ type: "interestWaived", amount: 2_00, valueDate: day("2026-02-20") });
  assert.deepEqual(told(seen(waived, "2026-03-16")).at(-1), "03-15 capitalization -400/400/0/0 60397");
  assert.deepEqual(seen(waived, "2026-03-16").installments.map((r) => r.due.principal), [600_03, -4_00, 603_97]);
});

test("what is charged off or given up capitalises nothing any more, and keeps the rate it had", () => {
  for (const type of ["chargedOff", "writtenOff"] as const) {
    const gone = of({}, SEASON).tell({ type, valueDate: day("2026-02-20") });
    assert.deepEqual(seen(gone, "2026-03-20").transactions.map((t) => t.type), ["disbursement", type === "chargedOff" ? "charge_off" : "write_off"], type);
  }
  const step: More = { ratePlan: { steps: [{ installment: 3, ratePpb: percent(24) }] } };
  assert.deepEqual([seen(of({}, step), "2026-03-14").ratePpb, seen(of({}, step), "2026-03-15").ratePpb], [percent(12), percent(24)]);
  assert.equal(seen(of({}, step).tell({ type: "writtenOff", valueDate: day("2026-02-20") }), "2026-03-20").ratePpb, 0, "given up, it bears nothing");
  // Two changes before a row begins: the later one holds.
  const twice = of().tell({ type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-01") }).tell({ type: "rateChanged", ratePpb: percent(36), keep: "term", valueDate: day("2026-02-10") });
  assert.equal(twice.state.installments[1]?.due.interest, 24_12, "803.97 at 3 %");
  // A rate told by an event stays where a pause alone has the rows drawn by rules.
  const paused = of().tell({ type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-15") }).tell({ type: "interestPaused", from: day("2026-02-20"), to: day("2026-02-25"), valueDate: day("2026-02-20") });
  assert.deepEqual([paused.state.ratePpb, rows(paused)], [percent(24), ["02-15 39603+1200 0+0", "03-15 40087+1321 0+0", "04-15 40310+806 0+0"]]);
});

test("re-aged rows are drawn no more: money pays what is due, then the next of them, and a payoff is what they owe", () => {
  const aged = of({}, { compatibility: { reAgeMovesPrincipalOnly: true } }).tell({ type: "reAged", startDate: day("2026-05-01"), every: 1, unit: "months", installments: 2, valueDate: day("2026-04-20") });
  assert.deepEqual(rows(aged), ["02-15 0+1200 0+0", "03-15 0+804 0+0", "04-15 0+404 0+0", "05-01 60000+0 0+0", "06-01 60000+0 0+0"]);
  const paid = aged.pay("2026-04-25", 100_00);
  assert.deepEqual([rows(paid), parts(paid, "e3"), paid.state.overpayment], [["02-15 0+1200 0+1200", "03-15 0+804 0+804", "04-15 0+404 0+404", "05-01 60000+0 7592+0", "06-01 60000+0 0+0"], [75_92, 24_08, 0, 0, 0], 0]);
  assert.deepEqual(payoff(paid.state, day("2026-04-26")).total, 1_200_00 - 75_92);
});

test("a model of redrawn rows needs the rule they are redrawn by", () => {
  assert.throws(() => recalculatedModel(plainTerms()), /agree no recalculation/);
});

test("rows given by hand must add up as agreed; what comes later may leave another rest in the last of them", () => {
  const hand: More = { principal: 1_000_00, interest: { calculation: "actual_days", daysInYear: 360 }, payments: { custom: [{ dueDate: day("2026-02-14"), total: 500_00 }, { dueDate: day("2026-03-16"), total: 300_00 }, { dueDate: day("2026-04-15"), total: 217_25 }] } };
  // From 14 February at 2 % for thirty days: 10.20 on 510.00, then 4.40 on 220.20.
  assert.deepEqual(rows(of({}, hand).tell({ type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-14") })), ["02-14 49000+1000 0+0", "03-16 28980+1020 0+0", "04-15 22020+440 0+0"]);
});

test("interest made principal twice after the last due date has a row for each month", () => {
  const late = of().tell({ type: "interestCapitalised", amount: 20_08, valueDate: day("2026-05-01") }).tell({ type: "interestCapitalised", amount: 4_00, valueDate: day("2026-05-20") });
  assert.deepEqual(rows(late).slice(3), ["05-15 2008+9 0+0", "06-15 400+3 0+0"]);
});

test("a payment that is given changes nothing where principal is repaid at the end alone, nor in months that were put off", () => {
  assert.deepEqual(rows(of({}, { amortization: "bullet", installmentAmount: 400_00 })), ["02-15 0+0 0+0", "03-15 0+0 0+0", "04-15 120000+3600 0+0"]);
  assert.deepEqual(rows(of({}, { amortization: "interest_only", installmentAmount: 400_00 })), ["02-15 0+1200 0+0", "03-15 0+1200 0+0", "04-15 120000+1200 0+0"]);
  const put = of({}, { installments: { count: 4, every: 1, unit: "months" } }).tell({ type: "deferred", installments: 1, interest: "accrues", valueDate: day("2026-02-15") });
  // 904.46 at 1 % for two months: 9.04 and 9.04, asked for together; the payment of 307.54 stays for principal and one month.
  assert.deepEqual(rows(put), ["02-15 29554+1200 0+0", "03-15 0+0 0+0", "04-15 29850+1808 0+0", "05-15 30148+606 0+0", "06-15 30448+304 0+0"]);
});

test("a rate that changes in one row and again in another is that of each", () => {
  const change = (rate: number, date: string) => ({ type: "rateChanged" as const, ratePpb: percent(rate), keep: "term" as const, valueDate: day(date) });
  const life = of({}, { installments: { count: 4, every: 1, unit: "months" } }).tell(change(24, "2026-02-15")).tell(change(36, "2026-03-15"));
  // 904.46 at 2 %, 608.92 at 3 %, 308.96 at 3 %.
  assert.deepEqual(rows(life), ["02-15 29554+1200 0+0", "03-15 29554+1809 0+0", "04-15 29996+1827 0+0", "05-15 30896+927 0+0"]);
});

test("interest becomes principal in each month without payment, once, and not what was given up of it", () => {
  const two: More = { payments: { seasonal: { months: [{ month: 2, factorPpb: 0 }, { month: 3, factorPpb: 0 }], unpaidInterest: "capitalise" } } };
  const waived = of({}, two).tell({ type: "interestWaived", amount: 5_00, valueDate: day("2026-02-01") });
  const later = seen(waived, "2026-03-20");
  assert.deepEqual(told(later), ["01-15 disbursement 0/0/0/0 120000", "02-01 interest_waiver 0/500/0/0 120000", "02-15 capitalization -700/700/0/0 120700", "03-15 capitalization -1207/1207/0/0 121907"]);
  assert.deepEqual(rows({ state: later } as Life), ["02-15 -700+1200 -700+700", "03-15 -1207+1207 -1207+1207", "04-15 121907+1219 0+0"]);
  const again = of({}, two).pay("2026-03-20", 1_00).pay("2026-03-25", 1_00);
  assert.deepEqual(told(again.state).map((t) => t.split(" ")[1]), ["disbursement", "capitalization", "capitalization", "repayment", "repayment"]);
  // What became principal stays so, whatever is paid later.
  assert.deepEqual(rows(again).slice(0, 2), ["02-15 -1200+1200 -1200+1200", "03-15 -1212+1212 -1212+1212"]);
  const all = of({}, SEASON).pay("2026-02-15", 612_03).tell({ type: "interestWaived", amount: 6_00, valueDate: day("2026-02-20") });
  assert.deepEqual(told(seen(all, "2026-03-16")).map((t) => t.split(" ")[1]), ["disbursement", "repayment", "interest_waiver"], "none is left");
  // Money ahead inside the month: 599.97 for 23 of 28 days, 595.97 for five: 4.93 + 1.06.
  assert.deepEqual(told(seen(of({}, SEASON).pay("2026-02-15", 612_03).pay("2026-03-10", 4_00), "2026-03-15")).at(-1), "03-15 capitalization -599/599/0/0 60196");
});

test("the rows of a debt given up stay as they were", () => {
  const gone = of({}, SEASON).tell({ type: "writtenOff", valueDate: day("2026-02-20") });
  assert.deepEqual(rows({ state: seen(gone, "2026-04-20") } as Life), ["02-15 60003+1200 0+0", "03-15 -600+600 0+0", "04-15 60597+606 0+0"]);
});

test("before anything is lent there is nothing to draw", () => {
  const agreed = plainTerms({ interest: { ratePpb: percent(12), recalculation: BASIC }, ...SEASON } as Partial<LoanTermsInput>);
  const head = (sequence: number, date: string) => ({ id: `e${sequence}`, sequence, valueDate: day(date), businessDate: day(date) });
  const asked = replay(agreed, [{ type: "submitted", amount: agreed.principal, ...head(1, "2026-01-10") }, { type: "approved", amount: agreed.principal, ...head(2, "2026-01-12") }], day("2026-01-14"));
  assert.deepEqual([asked.status, asked.installments], ["approved", []]);
  // Days of rest agreed before the payout: 26 of the 31 days of the first row bear interest.
  const rests = replay(plainTerms({ interest: { ratePpb: percent(12), recalculation: BASIC } }), [{ type: "interestPaused", from: day("2026-01-20"), to: day("2026-01-25"), ...head(1, "2026-01-10") }], day("2026-01-14"));
  assert.deepEqual(rests.installments, []);
  const lent = replay(rests.terms, [...rests.events, { type: "disbursed", amount: 1_200_00, ...head(2, "2026-01-15") }], day("2026-01-15"));
  assert.equal(rows({ state: lent } as Life)[0], "02-15 39797+1006 0+0");
});

test("interest of late principal stays due in cash when the row's own becomes principal", () => {
  // 3.00 for 14 of 28 days on 600.03 beside 6.00 on 599.97; 11.00 of the first row and 6.06 of the last are owed too.
  const late = seen(of({ overdueEarnsInterest: true }, SEASON).pay("2026-03-01", 1_00), "2026-03-15");
  assert.deepEqual([told(late).at(-1), late.outstanding.interest], ["03-15 capitalization -600/600/0/0 120600", 20_06]);
});

test("a payer's choice is of no consequence after the last due date", () => {
  assert.deepEqual(rows(of().pay("2026-05-01", 100_00, { prepayment: "reduce_term" })), rows(of().pay("2026-05-01", 100_00)));
});
