import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoanTermsInput, Recalculation } from "./index.ts";
import { day, Life, percent, plainTerms, refused } from "./testing/worked.ts";

/** Rows by rules over the real balance. As long as no money came ahead and none is late, they are the rows of the plan as it was agreed. */

const BASIC: Recalculation = { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: false };
type More = Partial<Omit<LoanTermsInput, "interest">> & { interest?: Partial<LoanTermsInput["interest"]> };
const of = (more: More = {}, recalculation: Recalculation | null = BASIC, amount?: number) => new Life(plainTerms({ ...more, interest: { ratePpb: percent(12), recalculation, ...more.interest } }), amount);

const YEAR: More = { installments: { count: 12, every: 1, unit: "months" } };
const TRANCHES: More = { tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 0 } };
const season = (unpaidInterest: "none" | "accrue_to_first" | "capitalise" | "pay", factorPpb = 0): More => ({ payments: { seasonal: { months: [{ month: 3, factorPpb }], unpaidInterest } } });
const STEP = { steps: [{ installment: 2, ratePpb: percent(24) }] };
const lent = (date: string) => (life: Life) => life.tell({ type: "disbursed", amount: 200_00, valueDate: day(date) });
const rate = (keep: "term" | "installment", date: string) => (life: Life) => life.tell({ type: "rateChanged", ratePpb: percent(30), keep, valueDate: day(date) });

const PLANS: Record<string, [More, ...((life: Life) => Life)[]]> = {
  "a month without payment, given up": [season("none")], "put off": [season("accrue_to_first")], "capitalised": [season("capitalise")], "interest alone": [season("pay")], "half": [season("capitalise", 500_000_000)],
  "put off, half": [season("accrue_to_first", 500_000_000)],
  "grace given up": [{ grace: { principalInstallments: 1, interestInstallments: 1, interest: "none" } }], "grace put off": [{ grace: { principalInstallments: 1, interestInstallments: 1, interest: "accrue_to_first" } }],
  "grace capitalised": [{ grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } }], "grace of interest alone, capitalised": [{ grace: { principalInstallments: 0, interestInstallments: 1, interest: "capitalise" } }],
  "grace of interest alone, put off": [{ grace: { principalInstallments: 0, interestInstallments: 1, interest: "accrue_to_first" } }],
  "compounding": [{ interest: { compounding: { every: 7, unit: "days" } }, grace: { principalInstallments: 2, interestInstallments: 2, interest: "accrue_to_first" } }],
  "a pause agreed": [{ interest: { pauses: [{ from: day("2026-02-20"), to: day("2026-03-01") }] } }],
  "a dearer rate": [{ ratePlan: { ...STEP, onChange: "payment" } }], "level": [{ ratePlan: { ...STEP, onChange: "level" } }], "the payment stays": [{ ...YEAR, ratePlan: { ...STEP, onChange: "term" } }],
  "the payment stays, cheaper": [{ ...YEAR, ratePlan: { steps: [{ installment: 2, ratePpb: percent(3) }], onChange: "term" } }],
  "graduated": [{ ...YEAR, payments: { graduated: { every: 3, percentPpb: percent(10), times: 2 } } }], "a multiple": [{ ...YEAR, ratePlan: STEP, payments: { multiple: { of: 5_00, rounding: "up" } } }],
  "a payment given": [{ ...YEAR, ratePlan: STEP, installmentAmount: 120_00 }], "a low one": [{ ...YEAR, ratePlan: STEP, installmentAmount: 90_00 }],
  "a very low one, capitalised": [{ ...YEAR, ratePlan: STEP, installmentAmount: 11_00, payments: { negativeAmortization: "capitalise", steps: [{ installment: 3, factorPpb: 12_000_000_000 }] } }],
  "a balloon": [{ ...season("capitalise"), balloon: 300_00 }], "a balloon, and the payment stays": [{ ...YEAR, ratePlan: { ...STEP, onChange: "term" }, balloon: 300_00 }],
  "equal principal": [{ ...season("capitalise"), amortization: "equal_principal" }], "bullet": [{ ratePlan: STEP, amortization: "bullet" }], "bullet capitalised": [{ amortization: "bullet", grace: { principalInstallments: 0, interestInstallments: 0, interest: "capitalise" } }],
  "interest alone, to the end": [{ ratePlan: STEP, amortization: "interest_only" }], "tiers": [{ ratePlan: { tiers: { on: "marginal", bands: [{ above: 0, upTo: 400_00, plusPpb: 0 }, { above: 400_00, upTo: null, plusPpb: percent(6) }] } } }],
  "a longer first period": [{ ...season("capitalise"), firstDueDate: day("2026-02-25") }], "a first period on top": [{ ...season("capitalise"), firstDueDate: day("2026-02-25"), stub: "added_to_first" }],
  "a first period by days": [{ ...season("capitalise"), firstDueDate: day("2026-02-25"), interest: { partialPeriods: true } }], "days": [{ ...season("capitalise"), interest: { calculation: "actual_days" } }],
  "days, with a rate that changes inside": [{ interest: { calculation: "actual_days" }, ratePlan: { steps: [{ date: day("2026-02-20"), ratePpb: percent(24) }] } } as More],
  "lent again on a due date": [{ ...season("capitalise"), ...TRANCHES }, lent("2026-02-15")], "lent again inside a row": [{ ...season("capitalise"), ...TRANCHES }, lent("2026-02-20")],
  "lent again inside the last row": [{ ...season("capitalise"), ...TRANCHES }, lent("2026-03-20")], "lent again on the last due date": [{ ...season("capitalise"), ...TRANCHES }, lent("2026-04-15")],
  "lent again, interest waits": [{ ...season("accrue_to_first"), ...TRANCHES }, lent("2026-03-15")], "lent again, and the payment stays": [{ ...YEAR, ...TRANCHES, ratePlan: { ...STEP, onChange: "term" } }, lent("2026-06-15")],
  "lent again, days": [{ ...season("capitalise"), ...TRANCHES, interest: { calculation: "actual_days" } }, lent("2026-02-20")], "lent again with a payment given": [{ ...YEAR, ...TRANCHES, ratePlan: STEP, installmentAmount: 120_00 }, lent("2026-05-15")],
  "a rate told": [{ ...YEAR, ...season("capitalise") }, rate("term", "2026-04-15")], "a rate told, the payment stays": [{ ...YEAR, ...season("capitalise") }, rate("installment", "2026-04-15")],
  "a rate told inside a row": [{ ...YEAR, ...season("capitalise"), interest: { calculation: "actual_days" } }, rate("term", "2026-04-20")],
};

