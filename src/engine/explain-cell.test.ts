import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { buildSchedule, divideRounded, EngineRefusal, explain, explainCell, isoDate, loanTerms, parsePercent, replay, SCHEDULE_COLUMNS } from "./index.ts";
import type { LoanTerms, LoanTermsInput } from "./index.ts";
import { anyPlan } from "./testing/any-plan.ts";
import { percent, plainTerms } from "./testing/worked.ts";

const day = isoDate;
const terms = (more: Partial<LoanTermsInput> = {}): LoanTerms => loanTerms({
  currency: "USD", principal: 1_000_00, disbursementDate: day("2026-01-15"), interest: { ratePpb: 120_000_000 }, installments: { count: 3, every: 1, unit: "months" }, ...more,
});

test("an interest cell tells balance, rate, days and share of the year", () => {
  const cell = explainCell(terms({ ratePlan: { steps: [{ date: day("2026-03-01"), ratePpb: 240_000_000 }] } }), 2, "interest");
  assert.equal(cell.value, "10.05");
  assert.deepEqual(cell.stretches, [
    { from: "2026-02-15", to: "2026-03-01", days: 14, balance: "669.98", rate: "12", years: "1/24", interest: "3.35" },
    { from: "2026-03-01", to: "2026-03-15", days: 14, balance: "669.98", rate: "24", years: "1/24", interest: "6.70" },
  ]);
  assert.equal(cell.sentence, "Row 2 bears 10.05 of interest: 669.98 at 12 % from 2026-02-15 to 2026-03-01 (14 days, 1/24 of a year), then 669.98 at 24 % from 2026-03-01 to 2026-03-15 (14 days, 1/24 of a year), rounded half-even.");
});

test("cells of every column and kind read as sentences", () => {
  const said = (column: (typeof SCHEDULE_COLUMNS)[number], row: number, more: Partial<LoanTermsInput> = {}) => explainCell(terms(more), row, column).sentence;
  assert.equal(said("principal", 1), "Row 1 repays 330.02: 340.02 less 10.00 of interest.");
  assert.equal(said("principal", 3), "The last row repays the 336.66 that is left.");
  assert.equal(said("balance", 1), "After row 1, 669.98 of principal is left: 1000.00 less 330.02.");
  assert.equal(said("total", 1), "340.02 is due on 2026-02-15: principal 330.02, interest 10.00, fees 0.00.");
  assert.equal(said("dueDate", 1, { dates: { kind: "month_end" } }), "Row 1 is due on 2026-02-28: month end.");
  assert.equal(said("interest", 1, { interest: { ratePpb: 100_000_000, method: "precomputed" } }), "Row 1 earns 12.50: 3/6 of the charge of 25.00.");
  assert.equal(said("principal", 1, { grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } }), "Row 1 pays 0.00 of 10.00 of interest; 10.00 becomes principal.");
  assert.equal(said("interest", 1, { grace: { principalInstallments: 1, interestInstallments: 1, interest: "accrue_to_first" } }), "Row 1 asks for 0.00 of interest: nothing is paid; its interest waits for the next row that pays.");
  assert.equal(said("fees", 1, { charges: [{ code: "collection", component: "fee", timing: "every_installment", basis: "flat", amount: 2_00 }] }), "Row 1 carries 2.00 of fees: collection 2.00.");
  assert.throws(() => explainCell(terms(), 4, "total"), RangeError);
});