for (const [name, [terms, ...events]] of Object.entries(PLANS)) {
  test(`${name}: the rows of the plan agreed`, () => {
    const rows = (recalculation: Recalculation | null) => events.reduce((life, tell) => tell(life), of(terms, recalculation, events.length > 0 ? 800_00 : 1_200_00)).state.installments;
    assert.deepEqual(rows(BASIC), rows(null));
  });
}

/** Principal and interest due of each row. */
const rows = (life: Life) => life.state.installments.map((r) => `${r.dueDate.slice(5)} ${r.due.principal}+${r.due.interest}`);
const LATE: Recalculation = { ...BASIC, overdueEarnsInterest: true };
const FOUR: More = { installments: { count: 4, every: 1, unit: "months" } };

test("money for principal alone in a row whose interest becomes principal: 100.00 less 5.50", () => {
  // 599.97 for 14 of 28 days at 1 %, then 499.97: 3.00 and 2.50.
  const life = of(season("capitalise")).pay("2026-02-15", 612_03).pay("2026-03-01", 100_00, { principalOnly: true });
  assert.deepEqual(rows(life), ["02-15 60003+1200", "03-15 9450+550", "04-15 50547+505"]);
  assert.deepEqual(life.state.installments[1]?.earned, [{ date: "2026-03-01", amount: 3_00 }]);
});

test("interest that overdue principal earns is asked for in cash; only the row's own becomes principal", () => {
  // 600.03 late for 14 of 28 days earns 3.00 beside the 6.00 of the other 599.97.
  assert.deepEqual(rows(of(season("capitalise"), LATE).pay("2026-03-01", 1_00)), ["02-15 60003+1200", "03-15 -600+900", "04-15 60597+606"]);
  assert.deepEqual(rows(of(season("capitalise")).pay("2026-03-01", 1_00))[1], "03-15 -600+600", "not agreed");
  // 280.00 lent on 22 February: 0.75 on 299.99 for a week, 4.35 on 579.99 for three; 1.50 on 300.01 late for two.
  const twice = of({ ...season("capitalise"), ...TRANCHES, interest: { partialPeriods: true } }, LATE, 600_00).tell({ type: "disbursed", amount: 280_00, valueDate: day("2026-02-22") }).pay("2026-03-01", 1_00);
  assert.deepEqual(rows(twice), ["02-15 30001+600", "03-15 -510+660", "04-15 58509+585"]);
});

test("interest paid or given up before its day does not become principal, and the rows say so at once", () => {
  const paid = of(season("capitalise")).pay("2026-02-15", 612_03);
  assert.deepEqual(rows(of(season("capitalise")).pay("2026-02-15", 612_03).tell({ type: "interestWaived", amount: 2_00, valueDate: day("2026-02-20") })), ["02-15 60003+1200", "03-15 -400+600", "04-15 60397+604"]);
  assert.deepEqual(rows(paid), ["02-15 60003+1200", "03-15 -600+600", "04-15 60597+606"]);
});

test("a payment that overdue interest has outgrown repays nothing and asks for all interest; agreed too small it is refused", () => {
  const steps = (amount: number): More => ({ payments: { steps: [{ installment: 2, amount }, { installment: 3, factorPpb: 1_000_000_000 }] } });
  assert.deepEqual(rows(of(steps(8_10), LATE)), ["02-15 59598+1200", "03-15 206+604", "04-15 60196+602"]);
  // 595.98 late for 14 of 28 days: 6.00 on 1,200.00 and 3.02 on 604.02.
  assert.deepEqual(rows(of(steps(8_10), LATE).pay("2026-03-01", 1_00)), ["02-15 59598+1200", "03-15 0+902", "04-15 60402+604"]);
  refused(() => of(steps(1_00), LATE), "terms.payment_below_interest");
});

test("money in a row of interest alone is its principal; what it does to the rows to come is agreed", () => {
  const told = (advance: Recalculation["advance"]) => rows(of({ ...season("pay"), ...FOUR }, { ...BASIC, advance }).pay("2026-02-15", 408_03).pay("2026-02-25", 100_00));
  // 10 of 28 days on 803.97 and 18 on 703.97: 2.87 + 4.53.
  for (const advance of ["reduce_installment", "reduce_count", "reschedule_next"] as const) assert.deepEqual(told(advance).slice(0, 2), ["02-15 39603+1200", "03-15 10000+740"], advance);
  // 703.97 in two payments of 357.28; or 408.03 and the rest; or 100.00 off the next principal.
  assert.deepEqual(told("reduce_installment").slice(2), ["04-15 35023+704", "05-15 35374+354"]);
  assert.deepEqual(told("reduce_count").slice(2), ["04-15 40099+704", "05-15 30298+303"]);
  assert.deepEqual(told("reschedule_next").slice(2), ["04-15 30099+704", "05-15 40298+403"]);
});

test("a pause told later leaves a first period of other length the whole one it was", () => {
  const first: More = { firstDueDate: day("2026-02-25") };
  const paused = of(first).tell({ type: "interestPaused", from: day("2026-03-01"), to: day("2026-03-11"), valueDate: day("2026-03-01") });
  // 18 of the 28 days to 25 March: 5.17 of 8.04, the payment of 408.03 stays.
  assert.deepEqual([rows(of(first))[0], rows(paused)], ["02-25 39603+1200", ["02-25 39603+1200", "03-25 40286+517", "04-25 40111+401"]]);
  assert.deepEqual(paused.state.installments[1]?.earned, [{ date: "2026-03-01", amount: 1_15 }, { date: "2026-03-11", amount: 1_15 }]);
});