test("any cell of any schedule is explained by its own value, and interest by stretches that add up to it", () => {
  fc.assert(fc.property(anyPlan, fc.nat(), (plan, pick) => {
    let schedule;
    try {
      schedule = buildSchedule(plan);
    } catch (error) {
      if (error instanceof EngineRefusal) return;
      throw error;
    }
    const row = schedule.rows[pick % schedule.rows.length];
    assert.ok(row);
    const decimals = { USD: 2, JPY: 0, KWD: 3 }[plan.currency] ?? 2;
    const minor = (text: string) => BigInt(text.replace(".", "")) * (text.includes(".") || decimals === 0 ? 1n : 10n ** BigInt(decimals));
    for (const column of ["principal", "interest", "fees", "total", "balance"] as const) assert.equal(minor(explainCell(plan, row.number, column).value), BigInt(row[column]), column);
    const cell = explainCell(plan, row.number, "interest");
    assert.ok(cell.stretches.length > 0, "drawn by rules");
    if (plan.ratePlan?.tiers ?? plan.interest.compounding) return;
    // Interest by the day carries parts of a unit from row to row; a progressive row rounds each stretch.
    const carried = plan.model === "daily_simple" ? 2n : plan.model === "progressive" ? BigInt(cell.stretches.length) : 0n;
    let sum = 0n;
    const scale = 10n ** 30n;
    for (const s of cell.stretches) {
      const [n = "0", d = "1"] = s.years.split("/");
      sum += (minor(s.balance) * parsePercent(s.rate).ppb * BigInt(n) * scale) / (BigInt(d) * 1_000_000_000n);
    }
    const rounded = divideRounded(sum, scale, plan.rounding);
    const plainly = !cell.inputs.some((i) => i.name.startsWith("put off") || i.name.startsWith("left for")) && !/waits|no interest runs/.test(cell.sentence);
    if (plainly && row.number < schedule.rows.length) assert.ok(rounded - BigInt(row.interest) <= carried && BigInt(row.interest) - rounded <= carried, `${rounded} for ${row.interest}`);
  }), { numRuns: 100, seed: 20_260_103 });
});

test("a booked loan explains a cell of its schedule, and a row that money has changed as it stands now", () => {
  const loan = replay(terms(), [{ type: "disbursed", id: "d", sequence: 1, amount: 1_000_00, valueDate: day("2026-01-15"), businessDate: day("2026-01-15") }], day("2026-01-15"));
  const cell = explain(loan, { kind: "cell", row: 1, column: "interest" });
  assert.equal(cell.value, "10.00");
  const late = replay(terms({ model: "daily_simple" }), [
    { type: "disbursed", id: "d", sequence: 1, amount: 1_000_00, valueDate: day("2026-01-15"), businessDate: day("2026-01-15") },
    { type: "paymentReceived", kind: "repayment", id: "p", sequence: 2, amount: 340_00, valueDate: day("2026-03-01"), businessDate: day("2026-03-01") },
  ], day("2026-03-01"));
  assert.equal(explain(late, { kind: "cell", row: 1, column: "interest" }).value, "14.79", "45 days of 0.3288");
  assert.match(cell.sentence, /1000\.00 at 12 % from 2026-01-15 to 2026-02-15 \(31 days, 1\/12 of a year\)/);
});

/** Value, formula, inputs, rule and sentence of a cell of 1,200.00 in three months at 1 % a month. */
function told(more: Partial<LoanTermsInput>, row: number, column: (typeof SCHEDULE_COLUMNS)[number]): string[] {
  const { value, formula, inputs, rule, sentence } = explainCell(plainTerms(more), row, column);
  return [value, formula, inputs.map((i) => `${i.name} ${i.value}`).join(", "), rule, sentence];
}

const SUM = "interest = Σ balance × rate × years, rounded once";
const PLAIN = "counted by equal periods of 1 months";