test("interest put off is brought to the next row that pays, and told apart from what that row earns", () => {
  const life = of({ ...season("accrue_to_first"), ...FOUR }).pay("2026-02-15", 417_00).pay("2026-03-25", 100_00);
  // 7.95 waits; 10 of 31 days on 795.00 and 21 on 695.00: 2.56 + 4.71.
  assert.deepEqual(rows(life), ["02-15 40500+1200", "03-15 0+0", "04-15 39225+1522", "05-15 40275+403"]);
  assert.deepEqual([life.state.installments[2]?.brought, life.state.installments[2]?.earned, life.state.installments[3]?.brought], [{ fromDate: "2026-02-15", amount: 7_95 }, [{ date: "2026-03-25", amount: 2_56 }], undefined]);
});

test("once nothing is left to repay, interest that waits is due on the next due date", () => {
  // 795.00 for ten of 28 days.
  const row = of({ ...season("accrue_to_first"), ...FOUR }).pay("2026-02-15", 417_00).pay("2026-02-25", 795_00, { principalOnly: true });
  assert.deepEqual(rows(row), ["02-15 40500+1200", "03-15 79500+0", "04-15 0+284"]);
  // 1,200.00 for ten of 31 days, though two months were to be free.
  const grace = of({ ...FOUR, grace: { principalInstallments: 2, interestInstallments: 2, interest: "accrue_to_first" } }).pay("2026-01-25", 1_200_00, { principalOnly: true });
  assert.deepEqual(rows(grace), ["02-15 120000+0", "03-15 0+387"]);
});

test("money ahead that covers more than the next principal covers the one after it in part", () => {
  // 400.00 ahead leaves 504.46: 302.50 is covered whole, then 97.50 of 302.50.
  const life = of({ ...season("pay"), installments: { count: 5, every: 1, unit: "months" } }, { ...BASIC, advance: "reschedule_next" }).pay("2026-02-15", 307_54).pay("2026-02-25", 400_00);
  assert.deepEqual(rows(life), ["02-15 29554+1200", "03-15 40000+647", "04-15 0+504", "05-15 20500+504", "06-15 29946+299"]);
});

test("a rate told with the payment to stay solves the payment again on a plain loan, also where a pause has its rows drawn by rules", () => {
  const told = of(FOUR).tell({ type: "rateChanged", ratePpb: percent(24), keep: "installment", valueDate: day("2026-02-15") });
  const plain = rows(told);
  // 904.46 at 2 % in three payments of 313.63; five of the thirty days to 15 May are free.
  assert.deepEqual(plain, ["02-15 29554+1200", "03-15 29554+1809", "04-15 30145+1218", "05-15 30747+615"]);
  assert.deepEqual(rows(told.tell({ type: "interestPaused", from: day("2026-04-20"), to: day("2026-04-25"), valueDate: day("2026-04-16") })), [...plain.slice(0, 3), "05-15 30747+512"]);
});

test("a payment charged back is principal owed again, beside what a row repays or adds", () => {
  const back = (date: string) => ({ type: "chargedBack" as const, paymentId: "e2", amount: 100_00, valueDate: day(date) });
  assert.deepEqual(rows(of(season("capitalise")).pay("2026-02-15", 612_03).tell(back("2026-02-20")))[1], "03-15 9400+600");
  // 100.00 came ahead on 20 February: 599.97 for five of 28 days and 499.97 for 23, 5.18 of it capitalised.
  assert.deepEqual(rows(of(season("capitalise")).pay("2026-02-15", 612_03).pay("2026-02-20", 100_00).tell(back("2026-03-01")))[1], "03-15 19482+518");
});

test("a payment solved again does not stay: what late principal earned in the last row is asked for there, and no row is added", () => {
  // 842.19 late for 29 of 30 days at 20 % a month: 162.83 beside the 71.56 of the last 357.81.
  const life = of({ ...FOUR, ratePlan: { steps: [{ installment: 2, ratePpb: percent(240) }], onChange: "payment" } }, LATE).pay("2026-05-14", 1_00);
  assert.deepEqual(rows(life), ["02-15 29554+1200", "03-15 24848+18089", "04-15 29817+13120", "05-15 35781+23439"]);
});

test("where it is agreed, interest beyond a payment becomes principal: the row's own, not that of late principal", () => {
  const low = { payments: { negativeAmortization: "capitalise" as const, steps: [{ installment: 2, amount: 4_00 }, { installment: 3, factorPpb: 1_000_000_000 }] } };
  // 598.03 late for 14 of 28 days: 6.00 on 1,200.00 and 3.01 on 601.97; 6.02 of it the row's own, of which 4.00 is paid.
  assert.deepEqual(rows(of(low, LATE).pay("2026-03-01", 1_00)), ["02-15 59803+1200", "03-15 -202+901", "04-15 60399+604"]);
  const long: More = { installments: { count: 60, every: 1, unit: "months" }, interest: { ratePpb: percent(24) }, grace: { principalInstallments: 0, interestInstallments: 2, interest: "capitalise" } };
  assert.deepEqual(rows(of(long)).slice(0, 3), ["02-15 -1213+2400", "03-15 -1261+2424", "04-15 1138+2449"]);
  // 10.00 for principal on 1 March: 1,212.13 for 14 of 28 days, 1,202.13 for 14: 12.12 + 12.02; 35.87 − 24.14 × 2 + 10.00.
  const ahead = of(long).pay("2026-03-01", 10_00, { principalOnly: true });
  assert.equal(rows(ahead)[1], "03-15 -241+2414");
});

test("days that rest count by days where interest does", () => {
  // 18 of the 28 days to 15 March: 804.31 × 12 % × 18 ÷ 365.
  const paused = of({ interest: { calculation: "actual_days" } }).tell({ type: "interestPaused", from: day("2026-03-01"), to: day("2026-03-11"), valueDate: day("2026-03-01") });
  assert.deepEqual(rows(paused), ["02-15 39569+1223", "03-15 40316+476", "04-15 40115+409"]);
});

test("money ahead twice solves the payment twice", () => {
  // 10 of 28 days on 803.97, four on 703.97, 14 on 603.97: 2.87 + 1.01 + 3.02; then 603.97 in two payments of 306.52.
  const life = of({ ...season("pay"), ...FOUR }).pay("2026-02-15", 408_03).pay("2026-02-25", 100_00).pay("2026-03-01", 100_00);
  assert.deepEqual(rows(life), ["02-15 39603+1200", "03-15 20000+690", "04-15 30048+604", "05-15 30349+303"]);
});

test("a share of the payment that overdue interest has outgrown repays nothing either", () => {
  const share: More = { payments: { steps: [{ installment: 2, factorPpb: 13_300_000 }, { installment: 3, factorPpb: 1_000_000_000 }] } };
  const [first = "", second = ""] = rows(of(share, LATE));
  assert.match(second, /^03-15 [1-9]/, "by itself it repays some");
  assert.deepEqual(rows(of(share, LATE).pay("2026-03-01", 1_00)).slice(0, 2), [first, "03-15 0+902"]);
});

test("where the payment stays, rows end with the last of what is owed: not before interest that waits, nor before what is lent again", () => {
  const stays: More = { ...FOUR, ratePlan: { ...STEP, onChange: "term" } };
  // 795.00 at 2 % a month for ten of 28 days waits for April.
  const waits = of({ ...stays, ...season("accrue_to_first") }).pay("2026-02-15", 417_00).pay("2026-02-25", 795_00, { principalOnly: true });
  assert.deepEqual(rows(waits), ["02-15 40500+1200", "03-15 79500+0", "04-15 0+568"]);
  // All is repaid, then 300.00 lent for 26 of 31 days and a month: two payments of 154.03.
  const again = of({ ...stays, ...TRANCHES }, BASIC, 600_00).pay("2026-02-15", 606_00).tell({ type: "disbursed", amount: 300_00, valueDate: day("2026-03-20") });
  assert.deepEqual(rows(again), ["02-15 60000+600", "03-15 0+0", "04-15 14900+503", "05-15 15100+302"]);
});