test("each column of a plain row, first and last, in full", () => {
  assert.deepEqual(told({}, 1, "dueDate"), ["2026-02-15", "due date = date counted from the first, moved by the calendar", "period from 2026-01-15, days 31", "every 1 months", "Row 1 is due on 2026-02-15: every 1 months."]);
  assert.deepEqual(told({}, 1, "principal"), ["396.03", "principal = payment − interest", "payment 408.03, interest 12.00, opening balance 1200.00, base payment 408.03", "the level payment", "Row 1 repays 396.03: 408.03 less 12.00 of interest."]);
  assert.deepEqual(told({}, 3, "principal"), ["403.98", "principal = what is left", "payment 408.02, interest 4.04, opening balance 403.98, base payment 408.03", "the level payment", "The last row repays the 403.98 that is left."]);
  assert.deepEqual(told({}, 1, "interest"), ["12.00", SUM, `opening balance 1200.00, days 31, ${PLAIN}`, "the level payment", "Row 1 bears 12.00 of interest: 1200.00 at 12 % from 2026-01-15 to 2026-02-15 (31 days, 1/12 of a year), rounded half-even."]);
  assert.deepEqual(told({}, 1, "fees"), ["0.00", "fees = Σ charges of the row", "", "charges of the product", "Row 1 carries no fees."]);
  assert.deepEqual(told({}, 1, "total"), ["408.03", "total = principal + interest + fees", "principal 396.03, interest 12.00, fees 0.00, base payment 408.03", "the level payment", "408.03 is due on 2026-02-15: principal 396.03, interest 12.00, fees 0.00."]);
  assert.equal(told({}, 3, "total")[4], "408.02 is due on 2026-04-15: principal 403.98, interest 4.04, fees 0.00. The last row takes what rounding left.");
  assert.deepEqual(told({}, 1, "balance"), ["803.97", "balance = opening balance + paid out − principal", "opening balance 0.00, paid out in the period 1200.00, principal 396.03", "principal outstanding", "After row 1, 803.97 of principal is left: 1200.00 less 396.03."]);
  assert.equal(told({}, 2, "balance")[2], "opening balance 803.97, paid out in the period 0.00, principal 399.99");
  assert.throws(() => told({}, 0, "total"), /there is no row 0/);
});

test("flat and precomputed interest, and a down payment, by formulas of their own", () => {
  const flat = { interest: { ratePpb: percent(12), method: "flat" as const } };
  assert.deepEqual(told(flat, 2, "interest"), ["12.00", "interest = the whole amount lent × rate × time, rounded", `the whole amount lent 1200.00, rate 12 %, days 28, ${PLAIN}`, "flat, classic",
    "Row 2 bears 12.00 of interest: the whole amount lent of 1200.00 at 12 % from 2026-02-15 to 2026-03-15 (28 days)."]);
  assert.deepEqual(told(flat, 2, "principal").slice(2), ["payment 412.00, interest 12.00, opening balance 800.00", "equal installments", "Row 2 repays 400.00: 412.00 less 12.00 of interest."]);
  assert.deepEqual(told(flat, 2, "total").slice(2, 4), ["principal 400.00, interest 12.00, fees 0.00", "equal installments"]);
  assert.deepEqual(told(flat, 2, "balance").slice(2), ["opening balance 800.00, paid out in the period 0.00, principal 400.00", "principal outstanding", "After row 2, 400.00 of principal is left: 800.00 less 400.00."]);
  assert.deepEqual(told(flat, 2, "dueDate")[2], "period from 2026-02-15, days 28");
  const fixed = (rebate: "rule_of_78" | "actuarial") => told({ interest: { ratePpb: percent(12), method: "precomputed", rebate } }, 2, "interest");
  assert.deepEqual(fixed("rule_of_78"), ["12.00", "interest = charge × (n − k + 1) ÷ (n(n + 1) ÷ 2), rounded on the sum so far", `finance charge 36.00, digits 2/6, rate 12 %, days 28, ${PLAIN}`, "Rule of 78", "Row 2 earns 12.00: 2/6 of the charge of 36.00."]);
  assert.deepEqual(fixed("actuarial"), ["12.03", "interest = balance × the rate the payments yield", `finance charge 36.00, rate 12 %, days 28, ${PLAIN}`, "actuarial", "Row 2 earns 12.03 of the charge of 36.00: what its balance bears at the rate the payments yield."]);
  const down = { model: "progressive" as const, downPayment: { percentPpb: 250_000_000, autoCollect: false } };
  assert.deepEqual(told(down, 1, "principal"), ["300.00", "down payment = payout × share", "payment 300.00, interest 0.00, opening balance 1200.00", "down payment", "300.00 of the payout is due the day it is made."]);
  assert.deepEqual(told(down, 1, "interest"), ["0.00", "interest = the balance × rate × time, rounded", `the balance 1200.00, rate 12 %, days 0, ${PLAIN}`, "declining, progressive", "Row 1 is a down payment and bears no interest."]);
});

test("principal by its share, interest alone, and what rows without payment put off or capitalise", () => {
  const equal = { amortization: "equal_principal" as const };
  assert.deepEqual(told(equal, 1, "principal"), ["400.00", "principal = its share", "payment 412.00, interest 12.00, opening balance 1200.00, base share 400.00", "the level payment", "Row 1 repays 400.00, its share of principal; interest comes on top."]);
  assert.equal(told(equal, 1, "total")[2], "principal 400.00, interest 12.00, fees 0.00");
  assert.equal(told({ ...equal, interest: { ratePpb: percent(12), method: "flat" } }, 1, "principal")[3], "equal principal");
  assert.deepEqual(told({ amortization: "interest_only" }, 1, "principal"), ["0.00", "principal = 0", "payment 12.00, interest 12.00, opening balance 1200.00", "interest alone", "Row 1 repays no principal: interest alone."]);
  const waits = "nothing is paid; its interest waits for the next row that pays";
  assert.deepEqual(told({ amortization: "bullet" }, 1, "interest"), ["0.00", SUM, `opening balance 1200.00, days 31, ${PLAIN}, left for later rows 12.00`, waits, `Row 1 asks for 0.00 of interest: ${waits}.`]);
  assert.deepEqual(told({ amortization: "bullet" }, 3, "interest"), ["36.00", SUM, `opening balance 1200.00, days 31, ${PLAIN}, put off since 2026-01-15 24.00`, "all that is left is paid",
    "Row 3 bears 36.00 of interest: 1200.00 at 12 % from 2026-03-15 to 2026-04-15 (31 days, 1/12 of a year), and 24.00 that earlier rows put off, rounded half-even."]);
  const grace = (interest: "none" | "accrue_to_first" | "capitalise") => ({ grace: { principalInstallments: 1, interestInstallments: 1, interest } });
  const late = { grace: { principalInstallments: 0, interestInstallments: 1 }, ratePlan: {} };
  assert.equal(told(late, 1, "interest")[4], "Row 1 asks for 0.00 of interest: the level payment; its interest waits for the next row that pays.");
  assert.equal(told(grace("none"), 1, "interest")[4], "Row 1 asks for 0.00 of interest: nothing is paid; no interest runs.");
  assert.deepEqual(told(grace("capitalise"), 1, "principal"), ["-12.00", "principal = payment − interest", "payment 0.00, interest 12.00, opening balance 1200.00", "nothing is paid; its interest becomes principal", "Row 1 pays 0.00 of 12.00 of interest; 12.00 becomes principal."]);
  const custom = [{ dueDate: day("2026-02-15"), principal: 300_00 }, { dueDate: day("2026-03-15"), total: 500_00 }, { dueDate: day("2026-04-15") }];
  const byHand = { payments: { custom }, interest: { ratePpb: percent(12), calculation: "actual_days" as const } };
  assert.deepEqual(told(byHand, 1, "principal").slice(1), ["principal = its share", "payment 312.23, interest 12.23, opening balance 1200.00", "given principal, and interest on top", "Row 1 repays 300.00, its share of principal; interest comes on top."]);
  assert.deepEqual(told(byHand, 2, "total").slice(2, 4), ["principal 491.72, interest 8.28, fees 0.00", "a given payment"]);
  assert.equal(told(byHand, 2, "dueDate")[4], "Row 2 is due on 2026-03-15: given by hand.");
  assert.equal(told({ payments: { graduated: { every: 1, percentPpb: percent(10), times: null } } }, 2, "total")[3], "110 % of the base payment");
});

test("where dates fall and how days are counted", () => {
  const dates = (plan: LoanTermsInput["dates"]) => (plan === undefined ? "" : told({ dates: plan }, 1, "dueDate")[4]);
  assert.equal(dates({ kind: "semi_monthly", days: [1, 15] }), "Row 1 is due on 2026-02-01: days 1 and 15 of each month.");
  assert.equal(dates({ kind: "nth_weekday", nth: 2, weekday: 5 }), "Row 1 is due on 2026-02-13: number 2 of the weekday 5 of the month.");
  assert.equal(dates({ kind: "nth_weekday", nth: -1, weekday: 1 }), "Row 1 is due on 2026-02-23: last weekday 1 of the month.");
  assert.deepEqual(told({ calendar: { weekend: [6, 7], holidays: [], roll: "modified_following", movesInterest: false } }, 1, "dueDate").slice(2, 4), ["period from 2026-01-15, days 32", "every 1 months, moved to a business day (modified following)"]);
  const counted = (more: Partial<LoanTermsInput>) => told(more, 1, "interest")[2]?.split("counted by ")[1];
  const by = (more: Partial<LoanTermsInput["interest"]>) => counted({ interest: { ratePpb: percent(12), calculation: "actual_days", ...more } });
  assert.equal(counted({ dates: { kind: "semi_monthly", days: [1, 15] } }), "24 equal periods a year");
  assert.equal(by({ daysInYear: 360 }), "actual/360");
  assert.equal(by({ daysInYear: "actual" }), "actual/actual");
  assert.equal(by({ daysInYear: "actual", daysInMonth: 30 }), "30/360");
  assert.equal(by({ daysInYear: 365, daysInMonth: 30 }), "30/365");
  assert.equal(by({ dayCount: "ACT/360" }), "ACT/360");
  assert.equal(counted({ model: "daily_simple" }), "actual/365");
  const paused = explainCell(plainTerms({ interest: { ratePpb: percent(12), calculation: "actual_days", pauses: [{ from: day("2026-01-20"), to: day("2026-01-30") }] } }), 1, "interest").stretches;
  assert.deepEqual(paused.map((s) => [s.days, s.rate, s.years, s.interest]), [[5, "12", "1/73", "1.97"], [10, "0", "2/73", "0.00"], [16, "12", "16/365", "6.31"]]);
});

test("interest that the first rows of a plain loan put off is told apart from what the row after them bears", () => {
  const later = { grace: { principalInstallments: 0, interestInstallments: 1 } };
  assert.deepEqual(told(later, 1, "interest").slice(0, 3), ["0.00", SUM, `opening balance 1200.00, days 31, ${PLAIN}, left for later rows 12.00`]);
  assert.equal(told(later, 2, "interest")[4], "Row 2 bears 20.04 of interest: 803.97 at 12 % from 2026-02-15 to 2026-03-15 (28 days, 1/12 of a year), and 12.00 that earlier rows put off, rounded half-even.");
  assert.equal(told({ ...later, amortization: "equal_principal" }, 2, "interest")[4], "Row 2 bears 20.00 of interest: 800.00 at 12 % from 2026-02-15 to 2026-03-15 (28 days, 1/12 of a year), and 12.00 that earlier rows put off, rounded half-even.");
  assert.equal(told({ grace: { principalInstallments: 1, interestInstallments: 1 } }, 2, "interest")[4], "Row 2 bears 24.00 of interest: 1200.00 at 12 % from 2026-02-15 to 2026-03-15 (28 days, 1/12 of a year), and 12.00 that earlier rows put off, rounded half-even.");
});

test("daily simple interest put off is paid before principal, or never runs", () => {
  const grace = (count: number, interest?: "none" | "capitalise") => ({ model: "daily_simple" as const, grace: { principalInstallments: count, interestInstallments: count, ...(interest ? { interest } : {}) } });
  assert.deepEqual(told(grace(1), 1, "interest").slice(0, 3), ["0.00", SUM, "opening balance 1200.00, days 31, counted by actual/365, left for later rows 12.23"]);
  // 12.23 of 31 days put off, 1,200.00 × 12 % × 28 ÷ 365 = 11.05 of its own.
  assert.deepEqual(told(grace(1), 2, "interest").slice(0, 3), ["23.28", SUM, "opening balance 1200.00, days 28, counted by actual/365, put off since 2026-01-15 12.23"]);
  assert.equal(told(grace(2), 3, "interest")[2], "opening balance 1200.00, days 31, counted by actual/365, put off since 2026-01-15 23.28");
  assert.deepEqual(told(grace(2, "none"), 2, "interest").slice(2, 4), ["opening balance 1200.00, days 28, counted by actual/365", "nothing is paid; no interest runs"]);
  assert.equal(told({ model: "daily_simple" }, 3, "interest")[2], "opening balance 403.79, days 31, counted by actual/365");
  const compounding = { model: "daily_simple" as const, amortization: "bullet" as const, interest: { ratePpb: percent(36.5), compounding: { every: 1, unit: "months" as const } } };
  // 37.20 of January bears interest in February: 28 × 1.2372 = 34.64; both bear it in March.
  assert.equal(told(compounding, 2, "interest")[2], "opening balance 1200.00, days 28, counted by actual/365, left for later rows 71.84");
  assert.equal(told(compounding, 3, "interest")[4], "Row 3 bears 111.27 of interest: 1271.84 at 36.5 % from 2026-03-15 to 2026-04-15 (31 days, 31/365 of a year), and 71.84 that earlier rows put off, rounded half-even.");
  const down = { model: "daily_simple" as const, downPayment: { percentPpb: 250_000_000, autoCollect: false } };
  assert.equal(told(down, 1, "interest")[4], "Row 1 is a down payment and bears no interest.");
  assert.deepEqual(told({ model: "daily_simple" }, 2, "principal").slice(0, 3), ["400.52", "principal = payment − interest", "payment 407.92, interest 7.40, opening balance 804.31, base payment 407.92"]);
});

test("a row that rules would draw otherwise is told plainly, by balance and days", () => {
  const float = { principal: 1_234_567_89, interest: { ratePpb: percent(12), calculation: "actual_days" as const, daysInYear: "actual" as const }, compatibility: { annuity: "float64" as const } };
  assert.deepEqual(told(float, 2, "interest"), ["7617.38", "interest = the balance × rate × time, rounded", "the balance 827483.45, rate 12 %, days 28, counted by actual/actual", "declining, classic",
    "Row 2 bears 7617.38 of interest: the balance of 827483.45 at 12 % from 2026-02-15 to 2026-03-15 (28 days)."]);
  assert.equal(told({ stub: "within_installment", firstDueDate: day("2026-03-01") }, 1, "principal")[3], "equal installments");
});

test("fees of a row: each charge and its tax, those of the payout on the first row unless kept back from it", () => {
  const charges: LoanTermsInput["charges"] = [
    { code: "collection", component: "fee", timing: "every_installment", basis: "percent_of_principal_plus_interest", percentPpb: percent(1), taxPpb: 180_000_000 },
    { code: "opening", component: "fee", timing: "at_disbursement", basis: "percent_of_interest", percentPpb: percent(10) },
    { code: "kept", component: "fee", timing: "at_disbursement", basis: "flat", amount: 9_00, deducted: true },
    { code: "late", component: "penalty", timing: "on_overdue", basis: "flat", amount: 5_00 },
  ];
  assert.deepEqual(told({ charges }, 1, "fees"), ["7.22", "fees = Σ charges of the row", "collection 4.08, collection_tax 0.73, opening 2.41", "charges of the product", "Row 1 carries 7.22 of fees: collection 4.08, collection_tax 0.73, opening 2.41."]);
  assert.equal(told({ charges }, 2, "fees")[4], "Row 2 carries 4.81 of fees: collection 4.08, collection_tax 0.73.");
});

test("rows made of interest alone bear it; of a progressive row with more than one stretch each is rounded", () => {
  assert.match(explainCell(terms({ amortization: "interest_only" }), 1, "interest").sentence, /^Row 1 bears 10\.00 of interest/);
  const steps = { ratePlan: { steps: [{ date: day("2026-03-01"), ratePpb: 240_000_000 }] } };
  const formula = (row: number, more: Partial<LoanTermsInput>) => { const cell = explainCell(terms(more), row, "interest"); return [cell.stretches.length, cell.formula]; };
  const [once, each] = ["interest = Σ balance × rate × years, rounded once", "interest = Σ (balance × rate × years, rounded)"];
  assert.deepEqual([formula(2, steps), formula(1, { model: "progressive", ...steps }), formula(2, { model: "progressive", ...steps })], [[2, once], [1, once], [2, each]]);
  assert.deepEqual(explainCell(terms(), 1, "principal").stretches, []);
});

test("beside a down payment the rows of a daily loan bear interest of their own days, on what was left to lend", () => {
  const daily = terms({ model: "daily_simple", downPayment: { percentPpb: 250_000_000, autoCollect: false } });
  assert.deepEqual(explainCell(daily, 2, "interest").stretches.map((s) => [s.from, s.to, s.balance]), [["2026-01-15", "2026-02-15", "750.00"]]);
  assert.deepEqual(explainCell(daily, 3, "interest").stretches.map((s) => [s.from, s.to]), [["2026-02-15", "2026-03-15"]]);
});

test("what waits is told apart from what a row bears and what it leaves, beside a down payment too", () => {
  const inputs = (more: Partial<LoanTermsInput>, row: number) => { const cell = explainCell(plainTerms(more), row, "interest"); return [cell.value, ...cell.inputs.filter((i) => i.name.startsWith("put off") || i.name.startsWith("left")).map((i) => `${i.name} ${i.value}`), cell.stretches[0]?.balance]; };
  const beside = { downPayment: { percentPpb: percent(25), autoCollect: false }, grace: { principalInstallments: 0, interestInstallments: 1 } };
  assert.deepEqual([2, 3, 4].map((row) => inputs(beside, row)), [["0.00", "left for later rows 9.00", "900.00"], ["15.03", "put off since 2026-01-15 9.00", "602.98"], ["3.12", "311.99"]]);
  assert.deepEqual(inputs({ grace: { principalInstallments: 2, interestInstallments: 2 } }, 2), ["0.00", "left for later rows 24.00", "1200.00"]);
  const four = { model: "daily_simple" as const, installments: { count: 4, every: 1, unit: "months" as const } };
  const season = { ...four, payments: { seasonal: { months: [{ month: 2, factorPpb: 0 }, { month: 3, factorPpb: 20_000_000 }], unpaidInterest: "accrue_to_first" as const } } };
  // 12.23 of January waits; 12.29 is paid in March, 11.05 of it earned since: 1.24 of what waited, and 10.99 go on.
  assert.deepEqual([1, 2, 3, 4].map((row) => inputs(season, row)), [["0.00", "left for later rows 12.23", "1200.00"], ["12.29", "put off since 2026-01-15 1.24", "left for later rows 10.99", "1200.00"], ["23.22", "put off since 2026-01-15 10.99", "1200.00"], ["6.00", "608.61"]]);
  const compounding = { ...four, grace: { principalInstallments: 1, interestInstallments: 1 }, payments: { steps: [{ installment: 2, amount: 15_00 }] }, interest: { ratePpb: percent(12), compounding: { every: 1, unit: "months" as const } } };
  assert.deepEqual([2, 3].map((row) => inputs(compounding, row).at(-1)), ["1212.23", "1208.39"], "what still waits of it bears interest, no more");
  assert.deepEqual(inputs({ ...four, grace: { principalInstallments: 2, interestInstallments: 2, interest: "capitalise" } }, 3), ["35.86", "put off since 2026-01-15 23.39", "1223.39"]);
});
